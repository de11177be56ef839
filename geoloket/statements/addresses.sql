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

-- name: at
-- The address nearest to a point, measured in the plane of the storage CRS.
SELECT 'address' AS kind, found.id, found.label, 1.0::double precision AS score,
    'approximate' AS match, found.lon, found.lat, parcel.id AS parcel_id
FROM (
    SELECT addresses.id, full_address AS label, ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
    FROM geoloket.addresses
    WHERE retired_on IS NULL AND coalesce(status, '') NOT IN ('retired', 'rejected')
    ORDER BY geom <-> (
        SELECT geoloket.from_lonlat(%(lon)s, %(lat)s, ST_SRID(geom))
        FROM geoloket.addresses WHERE geom IS NOT NULL LIMIT 1)
    LIMIT 1
) AS found
LEFT JOIN LATERAL (
    SELECT parcels.id
    FROM geoloket.parcels
    WHERE parcels.retired_on IS NULL
      AND ST_Intersects(parcels.geom_crs84, ST_SetSRID(ST_Point(found.lon, found.lat), 4326))
    ORDER BY parcels.id
    LIMIT 1
) AS parcel ON true
WHERE found.lon IS NOT NULL

-- name: refresh
-- Bring the index of the search in step with the addresses; part of the transaction of an import.
SELECT geoloket.address_index_refresh() AS indexed
