-- name: parcel
-- One parcel by its id (notation B), retired or not, with a point inside it.
SELECT p.id, p.capakey, p.parcel_label, p.division, p.section, p.nis_code, p.area_m2, p.valid_from,
       p.version_date, p.retired_on, m.name AS municipality,
       ST_X(spot.lonlat) AS lon, ST_Y(spot.lonlat) AS lat,
       ST_X(spot.lambert72) AS lambert72_x, ST_Y(spot.lambert72) AS lambert72_y,
       ST_X(spot.lambert2008) AS lambert2008_x, ST_Y(spot.lambert2008) AS lambert2008_y
FROM parcels AS p
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(p.geom) AS geom) AS inside
CROSS JOIN LATERAL (
    SELECT geoloket.to_crs84(inside.geom) AS lonlat,
           geoloket.to_srid(inside.geom, 31370) AS lambert72,
           geoloket.to_srid(inside.geom, 3812) AS lambert2008) AS spot
LEFT JOIN municipalities AS m ON m.nis_code = p.nis_code AND m.retired_on IS NULL
WHERE p.id = %(id)s
LIMIT 1

-- name: parcel_addresses
-- The addresses that lie in a parcel, in the order of the street.
SELECT a.id, a.street_name, a.house_number, a.box_number, a.postcode, a.postal_name,
       a.municipality, a.full_address
FROM parcels AS p
JOIN addresses AS a ON ST_Intersects(p.geom, a.geom)
WHERE p.id = %(id)s AND a.retired_on IS NULL AND a.status IN ('current', 'proposed')
ORDER BY a.street_name, NULLIF(substring(a.house_number FROM '^\d+'), '')::bigint NULLS LAST,
         a.house_number, a.box_number NULLS FIRST
LIMIT 200

-- name: parcel_permits
-- The permits on a parcel: those that name it, and those that name none but cover a part of it.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure, v.project_types,
       v.decision_result, v.capakeys <> '' AS named
FROM parcels AS p
JOIN permits AS v ON v.geom && p.geom
WHERE p.id = %(id)s AND v.retired_on IS NULL
  AND CASE WHEN v.capakeys <> ''
           THEN p.capakey = ANY (string_to_array(replace(v.capakeys, ' ', ''), ','))
           ELSE ST_Area(ST_Intersection(v.geom, p.geom)) > 1 END
ORDER BY v.status = 'public_inquiry' DESC, v.decided_on IS NULL DESC,
         coalesce(v.decided_on, v.submitted_on) DESC, v.id

-- name: permits_near
-- The permits around a parcel and not on it, nearest first: metres, and degrees clockwise from north.
SELECT v.id, v.file_number, v.title, v.status, v.status_on, v.submitted_on, v.inquiry_from,
       v.inquiry_until, v.decision_due, v.decided_on, v.decision_result, v.address, v.procedure,
       ST_Distance(v.geom, p.geom) AS distance_m,
       degrees(ST_Azimuth(ST_Centroid(p.geom), ST_Centroid(v.geom))) AS azimuth,
       replace(split_part(v.capakeys, ',', 1), '/', '-') AS parcel_id
FROM parcels AS p
JOIN permits AS v ON ST_DWithin(v.geom, p.geom, %(metres)s)
WHERE p.id = %(id)s AND v.retired_on IS NULL AND NOT (v.id = ANY (%(without)s))
ORDER BY distance_m, v.id
LIMIT %(limit)s

-- name: events_near
-- Events on and around a parcel that are going on or come next: metres, and degrees clockwise from
-- north.
SELECT e.id, e.name, e.kind, e.venue, e.starts, e.ends, e.website,
       ST_Distance(e.geom, p.geom) AS distance_m,
       degrees(ST_Azimuth(ST_Centroid(p.geom), ST_Centroid(e.geom))) AS azimuth,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat
FROM parcels AS p
JOIN events AS e ON ST_DWithin(e.geom, p.geom, %(metres)s)
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot
WHERE p.id = %(id)s AND e.retired_on IS NULL AND coalesce(e.ends, e.starts) >= now()
ORDER BY e.starts, e.id
LIMIT %(limit)s

-- name: parcel_buildings
-- How many buildings stand on a parcel, and how much of it they cover.
SELECT count(*) AS n, coalesce(sum(ST_Area(part.geom)), 0) AS area_m2
FROM parcels AS p
JOIN buildings AS b ON b.geom && p.geom AND b.retired_on IS NULL
CROSS JOIN LATERAL (SELECT ST_Intersection(b.geom, p.geom) AS geom) AS part
WHERE p.id = %(id)s AND ST_Area(part.geom) > 1

-- name: parcel_successors
-- The parcels of today that hold a part of a retired one, largest part first.
SELECT s.id, s.capakey, s.parcel_label, ST_Area(part.geom) AS area_m2,
       ST_Area(part.geom) / NULLIF(ST_Area(p.geom), 0) AS share
FROM parcels AS p
JOIN parcels AS s ON s.geom && p.geom AND s.retired_on IS NULL AND s.id <> p.id
CROSS JOIN LATERAL (SELECT ST_Intersection(s.geom, p.geom) AS geom) AS part
WHERE p.id = %(id)s AND ST_Area(part.geom) > 1
ORDER BY area_m2 DESC
LIMIT 20

-- name: parcel_at
-- A point in some CRS: where it is in degrees, and the parcel of today that holds it or lies nearest.
SELECT ST_X(lonlat.geom) AS lon, ST_Y(lonlat.geom) AS lat, p.id AS parcel_id, p.capakey, p.distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), %(xy_srid)s::integer) AS geom) AS given
CROSS JOIN LATERAL (SELECT geoloket.to_srid(given.geom, %(srid)s) AS geom) AS spot
CROSS JOIN LATERAL (SELECT geoloket.to_crs84(given.geom) AS geom) AS lonlat
LEFT JOIN LATERAL (
    SELECT id, capakey, ST_Distance(parcels.geom, spot.geom) AS distance_m FROM parcels
    WHERE ST_DWithin(parcels.geom, spot.geom, %(metres)s) AND retired_on IS NULL
    ORDER BY distance_m, id LIMIT 1) AS p ON TRUE

-- name: parcels_like
-- Parcels of today whose key resembles one that does not exist, by key order around it.
SELECT id, capakey, parcel_label FROM (
    (SELECT id, capakey, parcel_label FROM parcels
     WHERE id >= %(id)s AND id LIKE %(prefix)s AND retired_on IS NULL ORDER BY id LIMIT 3)
    UNION ALL
    (SELECT id, capakey, parcel_label FROM parcels
     WHERE id < %(id)s AND id LIKE %(prefix)s AND retired_on IS NULL ORDER BY id DESC LIMIT 3)
) AS near
ORDER BY id
