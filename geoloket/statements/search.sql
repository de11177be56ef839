-- name: permits_by_number
-- Files by their number, or by a municipal reference as somebody may write it. References are
-- compared one by one: a number of the region has no part in that.
SELECT id, file_number, title, address
FROM (
    SELECT id, file_number, title, address, submitted_on, 0 AS rung
    FROM permits WHERE id = %(number)s
    UNION ALL
    SELECT id, file_number, title, address, submitted_on, 1
    FROM permits
    WHERE upper(%(number)s) !~ '^OMV_' AND id <> %(number)s
      AND upper(%(number)s) IN (upper(municipal_reference), upper(file_number))
) AS found
ORDER BY rung, submitted_on DESC NULLS LAST, id
LIMIT 10
