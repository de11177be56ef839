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

-- name: built_in_sight
-- Parcels that are in sight in several years, and on which works that were permitted began between the
-- first and the last of them: new buildings first, then what is seen best. With the permit, and the years.
SELECT parcel.id, parcel.capakey, permit.address, permit.title, permit.decided_on,
       seen.first_year, seen.last_year
FROM permit_events AS event
JOIN permits AS permit ON permit.id = event.permit_id AND permit.retired_on IS NULL
JOIN parcels AS parcel ON parcel.retired_on IS NULL
    AND parcel.capakey = ANY (string_to_array(replace(permit.capakeys, ' ', ''), ','))
CROSS JOIN LATERAL (
    SELECT min(p.captured_at) AS first_at, max(p.captured_at) AS last_at,
           min(p.year) AS first_year, max(p.year) AS last_year, max(s.score) AS score
    FROM imagery.sights AS s
    JOIN panoramas AS p ON p.id = s.panorama
    WHERE s.parcel = parcel.id AND p.retired_on IS NULL AND p.derived_key IS NOT NULL
) AS seen
WHERE event.code = 'works_started' AND permit.project_types LIKE '%%building_works%%'
  AND event.happened_on > seen.first_at::date AND event.happened_on < seen.last_at::date
  AND seen.first_year < seen.last_year
ORDER BY permit.title ILIKE 'nieuwbouw%%' DESC, seen.score DESC, parcel.id, permit.id
LIMIT %(most)s
