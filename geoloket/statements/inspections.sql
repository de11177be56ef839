-- Inspections of dwellings and residence checks: run under the role geoloket_housing alone.

-- name: listed
-- Inspections that pass a filter. `due` is the order term of what is not decided yet.
WITH found AS (
    SELECT i.*, CASE
        WHEN i.status = ANY (%(undecided)s) THEN (i.requested_on + make_interval(months => %(months)s))::date
        WHEN i.status = 'conform' AND i.certificate_issued_on IS NULL THEN i.requested_on + %(days)s
    END AS due
    FROM housing_inspections AS i
    WHERE i.retired_on IS NULL)
SELECT id, case_number, address, building_unit, neighbourhood, status, outcome, inspector, requested_on,
    planned_on, planned_slot, inspected_on, due, ST_X(geom) AS x, ST_Y(geom) AS y,
    ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat, count(*) OVER () AS total
FROM found
WHERE (%(status)s::text IS NULL OR status = %(status)s OR (%(status)s = 'open' AND status <> 'closed'))
    AND (%(neighbourhood)s::text IS NULL OR neighbourhood = %(neighbourhood)s)
    AND (%(inspector)s::text IS NULL OR inspector = %(inspector)s)
    AND (%(due_until)s::date IS NULL OR due <= %(due_until)s)
    AND (%(planned_on)s::date IS NULL OR (planned_on = %(planned_on)s AND status = 'scheduled'))
ORDER BY due NULLS LAST, requested_on DESC NULLS LAST, id
LIMIT %(limit)s OFFSET %(offset)s

-- name: choices
-- What a filter can choose from: values that stand in at least one row.
SELECT 'neighbourhood' AS field, neighbourhood AS value, count(*) AS n
FROM housing_inspections WHERE retired_on IS NULL AND neighbourhood <> '' GROUP BY 2
UNION ALL
SELECT 'inspector', inspector, count(*)
FROM housing_inspections WHERE retired_on IS NULL AND inspector <> '' GROUP BY 2
ORDER BY 1, 2

-- name: inspection
SELECT *, ST_X(geom) AS x, ST_Y(geom) AS y, ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
FROM housing_inspections
WHERE id = %(id)s

-- name: checks
-- Residence checks that pass a filter, district by district, the oldest first.
SELECT c.id, c.case_number, c.declared_on, c.preferred_slots, c.district, c.status, c.visits, c.decided_on,
    a.full_address AS address, ST_X(c.geom) AS x, ST_Y(c.geom) AS y,
    ST_X(c.geom_crs84) AS lon, ST_Y(c.geom_crs84) AS lat, count(*) OVER () AS total
FROM residence_checks AS c
LEFT JOIN addresses AS a ON a.id = c.address_id
WHERE c.retired_on IS NULL
    AND (%(status)s::text IS NULL OR c.status = %(status)s OR (%(status)s = 'open' AND c.status = ANY (%(open)s)))
    AND (%(district)s::text IS NULL OR c.district = %(district)s)
    AND (%(slot)s::text IS NULL OR %(slot)s = ANY (regexp_split_to_array(c.preferred_slots, '[ ,]+')))
ORDER BY c.district NULLS FIRST, c.declared_on, c.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: districts
SELECT district AS value, count(*) AS n
FROM residence_checks WHERE retired_on IS NULL AND district <> '' GROUP BY 1 ORDER BY 1

-- name: check
SELECT c.*, a.full_address AS address, ST_X(c.geom) AS x, ST_Y(c.geom) AS y,
    ST_X(c.geom_crs84) AS lon, ST_Y(c.geom_crs84) AS lat
FROM residence_checks AS c
LEFT JOIN addresses AS a ON a.id = c.address_id
WHERE c.id = %(id)s

-- name: start
-- Where a round begins, in storage coordinates.
SELECT ST_X(spot.geom) AS x, ST_Y(spot.geom) AS y
FROM (SELECT geoloket.from_lonlat(%(lon)s, %(lat)s, %(srid)s) AS geom) AS spot

-- name: ground
-- What a plan of the town shows under visits: green, water, roads and the border, cut to a window.
WITH frame AS (
    SELECT ST_SetSRID(ST_MakeBox2D(ST_MakePoint(%(x0)s, %(y0)s), ST_MakePoint(%(x1)s, %(y1)s)),
                      %(srid)s) AS box, (%(x1)s::float - %(x0)s::float) * 0.05 AS margin),
cut AS (SELECT box, ST_Expand(box, margin) AS wide FROM frame),
found AS (
    SELECT 'green' AS layer, geom, jsonb_build_object('kind', kind, 'name', name) AS properties
    FROM green, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'water', geom, jsonb_build_object('kind', kind, 'name', name)
    FROM water, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'roads', geom, jsonb_build_object('kind', kind)
    FROM roads, cut WHERE geom && cut.box AND retired_on IS NULL
    UNION ALL
    SELECT 'municipalities', geom, jsonb_build_object('name', name)
    FROM municipalities, cut WHERE geom && cut.box AND retired_on IS NULL
)
SELECT found.layer, found.properties, drawn.path
FROM found, cut
CROSS JOIN LATERAL (
    SELECT ST_AsSVG(ST_TransScale(ST_ClipByBox2D(found.geom, cut.wide),
        -%(x0)s::float, -%(y1)s::float, %(scale)s::float, %(scale)s::float), 1, %(digits)s) AS path) AS drawn
WHERE drawn.path <> ''
LIMIT 6000
