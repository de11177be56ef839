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

-- Days that are not written as 2023-05-10, or are a 29th of February: apart, so that the common case
-- below is one test and one cast.
CREATE OR REPLACE FUNCTION geoloket.import_other_date(value text) RETURNS date
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts integer[] := coalesce(
        regexp_match(value, '^([12]\d{3})-?(\d\d)-?(\d\d)(?:\D|$)'),
        (SELECT ARRAY[belgian[3], belgian[2], belgian[1]]
         FROM regexp_match(value, '^(\d\d?)[/.-](\d\d?)[/.-]([12]\d{3})(?:\D|$)') AS belgian))::integer[];
BEGIN
    -- Looked at beforehand: a parallel worker cannot catch the error of a day that does not exist.
    IF parts[2] NOT BETWEEN 1 AND 12
        OR parts[3] NOT BETWEEN 1 AND date_part('day', make_date(parts[1], parts[2], 1) + interval '1 month -1 day') THEN
        RETURN NULL;
    END IF;
    RETURN make_date(parts[1], parts[2], parts[3]);
END
$$;

-- The day that a text starts with, if it exists: 2023-05-10, 2023-05-10T12:00:00+02:00, 10/05/2023,
-- 20230510. STABLE because a cast to a date is; for this spelling it depends on no setting.
CREATE OR REPLACE FUNCTION geoloket.import_date(value text) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN value ~ '^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])(\D|$)'
            THEN pg_catalog.left(value, 10)::date
        WHEN value IS NOT NULL THEN geoloket.import_other_date(value)
    END;

-- ISO 8601; without a zone it is Belgian time, a day alone starts at midnight there.
CREATE OR REPLACE FUNCTION geoloket.import_instant(value text) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN geoloket.import_date(value) IS NULL THEN NULL
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[-+](0\d|1[0-4])(:?[0-5]\d)?)$'
        THEN value::timestamptz
        WHEN value ~ '^\d{4}-\d\d-\d\d[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$'
        THEN value::timestamp AT TIME ZONE 'Europe/Brussels'
        WHEN pg_catalog.length(value) <= 10
        THEN geoloket.import_date(value)::timestamp AT TIME ZONE 'Europe/Brussels'
    END;
