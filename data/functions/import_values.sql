-- Text of a delivery into values, NULL where it is none: an import must not stop at one odd cell.
-- Whoever maps a format (layers/*/load.sql) uses these instead of a cast.

CREATE OR REPLACE FUNCTION geoloket.import_number(value text) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN value ~ '^[-+]?(\d{1,15}(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?$' THEN value::double precision END;

-- '3', and '3.0' as some drivers write it.
CREATE OR REPLACE FUNCTION geoloket.import_integer(value text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN value ~ '^[-+]?\d{1,18}(\.0*)?$' THEN pg_catalog.split_part(value, '.', 1)::bigint END;

CREATE OR REPLACE FUNCTION geoloket.import_boolean(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE pg_catalog.lower(value)
        WHEN 'true' THEN true WHEN 't' THEN true WHEN '1' THEN true WHEN 'ja' THEN true WHEN 'yes' THEN true WHEN 'waar' THEN true
        WHEN 'false' THEN false WHEN 'f' THEN false WHEN '0' THEN false WHEN 'nee' THEN false WHEN 'no' THEN false WHEN 'onwaar' THEN false
    END;

-- A day that exists: '2023-02-30' is none.
CREATE OR REPLACE FUNCTION geoloket.import_day(year integer, month integer, day integer) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN year < 1000 OR month NOT BETWEEN 1 AND 12 OR day NOT BETWEEN 1 AND 31 THEN NULL
        WHEN day <= 28 OR day <= pg_catalog.date_part('day', pg_catalog.make_date(year, month, 1) + interval '1 month' - interval '1 day')
        THEN pg_catalog.make_date(year, month, day)
    END;

-- 2023-05-10 (and what follows it: a time, a zone), 10/05/2023, 20230510.
CREATE OR REPLACE FUNCTION geoloket.import_date(value text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN value ~ '^\d{4}-\d\d-\d\d'
        THEN geoloket.import_day(pg_catalog.left(value, 4)::integer, pg_catalog.substr(value, 6, 2)::integer, pg_catalog.substr(value, 9, 2)::integer)
        WHEN value ~ '^\d\d/\d\d/\d{4}'
        THEN geoloket.import_day(pg_catalog.substr(value, 7, 4)::integer, pg_catalog.substr(value, 4, 2)::integer, pg_catalog.left(value, 2)::integer)
        WHEN value ~ '^\d{8}$'
        THEN geoloket.import_day(pg_catalog.left(value, 4)::integer, pg_catalog.substr(value, 5, 2)::integer, pg_catalog.right(value, 2)::integer)
    END;

-- ISO 8601; without a zone it is Belgian time, a day alone starts at midnight there.
CREATE OR REPLACE FUNCTION geoloket.import_instant(value text) RETURNS timestamptz
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN geoloket.import_date(value) IS NULL THEN NULL
        WHEN value ~ '^\d{4}-\d\d-\d\d$'
        THEN geoloket.import_date(value)::timestamp AT TIME ZONE 'Europe/Brussels'
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$'
        THEN value::timestamp AT TIME ZONE 'Europe/Brussels'
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[-+](0\d|1[0-4])(:?[0-5]\d)?)$'
        THEN value::timestamptz
    END;
