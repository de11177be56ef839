-- The history of each permit file, from which its status and dates are derived (geoloket/permits).
CREATE TABLE geoloket.permit_events (
    permit_id      text COLLATE "C" NOT NULL,
    seq            integer NOT NULL,
    code           text NOT NULL CHECK (code IN (
        'submitted', 'supplement_requested', 'supplement_received', 'declared_complete',
        'declared_incomplete', 'inquiry_opened', 'inquiry_closed', 'term_extended', 'decided_granted',
        'decided_granted_with_conditions', 'decided_refused', 'posted', 'appeal_lodged',
        'appeal_granted', 'appeal_rejected', 'clock_suspended', 'clock_resumed', 'works_started',
        'works_completed', 'lapsed', 'annulled', 'withdrawn', 'recorded', 'not_recorded')),
    happened_on    date NOT NULL,
    source         text NOT NULL DEFAULT '',
    extension_days integer CHECK (extension_days > 0),
    PRIMARY KEY (permit_id, seq)
);
COMMENT ON TABLE geoloket.permit_events IS
    'What happened to a permit file, in order (seq); days in Europe/Brussels. Nothing of persons.';
COMMENT ON COLUMN geoloket.permit_events.source IS 'who says so: the name of a register or delivery';
COMMENT ON COLUMN geoloket.permit_events.extension_days IS
    'for term_extended when it is not the law''s number; for annulled the term that the ruling sets';
