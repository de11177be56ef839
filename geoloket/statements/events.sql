-- name: conflict_candidates
-- Pairs of an event and what it may clash with: near enough (metres) or by the same organiser, while
-- their periods overlap (half-open; build-up and teardown included). One event with another: once.
-- What an event asks for itself, such as its own closed street, is no clash with it.
WITH gatherings AS (
    SELECT id, name, venue, organiser, geom, request_status, coalesce(build_up_from, starts) AS busy_from,
           coalesce(teardown_until, ends, starts + interval '1 day') AS busy_until
    FROM events
    WHERE retired_on IS NULL AND request_status NOT IN ('draft', 'refused', 'cancelled', 'completed')),
asked AS (
    SELECT * FROM gatherings
    WHERE busy_until > %(from)s AND busy_from < coalesce(%(until)s::timestamptz, 'infinity')),
others AS (
    SELECT 'events' AS layer, id, name AS title, 'event' AS kind, '' AS effects, request_status AS status,
           NULL AS event_id, organiser, geom, busy_from, busy_until
    FROM gatherings
    UNION ALL
    SELECT 'occupations', id, coalesce(description, kind), kind, coalesce(effects, ''), status,
           event_id, NULL, geom, starts, coalesce(ends, 'infinity')
    FROM occupations
    WHERE retired_on IS NULL AND status NOT IN ('executed', 'not_executed'))
SELECT e.id AS event_id, e.name AS event, e.venue, o.layer, o.id AS other_id, o.title AS other, o.kind,
       o.effects, o.status, ST_Distance(e.geom, o.geom) AS distance_m,
       coalesce(e.organiser = o.organiser, false) AS same_organiser,
       greatest(e.busy_from, o.busy_from) AS clash_from, least(e.busy_until, o.busy_until) AS clash_until
FROM asked AS e
JOIN others AS o
  ON o.busy_from < e.busy_until AND e.busy_from < o.busy_until
 AND (ST_DWithin(e.geom, o.geom, %(near_m)s) OR e.organiser = o.organiser)
WHERE o.event_id IS DISTINCT FROM e.id
  AND (o.layer <> 'events' OR o.id > e.id OR (o.id < e.id AND o.id NOT IN (SELECT id FROM asked)))
ORDER BY clash_from, e.id, o.layer, o.id

-- name: out_of_date
-- Whether an approved event has begun or ended without its request, or its closed street, saying so.
SELECT EXISTS (
    SELECT FROM events
    WHERE (request_status IN ('approved', 'approved_with_conditions') AND starts <= %(now)s)
       OR (request_status = 'ongoing' AND coalesce(ends, starts + interval '1 day') <= %(now)s)
) OR EXISTS (
    SELECT FROM occupations
    WHERE event_id IS NOT NULL AND ((status = 'planned' AND starts <= %(now)s)
       OR (status = 'in_execution' AND ends <= %(now)s))) AS stale

-- name: go_on
-- Approved events go on with the clock: approved, ongoing, completed.
UPDATE events
SET request_status = CASE WHEN coalesce(ends, starts + interval '1 day') <= %(now)s THEN 'completed'
                          ELSE 'ongoing' END
WHERE (request_status IN ('approved', 'approved_with_conditions') AND starts <= %(now)s)
   OR (request_status = 'ongoing' AND coalesce(ends, starts + interval '1 day') <= %(now)s)

-- name: occupations_go_on
-- What an event asks of the street goes on likewise; of works the source tells.
UPDATE occupations
SET status = CASE WHEN ends <= %(now)s THEN 'executed' ELSE 'in_execution' END
WHERE event_id IS NOT NULL
  AND ((status = 'planned' AND starts <= %(now)s) OR (status = 'in_execution' AND ends <= %(now)s))
