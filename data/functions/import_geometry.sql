-- The Lambert guard: the EPSG number that a Belgian coordinate pair must be in, NULL when it fits
-- none. The axes of Lambert 2008 were shifted by some 500 km so that the two cannot be confused.
-- The same rule as geoloket.crs.guess_srid; a test holds them together.
CREATE OR REPLACE FUNCTION geoloket.import_srid(x double precision, y double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN x >= 10000 AND x < 300000 AND y BETWEEN 15000 AND 250000 THEN 31370
        WHEN x > 490000 AND x < 820000 AND y BETWEEN 515000 AND 750000 THEN 3812
        WHEN x BETWEEN 2.3 AND 6.5 AND y BETWEEN 49.4 AND 51.6 THEN 4326
    END;

-- What a stated system is for the guard: ETRS89 is as good as WGS 84, BEREF2011 is Lambert 2008.
CREATE OR REPLACE FUNCTION geoloket.import_kin(srid integer) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN srid IN (4258, 4979) THEN 4326 WHEN srid = 11219 THEN 3812 ELSE srid END;

-- Why a position cannot be where it says, or NULL. `declared` is the system that the source states.
CREATE OR REPLACE FUNCTION geoloket.import_position_fault(
    x double precision, y double precision, declared integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN geoloket.import_srid(x, y) = geoloket.import_kin(declared) THEN NULL
        WHEN pg_catalog.abs(x) < 1000 AND pg_catalog.abs(y) < 1000 AND (declared IN (31370, 3812) OR x = 0 AND y = 0)
            -- Lambert 72 (0, 0) turned into degrees, and Lambert 2008 (0, 0) likewise.
            OR pg_catalog.abs(x - 2.3067) < 0.01 AND pg_catalog.abs(y - 49.2933) < 0.01
        THEN 'null position: Lambert 0,0'
        WHEN geoloket.import_srid(y, x) = 4326 THEN 'latitude and longitude are swapped'
        WHEN geoloket.import_kin(declared) IN (31370, 3812, 4326) AND geoloket.import_srid(x, y) IS NOT NULL
        THEN 'position is in EPSG:' || geoloket.import_srid(x, y) || ', not in EPSG:' || declared || ' as the source says'
        WHEN declared IS NULL AND geoloket.import_srid(x, y) IS NOT NULL
            OR geoloket.import_kin(declared) NOT IN (31370, 3812, 4326) THEN NULL
        ELSE 'position outside Belgium: ' || pg_catalog.round(x::numeric, 4) || ' ' || pg_catalog.round(y::numeric, 4)
    END;

-- An invalid geometry made valid, when that is certain: it keeps its dimension, and its area but for
-- a hair (0.1 per mille and at least a square centimetre). NULL when it is not certain.
CREATE OR REPLACE FUNCTION geoloket.import_repaired(geom geometry) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp
AS $$
DECLARE
    mended geometry := ST_CollectionExtract(ST_MakeValid(geom), ST_Dimension(geom) + 1);
BEGIN
    IF ST_IsEmpty(mended) OR NOT ST_IsValid(mended)
        OR abs(ST_Area(mended) - ST_Area(geom)) > greatest(0.0001, ST_Area(geom) * 0.0001) THEN
        RETURN NULL;
    END IF;
    RETURN mended;
END
$$;
