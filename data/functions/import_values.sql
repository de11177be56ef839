-- Text of a delivery into values, NULL where it is none: an import must not stop at one odd cell.
-- Whoever maps a format (layers/*/load.sql) uses these instead of a cast. None is STRICT, so that
-- PostgreSQL writes them into the statement instead of calling them row by row.

CREATE OR REPLACE FUNCTION geoloket.import_number(value text) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value ~ '^[-+]?(\d{1,15}(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?$' THEN value::double precision END;

-- '3', and '3.0' as some drivers write it.
CREATE OR REPLACE FUNCTION geoloket.import_integer(value text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value ~ '^[-+]?\d{1,18}(\.0*)?$' THEN pg_catalog.split_part(value, '.', 1)::bigint END;

CREATE OR REPLACE FUNCTION geoloket.import_boolean(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN pg_catalog.lower(value) IN ('true', 't', '1', 'ja', 'yes', 'waar') THEN true
        WHEN pg_catalog.lower(value) IN ('false', 'f', '0', 'nee', 'no', 'onwaar') THEN false
    END;

-- The day that a text starts with, if it exists: 2023-05-10, and 2023-05-10T12:00:00+02:00.
-- STABLE because a cast to a date is; for this spelling it depends on no setting.
CREATE OR REPLACE FUNCTION geoloket.import_iso_date(value text) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN value ~ '^[12]\d{3}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)(\D|$)'
            OR value ~ '^[12]\d{3}-02-29(\D|$)' AND (pg_catalog.left(value, 4)::integer % 4 = 0
                AND pg_catalog.left(value, 4)::integer % 100 <> 0 OR pg_catalog.left(value, 4)::integer % 400 = 0)
        THEN pg_catalog.left(value, 10)::date
    END;

-- Also 10/05/2023 and 20230510.
CREATE OR REPLACE FUNCTION geoloket.import_date(value text) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN value ~ '^\d{4}-' THEN geoloket.import_iso_date(value)
        WHEN value ~ '^\d\d/\d\d/\d{4}' THEN geoloket.import_iso_date(
            pg_catalog.substr(value, 7, 4) || '-' || pg_catalog.substr(value, 4, 2) || '-' || pg_catalog.left(value, 2))
        WHEN value ~ '^\d{8}$' THEN geoloket.import_iso_date(
            pg_catalog.left(value, 4) || '-' || pg_catalog.substr(value, 5, 2) || '-' || pg_catalog.right(value, 2))
    END;

-- ISO 8601; without a zone it is Belgian time, a day alone starts at midnight there.
CREATE OR REPLACE FUNCTION geoloket.import_instant(value text) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN geoloket.import_date(value) IS NULL THEN NULL
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[-+](0\d|1[0-4])(:?[0-5]\d)?)$'
        THEN value::timestamptz
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$'
        THEN value::timestamp AT TIME ZONE 'Europe/Brussels'
        WHEN pg_catalog.length(value) <= 10
        THEN geoloket.import_date(value)::timestamp AT TIME ZONE 'Europe/Brussels'
    END;
