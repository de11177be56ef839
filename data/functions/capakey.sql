-- The key of a cadastral parcel in its three notations, all in use:
--   A  11001B0009/00A005      GRB, cadastre           our canonical form, `capakey`
--   B  11001B0009-00A005      base registers, URIs    our feature id
--   C  11001_B_0009_A_005_00  old "percid"            division, section, number, exponent, power, bis
-- No exponent is written _ or 0. A text that is none of them gives NULL: never guessed.
-- Not STRICT, and without concat(): so that PostgreSQL writes them into the statement (20 times faster).

CREATE OR REPLACE FUNCTION geoloket.capakey(key text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN key ~ '^\d{5}[A-Z]\d{4}/\d{2}[A-Z_0]\d{3}$' THEN key
        WHEN pg_catalog.upper(pg_catalog.btrim(key)) ~ '^\d{5}[A-Z]\d{4}[/-]\d{2}[A-Z_0]\d{3}$'
        THEN pg_catalog.replace(pg_catalog.upper(pg_catalog.btrim(key)), '-', '/')
        WHEN pg_catalog.upper(pg_catalog.btrim(key)) ~ '^\d{5}_[A-Z]_\d{4}_[A-Z_0]_\d{3}_\d{2}$'
        THEN pg_catalog.regexp_replace(pg_catalog.upper(pg_catalog.btrim(key)),
             '^(\d{5})_([A-Z])_(\d{4})_([A-Z_0])_(\d{3})_(\d{2})$', '\1\2\3/\6\4\5')
    END;

-- The id of a parcel feature: notation B.
CREATE OR REPLACE FUNCTION geoloket.parcel_id(key text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.replace(geoloket.capakey(key), '/', '-');

-- What people read: section, number, bis number, exponent and power ("B 9 A 5", "B 213/2").
CREATE OR REPLACE FUNCTION geoloket.parcel_label(capakey text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.substr(capakey, 6, 1) || ' ' || pg_catalog.substr(capakey, 7, 4)::integer::text
        || CASE WHEN pg_catalog.substr(capakey, 12, 2) = '00' THEN ''
                ELSE '/' || pg_catalog.substr(capakey, 12, 2)::integer::text END
        || CASE WHEN pg_catalog.substr(capakey, 14, 1) IN ('_', '0') THEN ''
                ELSE ' ' || pg_catalog.substr(capakey, 14, 1) END
        || CASE WHEN pg_catalog.substr(capakey, 15, 3) = '000' THEN ''
                ELSE ' ' || pg_catalog.substr(capakey, 15, 3)::integer::text END;
