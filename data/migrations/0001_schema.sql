-- The two schemas of published tables, and what is kept about them.
CREATE SCHEMA IF NOT EXISTS geoloket;
CREATE SCHEMA IF NOT EXISTS staff;

COMMENT ON SCHEMA geoloket IS 'Layers with something public, and what serves them';
COMMENT ON SCHEMA staff IS 'Layers for staff alone: visitors have no access to this schema at all';

CREATE TABLE geoloket.site (
    key text PRIMARY KEY,
    value jsonb NOT NULL
);
COMMENT ON TABLE geoloket.site IS 'What this Geoloket is: name of the municipality, invented or not, centre';

-- One row per layer; the version goes up with every statement that changes the table, so that
-- an ETag or a cached tile made of it is never stale.
CREATE TABLE geoloket.layer_state (
    layer text PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE geoloket.imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer text NOT NULL,
    source text NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT now(),
    seconds double precision NOT NULL,
    report jsonb NOT NULL
);
COMMENT ON TABLE geoloket.imports IS 'One row per import that was committed, with its counts';
CREATE INDEX imports_layer ON geoloket.imports (layer, finished_at DESC);
