-- name: keep_campaign
-- A campaign, or what is new of it; what was declared of its blur is not taken back.
INSERT INTO imagery.campaigns AS c (id, title, year, captured_from, captured_to, supplier, licence, supplier_blurred)
VALUES (%(id)s, %(title)s, %(year)s, %(captured_from)s, %(captured_to)s, %(supplier)s, %(licence)s,
        %(supplier_blurred)s)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, year = excluded.year,
    captured_from = excluded.captured_from, captured_to = excluded.captured_to, supplier = excluded.supplier,
    licence = excluded.licence, supplier_blurred = c.supplier_blurred OR excluded.supplier_blurred

-- name: keep_picture
-- A picture; another one of the same name takes its place, and is not blurred yet.
INSERT INTO geoloket.panoramas AS p (id, campaign, year, sequence, rank, captured_at, heading_deg, pitch_deg, roll_deg,
    elevation_m, camera, licence, width, height, blurred, review_state, sha256, original_key, geom)
SELECT %(id)s, c.id, c.year, %(sequence)s, %(rank)s, %(captured_at)s, %(heading)s, %(pitch)s, %(roll)s,
    %(elevation)s, %(camera)s, c.licence, %(width)s, %(height)s, false, 'staff', %(sha256)s, %(original_key)s,
    geoloket.from_lonlat(%(lon)s, %(lat)s, %(srid)s)
FROM imagery.campaigns AS c WHERE c.id = %(campaign)s
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, rank = excluded.rank,
    captured_at = excluded.captured_at, heading_deg = excluded.heading_deg, pitch_deg = excluded.pitch_deg,
    roll_deg = excluded.roll_deg, elevation_m = excluded.elevation_m, camera = excluded.camera,
    width = excluded.width, height = excluded.height, blurred = false, review_state = 'staff',
    sha256 = excluded.sha256, original_key = excluded.original_key, derived_key = NULL, geom = excluded.geom,
    retired_on = NULL

-- name: chosen
-- Pictures of a campaign, or those that are named, along their tracks.
SELECT id FROM geoloket.panoramas
WHERE retired_on IS NULL AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
  AND (%(panoramas)s::text[] IS NULL OR id = ANY (%(panoramas)s))
ORDER BY campaign, sequence, rank, id

-- name: picture
-- What making something of a picture needs.
SELECT p.id, p.campaign, p.year, p.captured_at, p.heading_deg, p.pitch_deg, p.roll_deg, p.width, p.height,
       p.blurred, p.review_state, p.sha256, p.original_key, p.derived_key
FROM geoloket.panoramas AS p WHERE p.id = %(id)s AND p.retired_on IS NULL

-- name: tracks
-- The pictures of a campaign in the order in which they were taken.
SELECT id, sequence, heading_deg, ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
FROM geoloket.panoramas WHERE campaign = %(campaign)s AND retired_on IS NULL
ORDER BY sequence NULLS FIRST, rank NULLS LAST, captured_at, id

-- name: places
-- Where pictures were taken.
SELECT id, ST_X(geom) AS x, ST_Y(geom) AS y, ST_X(geom_crs84) AS lon FROM geoloket.panoramas
WHERE retired_on IS NULL AND geom IS NOT NULL AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)
ORDER BY id

-- name: parcels_near
-- Parcels that a picture may see.
SELECT l.id, ST_AsBinary(l.geom) AS area FROM geoloket.parcels AS l
WHERE l.retired_on IS NULL AND EXISTS (
    SELECT FROM geoloket.panoramas AS p
    WHERE ST_DWithin(p.geom, l.geom, %(reach)s) AND p.retired_on IS NULL
      AND (%(campaign)s::text IS NULL OR p.campaign = %(campaign)s))
ORDER BY l.id

-- name: buildings_near
-- Buildings that may be seen, or hide something.
SELECT b.id, ST_AsBinary(b.geom) AS area FROM geoloket.buildings AS b
WHERE b.retired_on IS NULL AND EXISTS (
    SELECT FROM geoloket.panoramas AS p
    WHERE ST_DWithin(p.geom, b.geom, %(reach)s) AND p.retired_on IS NULL
      AND (%(campaign)s::text IS NULL OR p.campaign = %(campaign)s))
ORDER BY b.id

-- name: temporary
-- Where what was found is brought first.
CREATE TEMP TABLE new_fronts (LIKE imagery.fronts) ON COMMIT DROP;
CREATE TEMP TABLE new_sights (LIKE imagery.sights) ON COMMIT DROP

-- name: keep_fronts
-- Fronts that are new or changed.
INSERT INTO imagery.fronts AS f (parcel, number, building, facing_deg, length_m, geom)
SELECT parcel, number, building, facing_deg, length_m, geom FROM new_fronts
ON CONFLICT (parcel, number) DO UPDATE SET building = excluded.building, facing_deg = excluded.facing_deg,
    length_m = excluded.length_m, geom = excluded.geom
WHERE (f.building, f.length_m, f.geom) IS DISTINCT FROM (excluded.building, excluded.length_m, excluded.geom)

-- name: drop_fronts
-- Fronts that are not there any more, of the same parcels.
DELETE FROM imagery.fronts AS f
WHERE f.parcel IN (SELECT parcel FROM new_fronts)
  AND NOT EXISTS (SELECT FROM new_fronts AS n WHERE n.parcel = f.parcel AND n.number = f.number)

-- name: drop_sights
-- What was seen before.
DELETE FROM imagery.sights AS s USING geoloket.panoramas AS p
WHERE p.id = s.panorama AND (%(campaign)s::text IS NULL OR p.campaign = %(campaign)s)

-- name: about_to_look
-- On what lines of sight are worked out: told before it is read, so that what changes meanwhile counts as
-- changed since.
SELECT c.id AS campaign, imagery.places(c.id) AS places,
    (SELECT version FROM geoloket.layer_state WHERE layer = 'parcels') AS parcels,
    (SELECT version FROM geoloket.layer_state WHERE layer = 'buildings') AS buildings
FROM imagery.campaigns AS c WHERE %(campaign)s::text IS NULL OR c.id = %(campaign)s

-- name: keep_sighting
INSERT INTO imagery.sightings (campaign, places, parcels, buildings)
VALUES (%(campaign)s, %(places)s, %(parcels)s, %(buildings)s)
ON CONFLICT (campaign) DO UPDATE SET places = excluded.places, parcels = excluded.parcels,
    buildings = excluded.buildings, at = now()

-- name: seen
-- Every parcel that is seen.
SELECT DISTINCT parcel FROM imagery.sights ORDER BY parcel

-- name: front_length
-- How long a front is.
SELECT length_m FROM imagery.fronts WHERE parcel = %(parcel)s AND number = %(front)s

-- name: keep_comparison
-- Whether two pictures compare.
INSERT INTO imagery.comparisons (parcel, earlier, later, verdict, matches, offset_deg)
VALUES (%(parcel)s, %(earlier)s, %(later)s, %(verdict)s, %(matches)s, %(offset)s)
ON CONFLICT (parcel, earlier, later) DO UPDATE SET verdict = excluded.verdict, matches = excluded.matches,
    offset_deg = excluded.offset_deg, made_at = now()

-- name: keep_sights
-- What is seen, of pictures that are still there.
INSERT INTO imagery.sights SELECT * FROM new_sights
WHERE EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.id = panorama)

-- name: same
-- The picture of a campaign that has this content.
SELECT id FROM geoloket.panoramas WHERE campaign = %(campaign)s AND sha256 = %(sha256)s

-- name: areas
-- What is to be hidden in a picture.
SELECT x, y, width, height, kind, confidence FROM imagery.blur_areas
WHERE panorama = %(panorama)s AND removed_at IS NULL ORDER BY id

-- name: forget_found
-- What a detector found before.
DELETE FROM imagery.blur_areas WHERE panorama = %(panorama)s AND source = 'detector'

-- name: keep_found
-- Something that a detector found.
INSERT INTO imagery.blur_areas (panorama, kind, source, x, y, width, height, confidence, added_by)
VALUES (%(panorama)s, %(kind)s, 'detector', %(x)s, %(y)s, %(width)s, %(height)s, %(confidence)s, %(by)s)

-- name: keep_looking
-- That it was searched, so that a review of before says nothing of it.
INSERT INTO imagery.lookings (panorama, by) VALUES (%(panorama)s, %(by)s)
ON CONFLICT (panorama) DO UPDATE SET by = excluded.by, at = excluded.at

-- name: keep_derived
-- Where what was made of a picture is; whole: shown to visitors when its campaign was released and
-- the review stands for this picture, too.
UPDATE geoloket.panoramas AS p SET derived_key = %(key)s, blurred = %(whole)s,
    review_state = CASE WHEN NOT %(whole)s THEN p.review_state
                        WHEN c.released_at IS NOT NULL AND imagery.is_covered(p.id) THEN 'reviewed'
                        ELSE 'in_review' END
FROM imagery.campaigns AS c WHERE p.id = %(id)s AND c.id = p.campaign

-- name: keep_heading
UPDATE geoloket.panoramas SET heading_deg = %(heading)s WHERE id = %(id)s

-- name: release_declared
-- A supplier's declaration lets visitors see a campaign, unless somebody decided otherwise since.
UPDATE imagery.campaigns SET released_at = now(), released_by = 'supplier', declared_at = now(), declared_by = 'supplier'
WHERE id = %(campaign)s AND supplier_blurred AND released_at IS NULL AND declared_at IS NULL

-- name: expired
-- Originals whose time is up, and whether the blurred picture was made.
SELECT id, original_key, blurred AND derived_key IS NOT NULL AS made FROM geoloket.panoramas
WHERE original_key IS NOT NULL AND imported_at < %(before)s FOR UPDATE

-- name: forget_originals
UPDATE geoloket.panoramas SET original_key = NULL WHERE id = ANY (%(ids)s)

-- name: originals_in_use
-- Another campaign may hold the same picture.
SELECT original_key FROM geoloket.panoramas WHERE original_key = ANY (%(keys)s)

-- name: discarded
-- Pictures whose files are to be deleted: whether one is there again under its name, and whether another holds
-- the same original.
SELECT d.panorama, d.original_key,
    EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.id = d.panorama) AS back,
    EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.original_key = d.original_key) AS shared
FROM imagery.discarded AS d ORDER BY d.panorama LIMIT 10000 FOR UPDATE SKIP LOCKED

-- name: forget_discarded
DELETE FROM imagery.discarded WHERE panorama = ANY (%(ids)s)
