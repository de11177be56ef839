-- For which task somebody looks at layers that ask for one: chosen once in a session, and noted in the audit
-- log with each look.
ALTER TABLE people.sessions ADD COLUMN purpose text CHECK (purpose ~ '^[a-z][a-z0-9_]{0,47}$');
COMMENT ON COLUMN people.sessions.purpose IS 'code of a task that a layer declares; never what was typed';
-- It tells the purpose as well from now on; what it returns cannot be changed in place.
DROP FUNCTION IF EXISTS people.find(bytea);

-- What went because its time was up: how many rows of a layer, never which.
CREATE TABLE geoloket.retention_runs (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer   text NOT NULL,
    ran_at  timestamptz NOT NULL DEFAULT now(),
    how     text NOT NULL CHECK (how IN ('delete', 'anonymise')),
    before  date NOT NULL,
    amount  bigint NOT NULL
);
COMMENT ON TABLE geoloket.retention_runs IS 'Rows that went because their retention was over, for the register of processing';
COMMENT ON COLUMN geoloket.retention_runs.before IS 'rows that were over before this day';
CREATE INDEX retention_runs_layer ON geoloket.retention_runs (layer, ran_at DESC);
