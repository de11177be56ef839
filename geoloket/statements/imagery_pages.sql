-- The pages of imagery beside what the imagery desk reads itself.

-- name: parcel_outline
-- Where a parcel is: its outline as GeoJSON in degrees, and a square around it in metres (Lambert 72).
SELECT ST_AsGeoJSON(p.geom_crs84, 7) AS outline, ST_X(middle.geom) - half.metres AS x0,
       ST_Y(middle.geom) - half.metres AS y0, ST_X(middle.geom) + half.metres AS x1, ST_Y(middle.geom) + half.metres AS y1
FROM parcels AS p
CROSS JOIN LATERAL (SELECT geoloket.to_srid(p.geom, 31370) AS geom) AS l
CROSS JOIN LATERAL (SELECT ST_Centroid(ST_Envelope(l.geom)) AS geom) AS middle
CROSS JOIN LATERAL (
    SELECT greatest(ST_XMax(l.geom) - ST_XMin(l.geom), ST_YMax(l.geom) - ST_YMin(l.geom)) / 2 + 12 AS metres) AS half
WHERE p.id = %(id)s

-- name: photo_years
-- The years of which there is an aerial photo of a parcel, with the first day that it was flown.
SELECT o.year, min(o.flown_on) AS flown_on
FROM parcels AS p
JOIN orthophotos AS o ON o.geom && p.geom AND ST_Intersects(o.geom, p.geom)
WHERE p.id = %(id)s AND o.retired_on IS NULL AND o.year IS NOT NULL
GROUP BY o.year
ORDER BY o.year
