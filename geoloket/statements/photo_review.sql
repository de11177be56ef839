-- Aerial photos by campaign, for staff who decide whether visitors see them.

-- name: flights
-- The newest first, with a box around all photos of a campaign in Lambert 72.
SELECT f.*, ST_XMin(f.around) AS west, ST_YMin(f.around) AS south, ST_XMax(f.around) AS east, ST_YMax(f.around) AS north
FROM (
    SELECT coalesce(campaign, id) AS id, min(year) AS year, min(flown_on) AS flown_on, min(supplier) AS supplier,
           min(licence) AS licence, count(*) AS photos, count(*) FILTER (WHERE review_state = 'reviewed') AS shown,
           ST_Extent(geoloket.to_srid(geom, 31370)) AS around
    FROM orthophotos WHERE retired_on IS NULL GROUP BY coalesce(campaign, id)) AS f
ORDER BY f.year DESC NULLS LAST, f.id

-- name: show
SELECT imagery.show_photos(%(flight)s, %(shown)s) AS changed
