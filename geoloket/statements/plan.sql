-- The static plan. Everything is cut to a window in storage coordinates (x0, y0, x1, y1) and written
-- as SVG paths in a drawing whose origin is the window's top left corner, `scale` units a metre.

-- name: parcel_frame
-- The box of a parcel in storage coordinates and the latitude it lies on.
SELECT ST_XMin(p.geom) AS x0, ST_YMin(p.geom) AS y0, ST_XMax(p.geom) AS x1, ST_YMax(p.geom) AS y1,
       ST_Y(ST_Centroid(p.geom_crs84)) AS lat
FROM parcels AS p
WHERE p.id = %(id)s

-- name: shapes
-- Areas and lines of the base layers and the permits, cut a little outside the window.
WITH frame AS (
    SELECT ST_SetSRID(ST_MakeBox2D(ST_MakePoint(%(x0)s, %(y0)s), ST_MakePoint(%(x1)s, %(y1)s)),
                      %(srid)s) AS box, (%(x1)s::float - %(x0)s::float) * 0.05 AS margin),
cut AS (SELECT box, ST_Expand(box, margin) AS wide FROM frame),
found AS (
    SELECT 'green' AS layer, id, geom, jsonb_build_object('kind', kind, 'name', name) AS properties
    FROM green, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'water', id, geom, jsonb_build_object('kind', kind, 'name', name)
    FROM water, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'roads', id, geom, jsonb_build_object('kind', kind)
    FROM roads, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'parcels', id, geom, jsonb_build_object('parcel_label', parcel_label)
    FROM parcels, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'buildings', id, geom, jsonb_build_object('kind', kind)
    FROM buildings, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'municipalities', id, geom, jsonb_build_object('name', name)
    FROM municipalities, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'permits', id, geom, jsonb_build_object('status', status, 'decision_result', decision_result)
    FROM permits, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'selection', id, geom, '{}'
    FROM parcels WHERE id = %(selected)s
)
SELECT found.layer, found.id, found.properties, drawn.path
FROM found, cut
CROSS JOIN LATERAL (
    SELECT ST_AsSVG(ST_TransScale(
        CASE WHEN found.layer = 'selection' THEN found.geom ELSE ST_ClipByBox2D(found.geom, cut.wide) END,
        -%(x0)s::float, -%(y1)s::float, %(scale)s::float, %(scale)s::float), 1, %(digits)s) AS path) AS drawn
WHERE drawn.path <> ''
LIMIT 6000

-- name: names
-- Names of streets, water and green in the window: where to write them, and along which angle.
WITH frame AS (
    SELECT ST_SetSRID(ST_MakeBox2D(ST_MakePoint(%(x0)s, %(y0)s), ST_MakePoint(%(x1)s, %(y1)s)),
                      %(srid)s) AS box),
pieces AS (
    SELECT DISTINCT ON (s.name) s.name, line.geom
    FROM streets AS s, frame
    CROSS JOIN LATERAL ST_Dump(ST_LineMerge(ST_Intersection(s.geom, frame.box))) AS line
    WHERE s.geom && frame.box AND s.retired_on IS NULL AND GeometryType(line.geom) = 'LINESTRING'
    ORDER BY s.name, ST_Length(line.geom) DESC),
spots AS (
    SELECT 'streets' AS layer, name, ST_Length(geom) AS metres,
           ST_LineInterpolatePoint(geom, at) AS spot,
           degrees(ST_Azimuth(ST_LineInterpolatePoint(geom, greatest(at - 0.06, 0)),
                              ST_LineInterpolatePoint(geom, least(at + 0.06, 1)))) AS azimuth
    FROM pieces, unnest(ARRAY[0.5, 0.25, 0.75]) AS at
    UNION ALL
    SELECT 'water', w.name, sqrt(ST_Area(part.geom)), ST_PointOnSurface(part.geom), 90
    FROM water AS w, frame
    CROSS JOIN LATERAL (SELECT ST_Intersection(w.geom, frame.box) AS geom) AS part
    WHERE w.geom && frame.box AND w.retired_on IS NULL AND w.name <> '' AND NOT ST_IsEmpty(part.geom)
    UNION ALL
    SELECT 'green', g.name, sqrt(ST_Area(part.geom)), ST_PointOnSurface(part.geom), 90
    FROM green AS g, frame
    CROSS JOIN LATERAL (SELECT ST_Intersection(g.geom, frame.box) AS geom) AS part
    WHERE g.geom && frame.box AND g.retired_on IS NULL AND g.name <> '' AND NOT ST_IsEmpty(part.geom))
SELECT layer, name, metres, azimuth,
       (ST_X(spot) - %(x0)s::float) * %(scale)s::float AS x,
       (%(y1)s::float - ST_Y(spot)) * %(scale)s::float AS y
FROM spots
ORDER BY layer, metres DESC
LIMIT 60

-- name: numbers
-- House numbers in the window; boxes of one house share its number. `here`: on the selected parcel.
SELECT DISTINCT ON (a.street_name, a.house_number) a.street_name, a.house_number,
       (ST_X(a.geom) - %(x0)s::float) * %(scale)s::float AS x,
       (%(y1)s::float - ST_Y(a.geom)) * %(scale)s::float AS y,
       coalesce(ST_Intersects(a.geom, p.geom), FALSE) AS here
FROM addresses AS a
LEFT JOIN parcels AS p ON p.id = %(selected)s
WHERE a.geom && ST_MakeEnvelope(%(x0)s, %(y0)s, %(x1)s, %(y1)s, %(srid)s)
  AND a.retired_on IS NULL AND a.status IN ('current', 'proposed')
ORDER BY a.street_name, a.house_number, a.box_number NULLS FIRST
LIMIT 600

-- name: neighbours
-- House numbers in the same street on the parcels that touch the selected one.
SELECT DISTINCT a.street_name, a.house_number,
       NULLIF(substring(a.house_number FROM '^\d+'), '')::bigint AS number
FROM parcels AS p
JOIN parcels AS n ON ST_DWithin(n.geom, p.geom, 0.1) AND n.id <> p.id AND n.retired_on IS NULL
JOIN addresses AS a ON ST_Intersects(a.geom, n.geom) AND a.retired_on IS NULL
WHERE p.id = %(id)s AND a.street_name = %(street)s
ORDER BY number NULLS LAST, a.house_number
LIMIT 20

-- name: around
-- The streets near the selected parcel, nearest first: metres, and degrees clockwise from north.
SELECT s.name, min(ST_Distance(s.geom, p.geom)) AS distance_m,
       (array_agg(degrees(ST_Azimuth(ST_Centroid(p.geom), ST_ClosestPoint(s.geom, ST_Centroid(p.geom))))
                  ORDER BY ST_Distance(s.geom, p.geom)))[1] AS azimuth
FROM parcels AS p
JOIN streets AS s ON ST_DWithin(s.geom, p.geom, 150)
WHERE p.id = %(id)s AND s.retired_on IS NULL
GROUP BY s.name
ORDER BY distance_m
LIMIT 4

-- name: point
-- A longitude and latitude in storage coordinates.
SELECT ST_X(spot.geom) AS x, ST_Y(spot.geom) AS y
FROM (SELECT geoloket.from_lonlat(%(lon)s, %(lat)s, %(srid)s) AS geom) AS spot
