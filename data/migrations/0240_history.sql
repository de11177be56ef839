-- What was changed in layers that may be edited: who, when, why, before and after. Triggers on their tables
-- write it (data/functions/history.sql), so that no door passes by it; what is written stays as it is, save
-- that what was kept of a feature is forgotten when its time is up.
CREATE SCHEMA IF NOT EXISTS history;
COMMENT ON SCHEMA history IS 'Changes of layers that may be edited: only added to';

CREATE TABLE history.changes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    layer        text NOT NULL,
    feature      text COLLATE "C" NOT NULL,
    deed         text NOT NULL CHECK (deed IN ('create', 'update', 'delete')),
    subject      text,
    name         text,
    token        text,
    login        text NOT NULL,
    reason       text,
    undoes       bigint REFERENCES history.changes,
    before       jsonb,
    after        jsonb,
    forgotten_at timestamptz
);
COMMENT ON COLUMN history.changes.subject IS 'the identity provider''s name for the person; NULL for an import, the worker or psql';
COMMENT ON COLUMN history.changes.token IS 'of the access token with which it was done, its public part';
COMMENT ON COLUMN history.changes.login IS 'the login of the database';
COMMENT ON COLUMN history.changes.undoes IS 'the change that this one took back';
COMMENT ON COLUMN history.changes.before IS 'the row: geom as hexadecimal EWKB, without what follows from it';
COMMENT ON COLUMN history.changes.forgotten_at IS 'when before, after and reason were taken out, because their time was up';
CREATE INDEX changes_feature ON history.changes (layer, feature, id);

-- The owner, too, is refused; only to forget is allowed.
CREATE FUNCTION history.refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.forgotten_at IS NOT NULL AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.reason IS NULL
            AND (to_jsonb(NEW) - ARRAY['before', 'after', 'reason', 'forgotten_at'])
                = (to_jsonb(OLD) - ARRAY['before', 'after', 'reason', 'forgotten_at']) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the history is only added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER changes_stay BEFORE UPDATE OR DELETE ON history.changes
    FOR EACH ROW EXECUTE FUNCTION history.refuse();
CREATE TRIGGER changes_all_stay BEFORE TRUNCATE ON history.changes
    FOR EACH STATEMENT EXECUTE FUNCTION history.refuse();
