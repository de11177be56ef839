-- The index behind the address search box: names once per area, numbers compact, nothing of staff.
-- Filled by geoloket.address_index_refresh() in the transaction of an import; never written by hand.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA public;

-- A piece of a municipality as an address writes it: one postcode with one postal name.
CREATE TABLE geoloket.address_areas (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nis_code     text NOT NULL,
    municipality text NOT NULL,
    postcode     text NOT NULL,
    postal_name  text NOT NULL,
    addresses    integer NOT NULL DEFAULT 0,
    lon          double precision,
    lat          double precision,
    UNIQUE (municipality, postcode, postal_name, nis_code)
);

-- What people call an area: its municipality, postal name, postcode, a name in another language, an old name.
CREATE TABLE geoloket.address_place_keys (
    key   text COLLATE "C" NOT NULL,
    area  integer NOT NULL REFERENCES geoloket.address_areas ON DELETE CASCADE,
    kind  text NOT NULL CHECK (kind IN ('municipality', 'postal', 'postcode', 'alias')),
    label text NOT NULL,
    PRIMARY KEY (key, area, kind)
);

CREATE TABLE geoloket.address_streets (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area        integer NOT NULL REFERENCES geoloket.address_areas ON DELETE CASCADE,
    street_name text NOT NULL,
    words       text COLLATE "C" NOT NULL,
    addresses   integer NOT NULL DEFAULT 0,
    lon         double precision,
    lat         double precision,
    UNIQUE (area, street_name)
);

-- Squashed spellings of a street; kind 0 the name, 1 another spelling of it, 2 the name from a later word on.
CREATE TABLE geoloket.address_street_keys (
    key    text COLLATE "C" NOT NULL,
    street integer NOT NULL REFERENCES geoloket.address_streets ON DELETE CASCADE,
    area   integer NOT NULL,
    kind   smallint NOT NULL,
    PRIMARY KEY (key, street)
);
CREATE INDEX address_street_keys_area ON geoloket.address_street_keys (area, key);
CREATE INDEX address_street_keys_street ON geoloket.address_street_keys (street);

-- Each spelling once, so that three hundred Kerkstraten cost the trigram index one entry.
CREATE TABLE geoloket.address_spellings (key text COLLATE "C" PRIMARY KEY);
CREATE INDEX address_spellings_trigram ON geoloket.address_spellings USING gin (key gin_trgm_ops);

-- Openings of spellings with one letter left out: two words one edit apart share a row here.
CREATE TABLE geoloket.address_typos (
    variant text COLLATE "C" NOT NULL,
    opening text COLLATE "C" NOT NULL,
    PRIMARY KEY (variant, opening)
);

-- No foreign key: a check per row would be a third of the time that filling takes; the refresh keeps it whole.
CREATE TABLE geoloket.address_numbers (
    address_id text COLLATE "C" PRIMARY KEY,
    street     integer NOT NULL,
    value      integer NOT NULL,
    rest       text COLLATE "C" NOT NULL,
    last_value integer,
    box        text COLLATE "C" NOT NULL,
    label      text NOT NULL,
    proposed   boolean NOT NULL,
    lon        double precision NOT NULL,
    lat        double precision NOT NULL
);
CREATE INDEX address_numbers_street ON geoloket.address_numbers (street, value);

-- What the search functions hand to each other: a street, how well it fits, and on which rung.
CREATE TYPE geoloket.address_street_hit AS (street integer, score double precision, match text);

-- One row: which spelling rules the index was filled with. Other rules mean that it is filled anew.
CREATE TABLE geoloket.address_index_state (
    single       boolean PRIMARY KEY DEFAULT true CHECK (single),
    rules        text NOT NULL,
    refreshed_at timestamptz NOT NULL
);
