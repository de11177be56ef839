-- What the web processes of one installation know and nobody else: they sign with it what comes back.
CREATE TABLE geoloket.secrets (
    name text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO geoloket.secrets (name, value)
VALUES ('paging', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
