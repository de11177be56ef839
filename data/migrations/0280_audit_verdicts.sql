-- Whether the chain was whole, each time that the worker or somebody at the command line looked. Shown on the
-- page of the log; of those who can write here nobody can make a broken chain whole.
CREATE TABLE audit.verdicts (
    at      timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
    entries bigint NOT NULL,
    seq     bigint NOT NULL,
    hash    bytea NOT NULL,
    fault   text
);
COMMENT ON TABLE audit.verdicts IS 'What was found when the entries were held against their hashes';
COMMENT ON COLUMN audit.verdicts.seq IS 'the last entry that is right, or the first that is not';
COMMENT ON COLUMN audit.verdicts.fault IS 'what is wrong with it; NULL when all is as it was written';

-- Who looked at one record, or what one person looked at.
CREATE INDEX entries_records ON audit.entries USING gin (records);
CREATE INDEX entries_subject ON audit.entries (subject, seq);
