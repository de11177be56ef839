A year of permits for a report (processing/reports/permits.py), read as visitors read.

-- name: files
-- Files that were submitted in a year, with their first decision and a point of their site in metres.
WITH chosen AS (
    SELECT id, file_number, title, procedure, status, decision_result, submitted_on, decision_due, address,
        ST_PointOnSurface(geom) AS spot
    FROM permits
    WHERE retired_on IS NULL AND submitted_on >= make_date(%(year)s, 1, 1) AND submitted_on < make_date(%(year)s + 1, 1, 1)
),
decided AS (
    SELECT permit_id, min(happened_on) AS decided_on
    FROM permit_events
    WHERE permit_id IN (SELECT id FROM chosen) AND happened_on <= %(today)s
        AND code IN ('decided_granted', 'decided_granted_with_conditions', 'decided_refused', 'recorded', 'not_recorded')
    GROUP BY permit_id
)
SELECT id, file_number, title, procedure, status, decision_result, submitted_on, decision_due, address, decided_on,
    decided_on - submitted_on AS days, ST_X(spot) AS x, ST_Y(spot) AS y
FROM chosen LEFT JOIN decided ON decided.permit_id = chosen.id
ORDER BY submitted_on, id
