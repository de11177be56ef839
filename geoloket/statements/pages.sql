-- name: site
-- What this Geoloket is.
SELECT key, value FROM site

-- name: middle
-- Where most addresses are and the name of the one municipality, for a site that says neither.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_X(sample.geom_crs84)) AS lon,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_Y(sample.geom_crs84)) AS lat,
       CASE WHEN count(DISTINCT sample.municipality) = 1 THEN min(sample.municipality) END AS name
FROM (SELECT geom_crs84, municipality FROM addresses
      WHERE retired_on IS NULL AND geom_crs84 IS NOT NULL LIMIT 20000) AS sample

-- name: freshness
-- When the layers that visitors see last changed: those for staff tell nothing, not even that.
SELECT max(changed_at) AS changed_at FROM layer_state WHERE layer = ANY (%(layers)s)

-- name: open_inquiries
-- Public inquiries that run today, soonest end first.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure,
       replace(split_part(v.capakeys, ',', 1), '/', '-') AS parcel_id,
       count(*) OVER () AS total
FROM permits AS v
WHERE v.status = 'public_inquiry' AND v.retired_on IS NULL
ORDER BY v.inquiry_until NULLS LAST, v.id
LIMIT %(limit)s

-- name: next_events
-- Events that are going on or come next.
SELECT e.id, e.name, e.kind, e.venue, e.starts, e.ends, e.website,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat
FROM events AS e
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot
WHERE e.retired_on IS NULL AND coalesce(e.ends, e.starts) >= now()
ORDER BY e.starts, e.id
LIMIT %(limit)s

-- name: permits_in_view
-- Permits in a box (degrees), nearest to a point first: the list beside the map.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure,
       replace(split_part(v.capakeys, ',', 1), '/', '-') AS parcel_id,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat, count(*) OVER () AS total
FROM permits AS v
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(v.geom_crs84) AS geom) AS spot
WHERE ST_Intersects(v.geom_crs84, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))
  AND v.retired_on IS NULL
ORDER BY v.geom_3857 <-> ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857),
         v.status = 'public_inquiry' DESC, v.id
LIMIT %(limit)s

-- name: events_in_view
-- Events in a box (degrees) that are not over, nearest to a point first.
SELECT e.id, e.name, e.kind, e.venue, e.starts, e.ends, e.website,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat, count(*) OVER () AS total
FROM events AS e
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot
WHERE ST_Intersects(e.geom_crs84, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))
  AND e.retired_on IS NULL AND coalesce(e.ends, e.starts + interval '1 day') > now()
ORDER BY e.geom_3857 <-> ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857),
         e.starts DESC, e.id
LIMIT %(limit)s

-- name: permit
-- One permit by its file number or its municipal reference, with its outline in degrees.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure,
       replace(split_part(v.capakeys, ',', 1), '/', '-') AS parcel_id,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat, ST_AsGeoJSON(v.geom_crs84, 7) AS outline
FROM permits AS v
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(v.geom_crs84) AS geom) AS spot
WHERE v.id = %(number)s OR v.municipal_reference = %(number)s
ORDER BY v.id = %(number)s DESC, v.id
LIMIT 1

-- name: event
-- One event by its id, with its outline in degrees.
SELECT e.id, e.name, e.kind, e.venue, e.starts, e.ends, e.website,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat, ST_AsGeoJSON(e.geom_crs84, 7) AS outline
FROM events AS e
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot
WHERE e.id = %(id)s

-- name: parcel_outline
-- One parcel by its id, with its outline in degrees and its first address.
SELECT p.id, p.capakey, p.parcel_label, p.area_m2, ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat,
       ST_AsGeoJSON(p.geom_crs84, 7) AS outline, a.full_address
FROM parcels AS p
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(p.geom_crs84) AS geom) AS spot
LEFT JOIN LATERAL (
    SELECT full_address FROM addresses
    WHERE ST_Intersects(addresses.geom, p.geom) AND addresses.retired_on IS NULL
    ORDER BY box_number NULLS FIRST, full_address LIMIT 1) AS a ON TRUE
WHERE p.id = %(id)s

-- name: place
-- The street nearest to a point (degrees), within 300 m: what a screen reader is told.
SELECT s.name
FROM streets AS s,
     (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857) AS geom) AS spot
WHERE s.retired_on IS NULL AND ST_DWithin(s.geom_3857, spot.geom, 300 / cos(radians(%(lat)s)))
ORDER BY s.geom_3857 <-> spot.geom
LIMIT 1
