-- Following a permit file or a circle around an address by e-mail. E-mail addresses are personal data:
-- nobody but the worker reads this schema; the web goes through the functions of data/functions/alerts.sql.
CREATE SCHEMA IF NOT EXISTS alerts;
COMMENT ON SCHEMA alerts IS 'Who follows what by e-mail, what changed, and the mail about it';

CREATE TABLE alerts.addressees (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email   text NOT NULL CHECK (email ~ '^[^[:space:][:cntrl:]@<>"]+@[^[:space:][:cntrl:]@<>"]+$' AND length(email) <= 254),
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE alerts.addressees IS 'Gone with the last thing that is kept of somebody';
CREATE UNIQUE INDEX addressees_email ON alerts.addressees (lower(email));

CREATE TABLE alerts.follows (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    addressee    bigint NOT NULL REFERENCES alerts.addressees ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('permit', 'circle')),
    permit_id    text COLLATE "C",
    point        geometry(Point),
    radius_m     integer CHECK (radius_m BETWEEN 100 AND 5000),
    reach        geometry GENERATED ALWAYS AS (ST_Expand(point, radius_m)) STORED,
    label        text NOT NULL,
    frequency    text NOT NULL CHECK (frequency IN ('each', 'weekly')),
    language     text NOT NULL CHECK (language IN ('nl', 'en')),
    asked_at     timestamptz NOT NULL DEFAULT now(),
    consent      text NOT NULL,
    confirmed_at timestamptz,
    confirmed_by uuid,
    stopped_at   timestamptz,
    CHECK (kind = 'permit' AND permit_id IS NOT NULL AND point IS NULL
        OR kind = 'circle' AND permit_id IS NULL AND point IS NOT NULL AND radius_m IS NOT NULL),
    CHECK (confirmed_at IS NULL OR confirmed_by IS NOT NULL)
);
COMMENT ON TABLE alerts.follows IS 'One subject that one address follows, with the proof of consent';
COMMENT ON COLUMN alerts.follows.point IS 'middle of the circle, in the storage CRS';
COMMENT ON COLUMN alerts.follows.label IS 'file number, or the address in the register: never what was typed';
COMMENT ON COLUMN alerts.follows.consent IS 'the edition of the sentence that was agreed to';
COMMENT ON COLUMN alerts.follows.confirmed_by IS 'the message whose link was used: the proof of consent';
CREATE INDEX follows_addressee ON alerts.follows (addressee);
CREATE INDEX follows_permit ON alerts.follows (permit_id) WHERE kind = 'permit';
CREATE INDEX follows_reach ON alerts.follows USING gist (reach);

CREATE TABLE alerts.changes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    permit_id  text COLLATE "C" NOT NULL,
    changed_at timestamptz NOT NULL,
    xact       xid8 NOT NULL,
    is_new     boolean NOT NULL DEFAULT false,
    was        jsonb NOT NULL DEFAULT '{}',
    became     jsonb NOT NULL DEFAULT '{}',
    events     text[] NOT NULL DEFAULT '{}',
    matched_at timestamptz,
    UNIQUE (permit_id, xact, changed_at)
);
COMMENT ON TABLE alerts.changes IS
    'What happened to permits: a row per permit and transaction, written in that transaction by triggers';
COMMENT ON COLUMN alerts.changes.matched_at IS 'when it was laid beside all that is followed';
CREATE INDEX changes_unmatched ON alerts.changes (id) WHERE matched_at IS NULL;

CREATE TABLE alerts.messages (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    addressee  bigint NOT NULL REFERENCES alerts.addressees ON DELETE CASCADE,
    follow     uuid REFERENCES alerts.follows ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('confirm', 'known', 'manage', 'news')),
    language   text NOT NULL CHECK (language IN ('nl', 'en')),
    queued_at  timestamptz NOT NULL DEFAULT now(),
    due_at     timestamptz NOT NULL DEFAULT now(),
    attempts   integer NOT NULL DEFAULT 0,
    state      text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    settled_at timestamptz,
    fault      text,
    CHECK (follow IS NOT NULL OR kind = 'manage')
);
COMMENT ON TABLE alerts.messages IS 'Mail to be sent and that was sent; its id is the Message-ID';
COMMENT ON COLUMN alerts.messages.fault IS 'the last failure: a class and a reply code, never an address';
CREATE INDEX messages_due ON alerts.messages (due_at) WHERE state = 'queued';
CREATE INDEX messages_addressee ON alerts.messages (addressee, queued_at);
CREATE INDEX messages_follow ON alerts.messages (follow);

CREATE TABLE alerts.notices (
    follow  uuid NOT NULL REFERENCES alerts.follows ON DELETE CASCADE,
    change  bigint NOT NULL REFERENCES alerts.changes ON DELETE CASCADE,
    message uuid REFERENCES alerts.messages ON DELETE CASCADE,
    PRIMARY KEY (follow, change)
);
COMMENT ON TABLE alerts.notices IS 'One change for one follow, once: in one message, or waiting for it';
CREATE INDEX notices_waiting ON alerts.notices (follow) WHERE message IS NULL;
CREATE INDEX notices_message ON alerts.notices (message);
CREATE INDEX notices_change ON alerts.notices (change);

CREATE TABLE alerts.tokens (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    purpose    text NOT NULL CHECK (purpose IN ('confirm', 'stop', 'manage')),
    addressee  bigint NOT NULL REFERENCES alerts.addressees ON DELETE CASCADE,
    follow     uuid REFERENCES alerts.follows ON DELETE CASCADE,
    message    uuid REFERENCES alerts.messages ON DELETE SET NULL,
    expires_at timestamptz NOT NULL,
    CHECK (follow IS NOT NULL OR purpose = 'manage')
);
COMMENT ON TABLE alerts.tokens IS 'sha256 of the random words in links: the words themselves are kept nowhere';
CREATE INDEX tokens_addressee ON alerts.tokens (addressee);
CREATE INDEX tokens_expires ON alerts.tokens (expires_at);

CREATE TABLE alerts.asked (
    client   bytea NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE alerts.asked IS
    'Requests for mail, for a day: client is a keyed hash of a network address, of no use the day after';
CREATE INDEX asked_client ON alerts.asked (client, asked_at);

INSERT INTO geoloket.secrets (name, value)
VALUES ('alerts', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
