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

-- name: listed
-- Events of a list: those to come or going on, soonest first, or those that are over, last first.
-- `from` and `until` bound the period, half-open; `kind` and `place` are optional.
SELECT e.id, e.name, e.kind, e.description, e.venue, e.starts, e.ends, e.website, e.request_status,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat, changed.changed_at AS updated, count(*) OVER () AS total,
       e.starts <= now() AND NOT %(past)s AS going_on,
       EXISTS (SELECT FROM occupations AS o
               WHERE o.event_id = e.id AND o.retired_on IS NULL) AS hindrance
FROM events AS e
LEFT JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot ON true
LEFT JOIN layer_state AS changed ON changed.layer = 'events'
WHERE e.retired_on IS NULL AND e.starts IS NOT NULL
  AND (coalesce(e.ends, e.starts + interval '1 day') <= now()) = %(past)s
  AND coalesce(e.ends, e.starts) >= coalesce(%(from)s::timestamptz, '-infinity')
  AND e.starts < coalesce(%(until)s::timestamptz, 'infinity')
  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s)
  AND (%(place)s::text IS NULL OR e.venue ILIKE %(place)s OR e.name ILIKE %(place)s)
ORDER BY CASE WHEN %(past)s THEN '-infinity'::timestamptz ELSE e.starts END,
         e.starts DESC, e.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: kinds
-- The kinds of event that there are, for a list to choose from.
SELECT DISTINCT kind FROM events WHERE retired_on IS NULL AND kind IS NOT NULL ORDER BY kind

-- name: event
-- One event by its id, with a point in it and the storage coordinates of its box.
SELECT e.id, e.name, e.kind, e.description, e.venue, e.starts, e.ends, e.website, e.request_status,
       changed.changed_at AS updated, coalesce(e.ends, e.starts + interval '1 day') <= now() AS is_over,
       e.starts <= now() AND coalesce(e.ends, e.starts + interval '1 day') > now() AS going_on,
       ST_X(spot.geom) AS lon, ST_Y(spot.geom) AS lat,
       ST_XMin(e.geom) AS x0, ST_YMin(e.geom) AS y0, ST_XMax(e.geom) AS x1, ST_YMax(e.geom) AS y1
FROM events AS e
LEFT JOIN LATERAL (SELECT ST_PointOnSurface(e.geom_crs84) AS geom) AS spot ON true
LEFT JOIN layer_state AS changed ON changed.layer = 'events'
WHERE e.id = %(id)s AND e.retired_on IS NULL

-- name: hindrance
-- What an event takes of the street: closed, no parking, diverted; in the order in which it begins.
SELECT o.id, o.kind, o.description, o.street, o.starts, o.ends, o.effects
FROM occupations AS o
WHERE o.event_id = %(id)s AND o.retired_on IS NULL
ORDER BY o.starts, array_position(ARRAY['road_closure', 'parking_ban', 'diversion'], o.kind), o.id
LIMIT 50

-- name: addresses_near
-- The addresses nearest to the place of an event, within some metres, each with its parcel.
SELECT DISTINCT ON (distance_m, a.street_name, a.house_number)
       a.id, a.full_address, a.street_name, a.house_number, p.id AS parcel_id,
       ST_Distance(a.geom, e.geom) AS distance_m
FROM events AS e
JOIN addresses AS a ON ST_DWithin(a.geom, e.geom, %(metres)s)
LEFT JOIN parcels AS p ON ST_Intersects(p.geom, a.geom) AND p.retired_on IS NULL
WHERE e.id = %(id)s AND a.retired_on IS NULL AND a.status IN ('current', 'proposed')
ORDER BY distance_m, a.street_name, a.house_number, a.box_number NULLS FIRST
LIMIT %(limit)s

-- name: streets_of
-- The streets that an event is in or at, the longest stretch first; not those that it only crosses.
SELECT s.name
FROM events AS e
JOIN streets AS s ON ST_DWithin(s.geom, e.geom, 12)
WHERE e.id = %(id)s AND s.retired_on IS NULL
GROUP BY s.name
HAVING sum(ST_Length(ST_Intersection(s.geom, ST_Buffer(e.geom, 12)))) > 40
ORDER BY sum(ST_Length(ST_Intersection(s.geom, ST_Buffer(e.geom, 12)))) DESC, s.name
LIMIT 4

-- name: zones
-- The zone of an event and what it takes of the street, as SVG paths in a window (see plan.sql).
WITH cut AS (
    SELECT ST_Expand(ST_SetSRID(ST_MakeBox2D(ST_MakePoint(%(x0)s, %(y0)s), ST_MakePoint(%(x1)s, %(y1)s)),
                                %(srid)s), (%(x1)s::float - %(x0)s::float) * 0.05) AS wide),
found AS (
    SELECT 'selection' AS layer, id, geom, '{}'::jsonb AS properties FROM events WHERE id = %(id)s
    UNION ALL
    SELECT 'occupations', id, geom, jsonb_build_object('kind', kind)
    FROM occupations
    WHERE event_id = %(id)s AND retired_on IS NULL)
SELECT found.layer, found.properties, drawn.path
FROM found, cut
CROSS JOIN LATERAL (
    SELECT ST_AsSVG(ST_TransScale(ST_ClipByBox2D(ST_CollectionExtract(found.geom, ST_Dimension(found.geom) + 1),
                                                 cut.wide),
        -%(x0)s::float, -%(y1)s::float, %(scale)s::float, %(scale)s::float), 1, %(digits)s) AS path) AS drawn
WHERE drawn.path <> '' AND ST_Dimension(found.geom) > 0
ORDER BY found.id
