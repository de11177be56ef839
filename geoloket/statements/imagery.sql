-- name: panorama
-- A picture as whoever asks may see it; where its files are is told apart.
SELECT id, campaign, year, sequence, rank, captured_at, heading_deg, pitch_deg, roll_deg, elevation_m, camera,
       licence, width, height, blurred, review_state, ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
FROM geoloket.panoramas
WHERE id = %(panorama)s AND retired_on IS NULL

-- name: derived_key_for_visitors
SELECT imagery.derived_key(%(panorama)s) AS key

-- name: derived_key_for_staff
SELECT derived_key AS key FROM geoloket.panoramas WHERE id = %(panorama)s AND retired_on IS NULL

-- name: original_key
SELECT original_key AS key FROM geoloket.panoramas WHERE id = %(panorama)s AND retired_on IS NULL

-- name: captures
-- Per campaign a picture that shows a parcel best, all of the same front: the one of which the best
-- pictures of all campaigns are best together. Of pictures that show it nearly as well, the one taken
-- nearest to where the best of all was: from one place, what changed is not the way of looking.
WITH seen AS (
    SELECT s.front, s.panorama, s.bearing_deg, s.distance_m, s.fraction, s.angle_deg, s.score, p.campaign, p.year,
           p.captured_at, p.heading_deg, p.blurred, p.review_state, p.geom_crs84
    FROM imagery.sights AS s JOIN geoloket.panoramas AS p ON p.id = s.panorama
    WHERE s.parcel = %(parcel)s AND p.retired_on IS NULL
), best AS (
    SELECT DISTINCT ON (front, campaign) * FROM seen ORDER BY front, campaign, score DESC, panorama
), chosen AS (
    SELECT front FROM best GROUP BY front ORDER BY sum(score) DESC, front LIMIT 1
), stood AS (
    SELECT geom_crs84::geography AS place FROM best JOIN chosen USING (front) ORDER BY score DESC, panorama LIMIT 1
), taken AS (
    SELECT DISTINCT ON (seen.campaign) seen.*
    FROM seen JOIN chosen USING (front) JOIN best ON best.front = seen.front AND best.campaign = seen.campaign
    CROSS JOIN stood
    WHERE seen.score >= 0.7 * best.score
    ORDER BY seen.campaign, ST_Distance(seen.geom_crs84::geography, stood.place), seen.score DESC, seen.panorama
)
SELECT t.panorama, t.campaign, t.year, t.captured_at, t.heading_deg, t.bearing_deg,
       t.distance_m, t.fraction, t.angle_deg, t.front, f.facing_deg, t.blurred, t.review_state,
       ST_X(t.geom_crs84) AS lon, ST_Y(t.geom_crs84) AS lat, c.earlier AS compared_with, c.verdict, c.offset_deg
FROM taken AS t
JOIN imagery.fronts AS f ON f.parcel = %(parcel)s AND f.number = t.front
LEFT JOIN LATERAL (
    SELECT earlier, verdict, offset_deg FROM imagery.comparisons
    WHERE parcel = %(parcel)s AND later = t.panorama AND earlier IN (SELECT panorama FROM taken)
    ORDER BY made_at DESC LIMIT 1) AS c ON true
ORDER BY t.year, t.captured_at, t.panorama

-- name: parcels_in_sight
-- What a picture sees, nearest first.
SELECT parcel, min(distance_m) AS distance_m FROM imagery.sights
WHERE panorama = %(panorama)s GROUP BY parcel ORDER BY 2, 1 LIMIT %(limit)s

-- name: ring
-- Corners of a parcel, or of one of its fronts, around a picture's place: metres east and north of it.
SELECT ST_X(d.geom) - ST_X(p.geom) AS east, ST_Y(d.geom) - ST_Y(p.geom) AS north
FROM geoloket.panoramas AS p
JOIN LATERAL (
    SELECT CASE WHEN %(front)s::integer IS NULL
        THEN (SELECT ST_ExteriorRing(part.geom) FROM geoloket.parcels AS l, LATERAL ST_Dump(l.geom) AS part
              WHERE l.id = %(parcel)s AND l.retired_on IS NULL ORDER BY ST_Area(part.geom) DESC LIMIT 1)
        ELSE (SELECT f.geom FROM imagery.fronts AS f WHERE f.parcel = %(parcel)s AND f.number = %(front)s) END AS line
) AS of ON of.line IS NOT NULL
CROSS JOIN LATERAL ST_DumpPoints(ST_Segmentize(of.line, 1)) AS d
WHERE p.id = %(panorama)s AND p.retired_on IS NULL
ORDER BY d.path

-- name: areas
SELECT id, kind, source, x, y, width, height, confidence, added_at, added_by FROM imagery.blur_areas
WHERE panorama = %(panorama)s AND removed_at IS NULL ORDER BY id

-- name: add_area
SELECT imagery.add_area(%(panorama)s, %(kind)s, %(x)s, %(y)s, %(width)s, %(height)s, %(source)s, %(person)s) AS id

-- name: remove_area
SELECT imagery.remove_area(%(area)s, %(person)s) AS panorama

-- name: ask_blur
SELECT imagery.ask_blur(%(panorama)s, %(kind)s, %(x)s, %(y)s, %(message)s, %(email)s) AS id

-- name: requests
-- What residents asked and nobody handled, the most urgent first.
SELECT r.id, r.panorama, r.kind, r.x, r.y, r.message, r.email, r.received_at, r.handle_before, p.campaign, p.year
FROM imagery.blur_requests AS r JOIN geoloket.panoramas AS p ON p.id = r.panorama
WHERE r.handled_at IS NULL ORDER BY r.handle_before, r.received_at LIMIT %(limit)s

-- name: handle_request
SELECT imagery.handle_request(%(request)s, %(outcome)s, %(person)s) AS handled

-- name: campaigns
-- Every campaign with how far it is.
SELECT c.id, c.title, c.year, c.supplier, c.licence, c.supplier_blurred, c.released_at, c.released_by,
       count(p.id) AS pictures, count(p.id) FILTER (WHERE p.blurred) AS blurred,
       count(p.id) FILTER (WHERE p.is_public) AS shown, imagery.may_release(c.id) AS may_release,
       coalesce((SELECT max(round) FROM imagery.review_samples WHERE campaign = c.id), 0) AS round,
       s.at AS looked_at,
       CASE WHEN s.places <> imagery.places(c.id) THEN 'pictures'
            WHEN s.parcels <> (SELECT version FROM geoloket.layer_state WHERE layer = 'parcels') THEN 'parcels'
            WHEN s.buildings <> (SELECT version FROM geoloket.layer_state WHERE layer = 'buildings') THEN 'buildings'
       END AS changed_since
FROM imagery.campaigns AS c LEFT JOIN geoloket.panoramas AS p ON p.campaign = c.id AND p.retired_on IS NULL
LEFT JOIN imagery.sightings AS s ON s.campaign = c.id
GROUP BY c.id, s.campaign ORDER BY c.year DESC, c.id

-- name: sample
-- The last round of review of a campaign.
SELECT s.panorama, s.verdict, s.judged_at, s.judged_by, s.round FROM imagery.review_samples AS s
WHERE s.campaign = %(campaign)s
  AND s.round = (SELECT max(round) FROM imagery.review_samples WHERE campaign = %(campaign)s)
ORDER BY s.panorama

-- name: draw_sample
SELECT imagery.draw_sample(%(campaign)s, %(amount)s) AS round

-- name: judge
SELECT imagery.judge(%(campaign)s, %(panorama)s, %(verdict)s, %(person)s) AS judged

-- name: release
SELECT imagery.release(%(campaign)s, %(person)s) AS shown

-- name: withdraw
SELECT imagery.withdraw(%(campaign)s) AS hidden

-- name: declare_supplier
SELECT imagery.declare_supplier(%(campaign)s, %(declared)s, %(person)s) AS noted
