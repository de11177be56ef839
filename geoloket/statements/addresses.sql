-- name: suggest
-- Addresses, streets and places for what somebody typed; each address with the parcel that it lies on.
SELECT found.kind, found.id, found.label, found.score, found.match, found.lon, found.lat,
    parcel.id AS parcel_id
FROM geoloket.address_suggest(%(q)s, %(limit)s) WITH ORDINALITY
    AS found (kind, id, label, score, match, lon, lat, place)
LEFT JOIN LATERAL (
    SELECT parcels.id
    FROM geoloket.parcels
    WHERE found.kind = 'address' AND parcels.retired_on IS NULL
      AND ST_Intersects(parcels.geom_crs84, ST_SetSRID(ST_Point(found.lon, found.lat), 4326))
    ORDER BY parcels.id
    LIMIT 1
) AS parcel ON true
ORDER BY found.place

-- name: get
-- One address, also a retired one, or one street by the id that a suggestion gave it.
SELECT found.kind, found.id, found.label, 1.0::double precision AS score, 'exact' AS match,
    found.lon, found.lat, parcel.id AS parcel_id
FROM (
    SELECT 'address' AS kind, id, full_address AS label,
        ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
    FROM geoloket.addresses
    WHERE id = %(id)s
    UNION ALL
    SELECT 'street', geoloket.address_street_id(street.words, zone),
        geoloket.address_label(street.street_name, '', zone), street.lon, street.lat
    FROM geoloket.address_street_keys AS spelling
    JOIN geoloket.address_streets AS street ON street.id = spelling.street
    JOIN geoloket.address_areas AS zone ON zone.id = street.area
    WHERE spelling.key = replace(substring(%(id)s::text FROM '^street-[^-]*-(.*)$'), '-', '')
      AND geoloket.address_street_id(street.words, zone) = %(id)s
) AS found
LEFT JOIN LATERAL (
    SELECT parcels.id
    FROM geoloket.parcels
    WHERE found.kind = 'address' AND parcels.retired_on IS NULL
      AND ST_Intersects(parcels.geom_crs84, ST_SetSRID(ST_Point(found.lon, found.lat), 4326))
    ORDER BY parcels.id
    LIMIT 1
) AS parcel ON true
LIMIT 1

-- name: locate
-- What somebody typed, found and taken apart: names, degrees (CRS84), Lambert 72 (EPSG:31370), and the
-- box of all that it stands for. kind NULL is any. An address keeps its stored coordinates; only the
-- few points and corners that the index has in degrees are projected.
WITH found AS MATERIALIZED (
    SELECT * FROM geoloket.address_suggest(%(q)s, %(looked)s) WITH ORDINALITY
        AS found (kind, id, label, score, match, lon, lat, place)
    WHERE found.kind = coalesce(%(kind)s::text, found.kind)
    ORDER BY found.place
    LIMIT %(limit)s
), known AS (
    SELECT found.place, zone.municipality, zone.postcode,
        regexp_replace(street.street_name, '_[A-Z]{2}$', '') AS street, address.house_number,
        address.box_number, address.position_method, geoloket.to_srid(address.geom, 31370) AS spot,
        number.lon AS west, number.lat AS south, number.lon AS east, number.lat AS north
    FROM found
    JOIN geoloket.address_numbers AS number ON number.address_id = found.id
    JOIN geoloket.address_streets AS street ON street.id = number.street
    JOIN geoloket.address_areas AS zone ON zone.id = street.area
    JOIN geoloket.addresses AS address ON address.id = found.id
    WHERE found.kind = 'address'
    UNION ALL
    SELECT found.place, street.municipality, street.postcode, street.name, NULL, NULL, NULL, NULL,
        extent.*
    FROM found, LATERAL (
        SELECT street.id, zone.municipality, zone.postcode,
            regexp_replace(street.street_name, '_[A-Z]{2}$', '') AS name
        FROM geoloket.address_street_keys AS spelling
        JOIN geoloket.address_streets AS street ON street.id = spelling.street
        JOIN geoloket.address_areas AS zone ON zone.id = street.area
        WHERE spelling.key = replace(substring(found.id FROM '^street-[^-]*-(.*)$'), '-', '')
          AND geoloket.address_street_id(street.words, zone) = found.id
        ORDER BY street.lon <> found.lon, street.id
        LIMIT 1
    ) AS street, LATERAL (
        SELECT min(lon), min(lat), max(lon), max(lat)
        FROM geoloket.address_numbers AS number WHERE number.street = street.id
    ) AS extent
    WHERE found.kind = 'street'
    UNION ALL
    SELECT found.place, min(zone.municipality),
        CASE WHEN count(DISTINCT zone.postcode) = 1 THEN min(zone.postcode) END,
        NULL, NULL, NULL, NULL, NULL,
        min(street.lon), min(street.lat), max(street.lon), max(street.lat)
    FROM found
    JOIN (SELECT DISTINCT label, area FROM geoloket.address_place_keys) AS called USING (label)
    JOIN geoloket.address_areas AS zone ON zone.id = called.area
    JOIN geoloket.address_streets AS street ON street.area = zone.id
    WHERE found.kind = 'municipality'
    GROUP BY found.place
)
SELECT found.kind, found.id, found.label, known.municipality, nullif(known.postcode, '') AS postcode,
    known.street, known.house_number, known.box_number, known.position_method,
    found.lon, found.lat, ST_X(spot.geom) AS x, ST_Y(spot.geom) AS y,
    known.west, known.south, known.east, known.north,
    ST_XMin(box.geom) AS x_min, ST_YMin(box.geom) AS y_min,
    ST_XMax(box.geom) AS x_max, ST_YMax(box.geom) AS y_max
FROM found
JOIN known USING (place)
CROSS JOIN LATERAL (
    SELECT coalesce(known.spot, geoloket.from_lonlat(found.lon, found.lat, 31370)) AS geom) AS spot
CROSS JOIN LATERAL (
    SELECT coalesce(known.spot, geoloket.to_srid(
        ST_MakeEnvelope(known.west, known.south, known.east, known.north, 4326), 31370)) AS geom) AS box
ORDER BY found.place

-- name: near
-- The addresses around a point of any system, nearest first and of those in one place the plainest:
-- as in locate, with the distance in metres and the parcel under each.
SELECT 'address' AS kind, near.id, geoloket.address_label(street.street_name, number.label, zone) AS label,
    zone.municipality, nullif(zone.postcode, '') AS postcode,
    regexp_replace(street.street_name, '_[A-Z]{2}$', '') AS street, near.house_number, near.box_number,
    near.position_method, number.lon, number.lat, ST_X(spot.geom) AS x, ST_Y(spot.geom) AS y,
    number.lon AS west, number.lat AS south, number.lon AS east, number.lat AS north,
    ST_X(spot.geom) AS x_min, ST_Y(spot.geom) AS y_min, ST_X(spot.geom) AS x_max, ST_Y(spot.geom) AS y_max,
    near.distance_m, parcel.id AS parcel_id
FROM (
    SELECT geoloket.to_srid(
        ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), %(srid)s::integer),
        (SELECT ST_SRID(geom) FROM geoloket.addresses WHERE geom IS NOT NULL LIMIT 1)) AS geom
) AS asked
CROSS JOIN LATERAL (
    -- Only by distance, so that the index gives them in that order; all that lie as far as the last.
    SELECT address.id, address.house_number, address.box_number, address.position_method, address.geom,
        address.geom_crs84, ST_Distance(address.geom, asked.geom) AS distance_m
    FROM geoloket.addresses AS address
    WHERE address.retired_on IS NULL AND coalesce(address.status, '') NOT IN ('retired', 'rejected')
    ORDER BY address.geom <-> asked.geom
    FETCH FIRST %(limit)s ROWS WITH TIES
) AS near
JOIN geoloket.address_numbers AS number ON number.address_id = near.id
JOIN geoloket.address_streets AS street ON street.id = number.street
JOIN geoloket.address_areas AS zone ON zone.id = street.area
CROSS JOIN LATERAL (SELECT geoloket.to_srid(near.geom, 31370) AS geom) AS spot
LEFT JOIN LATERAL (
    SELECT parcels.id
    FROM geoloket.parcels
    WHERE parcels.retired_on IS NULL AND ST_Intersects(parcels.geom_crs84, near.geom_crs84)
    ORDER BY parcels.id
    LIMIT 1
) AS parcel ON true
WHERE near.distance_m <= %(metres)s
ORDER BY near.distance_m, near.box_number NULLS FIRST, near.id
LIMIT %(limit)s

-- name: parcels_around
-- The parcels of today at an address, nearest first, within some metres: those that hold it have 0.
SELECT parcel.id, parcel.capakey, ST_Distance(parcel.geom, address.geom) AS distance_m
FROM geoloket.addresses AS address
JOIN geoloket.parcels AS parcel ON ST_DWithin(parcel.geom, address.geom, %(metres)s)
WHERE address.id = %(id)s AND parcel.retired_on IS NULL
ORDER BY distance_m, parcel.id
LIMIT 10

-- name: refresh
-- Bring the index of the search in step with the addresses; part of the transaction of an import.
SELECT geoloket.address_index_refresh() AS indexed
