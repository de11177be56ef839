-- What everybody may know of inspections of dwellings (data/functions/inspection_counts.sql).

-- name: counts
SELECT breakdown, neighbourhood, category, amount
FROM geoloket.inspection_counts()
ORDER BY breakdown DESC, neighbourhood, category
