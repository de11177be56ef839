-- Between the Belgian systems and longitude/latitude, always by way of ETRS89 (EPSG:4258).
--
-- The direct operation from Belgian Datum 72 to WGS 84 is good for 1 m only; to ETRS89 it is good
-- for 0.2 m, or 0.01 m where PROJ has the Belgian grid. ETRS89 and WGS 84 are taken as one, as the
-- Flemish registers do. They are IMMUTABLE so that indexes may use them: after installing the grid,
-- `geoloket migrate --reproject` fills those columns again. They are not STRICT:
-- PostgreSQL writes a function with CASE into the statement only then, and a call costs more than
-- the reprojection of a point.

-- Rings run as RFC 7946 §3.1.6 asks: what is made here is what GeoJSON is written from.
CREATE OR REPLACE FUNCTION geoloket.to_crs84(geom geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN public.ST_ForcePolygonCCW(
        CASE WHEN public.ST_SRID(geom) IN (4326, 4258)
             THEN public.ST_SetSRID(geom, 4326)
             ELSE public.ST_SetSRID(public.ST_Transform(geom, 4258), 4326) END);

CREATE OR REPLACE FUNCTION geoloket.to_mercator(geom geometry) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN public.ST_Transform(geoloket.to_crs84(geom), 3857);

-- Any geometry into a projected system: degrees are taken as ETRS89, the rest goes straight.
CREATE OR REPLACE FUNCTION geoloket.to_srid(geom geometry, srid integer) RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN public.ST_SRID(geom) = srid THEN geom
                WHEN public.ST_SRID(geom) = 4326
                THEN public.ST_Transform(public.ST_SetSRID(geom, 4258), srid)
                WHEN public.ST_SRID(geom) = 3857
                THEN public.ST_Transform(public.ST_SetSRID(public.ST_Transform(geom, 4326), 4258), srid)
                ELSE public.ST_Transform(geom, srid) END;

CREATE OR REPLACE FUNCTION geoloket.from_lonlat(longitude double precision, latitude double precision, srid integer)
    RETURNS geometry
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN geoloket.to_srid(public.ST_SetSRID(public.ST_MakePoint(longitude, latitude), 4326), srid);
