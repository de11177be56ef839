-- What search engines may know of: the id of each thing with a page, and the day of its last change
-- where visitors may know it.
-- A list goes on behind `after`; `skip` is where a part of it starts.

-- name: sizes
-- How many things there are of each kind.
SELECT (SELECT count(*) FROM permits WHERE retired_on IS NULL) AS permits,
       (SELECT count(*) FROM events WHERE retired_on IS NULL) AS events,
       (SELECT count(DISTINCT key.capakey)
        FROM permits AS v
        CROSS JOIN LATERAL unnest(string_to_array(replace(v.capakeys, ' ', ''), ',')) AS key (capakey)
        WHERE v.retired_on IS NULL) AS parcels

-- name: permits
SELECT v.id, least(v.status_on, current_date) AS changed
FROM permits AS v
WHERE v.retired_on IS NULL AND (%(after)s::text IS NULL OR v.id > %(after)s)
ORDER BY v.id
LIMIT %(limit)s OFFSET %(skip)s

-- name: events
SELECT e.id, (e.imported_at AT TIME ZONE 'Europe/Brussels')::date AS changed
FROM events AS e
WHERE e.retired_on IS NULL AND (%(after)s::text IS NULL OR e.id > %(after)s)
ORDER BY e.id
LIMIT %(limit)s OFFSET %(skip)s

-- name: parcels
-- The parcels that a permit names, which change with it; one on which nothing happens is found by
-- searching.
SELECT p.id, greatest(p.version_date, told.changed) AS changed
FROM (
    SELECT key.capakey, max(least(v.status_on, current_date)) AS changed
    FROM permits AS v
    CROSS JOIN LATERAL unnest(string_to_array(replace(v.capakeys, ' ', ''), ',')) AS key (capakey)
    WHERE v.retired_on IS NULL
    GROUP BY key.capakey) AS told
JOIN parcels AS p USING (capakey)
WHERE p.retired_on IS NULL AND (%(after)s::text IS NULL OR p.id > %(after)s)
ORDER BY p.id
LIMIT %(limit)s OFFSET %(skip)s
