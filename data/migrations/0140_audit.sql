-- Who of the staff looked at what. Nobody but the owner reads this schema; it is written by audit.record
-- alone (data/functions/audit.sql), and what is written stays as it is until its time is up.
CREATE SCHEMA IF NOT EXISTS audit;
COMMENT ON SCHEMA audit IS 'Who looked at what is not public: only added to, each entry bound to the one before';

CREATE TABLE audit.entries (
    seq     bigint PRIMARY KEY,
    at      timestamptz NOT NULL,
    subject text NOT NULL,
    role    text NOT NULL,
    deed    text NOT NULL CHECK (deed IN ('read', 'list', 'count', 'tile', 'export', 'change')),
    layer   text NOT NULL,
    records text[] NOT NULL,
    amount  bigint,
    purpose text,
    door    text NOT NULL,
    request text,
    hash    bytea NOT NULL CHECK (length(hash) = 32)
);
COMMENT ON COLUMN audit.entries.seq IS 'without gaps: one that is missing was taken away';
COMMENT ON COLUMN audit.entries.subject IS 'the identity provider''s name for the person';
COMMENT ON COLUMN audit.entries.records IS 'ids of what was seen, or the box of a tile; empty when there are many';
COMMENT ON COLUMN audit.entries.amount IS 'how many were seen; at most so many of an export; NULL when nobody counted';
COMMENT ON COLUMN audit.entries.purpose IS 'code of the task that it was for; never what was typed';
COMMENT ON COLUMN audit.entries.request IS 'the id that the technical log has as well';
COMMENT ON COLUMN audit.entries.hash IS 'sha256 of the hash before it and of everything above';
CREATE INDEX entries_at ON audit.entries (at);

-- One row: the end of the chain. Who adds to it holds this row; who reads entries waits for nobody.
CREATE TABLE audit.head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    seq    bigint NOT NULL,
    at     timestamptz NOT NULL,
    hash   bytea NOT NULL
);
INSERT INTO audit.head (seq, at, hash) VALUES (0, '-infinity', decode(repeat('00', 32), 'hex'));

CREATE TABLE audit.checkpoints (
    seq       bigint PRIMARY KEY,
    hash      bytea NOT NULL,
    made_at   timestamptz NOT NULL,
    signature bytea NOT NULL
);
COMMENT ON TABLE audit.checkpoints IS 'Up to where entries were deleted because their time was up: the chain goes on from here';

CREATE TABLE audit.keys (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    value  bytea NOT NULL
);
COMMENT ON TABLE audit.keys IS 'What checkpoints are signed with where the settings name no key';
INSERT INTO audit.keys (value)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- The owner, too, is refused; entries that a checkpoint stands for may go.
CREATE FUNCTION audit.refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'entries' THEN
        IF OLD.seq <= (SELECT max(seq) FROM audit.checkpoints) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON audit.entries
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER entries_all_stay BEFORE TRUNCATE ON audit.entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER checkpoints_stay BEFORE UPDATE OR DELETE ON audit.checkpoints
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER checkpoints_all_stay BEFORE TRUNCATE ON audit.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
