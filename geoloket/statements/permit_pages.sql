-- name: found
-- A permit by its id, else every permit with that file number or municipal reference; with the centre
-- of the site in degrees.
SELECT v.id, v.file_number, v.municipal_reference, v.title, v.project_types, v.procedure, v.authority,
       v.status, v.status_on, v.submitted_on, v.inquiry_from, v.inquiry_until, v.decision_due,
       v.decided_on, v.decision_result, v.address, v.capakeys, v.nis_code, v.retired_on,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat
FROM permits AS v
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(v.geom_crs84) AS geom) AS spot
WHERE v.id = %(number)s OR v.file_number = %(number)s OR v.municipal_reference = %(number)s
ORDER BY v.id = %(number)s DESC, v.submitted_on DESC NULLS LAST, v.id
LIMIT 10

-- name: events
-- What happened to a permit, in order.
SELECT code, happened_on, source, extension_days
FROM permit_events WHERE permit_id = %(id)s ORDER BY seq

-- name: parcels
-- The parcels of a file that we know, by their keys: where its page leads.
SELECT id, capakey FROM parcels WHERE capakey = ANY (%(capakeys)s) ORDER BY capakey LIMIT 50

-- name: parcel_under
-- For a file that names no parcel: the one of today that holds most of its site.
SELECT p.id, p.capakey FROM permits AS v
JOIN parcels AS p ON p.geom && v.geom AND p.retired_on IS NULL
WHERE v.id = %(id)s AND ST_Intersects(p.geom, v.geom)
ORDER BY ST_Area(ST_Intersection(p.geom, v.geom)) DESC, p.id LIMIT 1

-- name: counts
-- How many permits pass the filter, whatever their status, by status and outcome.
SELECT v.status, v.decision_result, count(*) AS n
FROM permits AS v
WHERE v.retired_on IS NULL
  AND (%(street)s::text IS NULL OR starts_with(geoloket.address_fold(v.address), geoloket.address_fold(%(street)s::text)))
  AND (%(lon)s::float IS NULL OR ST_DWithin(v.geom, geoloket.from_lonlat(%(lon)s::float, %(lat)s::float, %(srid)s::int), %(metres)s::float))
  AND (%(since)s::date IS NULL OR v.submitted_on >= %(since)s::date)
  AND (%(until)s::date IS NULL OR v.submitted_on <= %(until)s::date)
GROUP BY v.status, v.decision_result

-- name: listed
-- Permits that pass the filter, last changed first; after (changed, id) of the last one shown.
-- Groups: rows of status and outcome, from `counts`, that belong to the chosen display groups.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure,
       coalesce(v.status_on, v.submitted_on, '0001-01-01') AS changed,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat
FROM permits AS v
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(v.geom_crs84) AS geom) AS spot
WHERE v.retired_on IS NULL
  AND (%(street)s::text IS NULL OR starts_with(geoloket.address_fold(v.address), geoloket.address_fold(%(street)s::text)))
  AND (%(lon)s::float IS NULL OR ST_DWithin(v.geom, geoloket.from_lonlat(%(lon)s::float, %(lat)s::float, %(srid)s::int), %(metres)s::float))
  AND (%(since)s::date IS NULL OR v.submitted_on >= %(since)s::date)
  AND (%(until)s::date IS NULL OR v.submitted_on <= %(until)s::date)
  AND (%(kinds)s::text[] IS NULL
       OR coalesce(v.status, '') || ' ' || coalesce(v.decision_result, '') = ANY (%(kinds)s::text[]))
  AND (%(after)s::date IS NULL
       OR (coalesce(v.status_on, v.submitted_on, '0001-01-01'), v.id) < (%(after)s::date, %(after_id)s))
ORDER BY changed DESC, v.id DESC
LIMIT %(limit)s

-- name: usual
-- In how many days half of a municipality's files were decided, by procedure: from the submission to the
-- first decision, of files that it decided itself since a day. Only where enough were.
WITH decided AS (
    SELECT event.permit_id, min(event.happened_on) FILTER (WHERE event.code = 'submitted') AS submitted_on,
        min(event.happened_on) FILTER (WHERE event.code IN ('decided_granted', 'decided_granted_with_conditions',
            'decided_refused', 'recorded', 'not_recorded')) AS decided_on
    FROM permit_events AS event
    WHERE event.happened_on <= %(today)s::date
    GROUP BY event.permit_id
)
SELECT permit.nis_code, permit.procedure, count(*) AS files,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY decided.decided_on - decided.submitted_on) AS days
FROM decided
JOIN permits AS permit ON permit.id = decided.permit_id
WHERE decided.decided_on >= %(since)s::date AND decided.decided_on >= decided.submitted_on
  AND permit.authority = 'municipality' AND permit.retired_on IS NULL
  AND permit.nis_code IS NOT NULL AND permit.procedure IS NOT NULL
GROUP BY permit.nis_code, permit.procedure
HAVING count(*) >= %(least)s
