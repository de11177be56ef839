-- What changes of a permit is written down in the transaction that changes it, whoever does: an import,
-- the daily refresh, somebody at psql. A transaction that says SET LOCAL geoloket.alerts = 'off' tells
-- nothing: the invented municipality moves all its dates every day, and nothing happened.
CREATE OR REPLACE FUNCTION alerts.facts(
    status text, inquiry_from date, inquiry_until date, decision_due date, decided_on date, decision_result text)
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('status', status, 'inquiry_from', inquiry_from, 'inquiry_until', inquiry_until,
        'decision_due', decision_due, 'decided_on', decided_on, 'decision_result', decision_result);

-- Writes down what one statement did to one permit. An import writes what a register says of the status,
-- and the refresh after it what follows from the events: of one transaction only the first and the last
-- state count, and all events.
CREATE OR REPLACE FUNCTION alerts.note(permit text, fresh boolean, before jsonb, after jsonb, happened text[])
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO alerts.changes AS change (permit_id, changed_at, xact, is_new, was, became, events)
    VALUES (permit, now(), pg_current_xact_id(), fresh, before, after, happened)
    ON CONFLICT (permit_id, xact, changed_at) DO UPDATE SET
        is_new = change.is_new OR excluded.is_new,
        was = CASE WHEN change.is_new OR change.was <> '{}' THEN change.was ELSE excluded.was END,
        became = CASE WHEN excluded.became = '{}' THEN change.became ELSE excluded.became END,
        events = change.events || excluded.events;
END
$$;

CREATE OR REPLACE FUNCTION alerts.tell_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_setting('geoloket.alerts', true) IS DISTINCT FROM 'off' THEN
        PERFORM alerts.note(id, true, '{}',
            alerts.facts(status, inquiry_from, inquiry_until, decision_due, decided_on, decision_result), '{}')
        FROM fresh;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION alerts.tell_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_setting('geoloket.alerts', true) IS DISTINCT FROM 'off' THEN
        PERFORM alerts.note(id, false, before, after, '{}')
        FROM (
            SELECT fresh.id,
                alerts.facts(stale.status, stale.inquiry_from, stale.inquiry_until, stale.decision_due,
                    stale.decided_on, stale.decision_result) AS before,
                alerts.facts(fresh.status, fresh.inquiry_from, fresh.inquiry_until, fresh.decision_due,
                    fresh.decided_on, fresh.decision_result) AS after
            FROM fresh JOIN stale USING (id)
        ) AS told
        WHERE before <> after;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION alerts.tell_events() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_setting('geoloket.alerts', true) IS DISTINCT FROM 'off' THEN
        PERFORM alerts.note(permit_id, false, '{}', '{}', array_agg(code ORDER BY seq))
        FROM fresh
        GROUP BY permit_id;
    END IF;
    RETURN NULL;
END
$$;

-- Lays changes beside what is followed, each change once, and returns how many were laid. A file's
-- follower hears of everything, a circle's of new files and new statuses. Nothing is lost when two do
-- this at once: what one has in hand the other leaves.
CREATE OR REPLACE FUNCTION alerts.match() RETURNS integer
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH taken AS (
        SELECT * FROM alerts.changes
        WHERE matched_at IS NULL
        ORDER BY id
        LIMIT 5000
        FOR UPDATE SKIP LOCKED
    ), telling AS (
        SELECT * FROM taken WHERE is_new OR was <> became OR events <> '{}'
    ), active AS NOT MATERIALIZED (
        SELECT * FROM alerts.follows WHERE confirmed_at IS NOT NULL AND stopped_at IS NULL
    ), noted AS (
        INSERT INTO alerts.notices (follow, change)
        SELECT active.id, telling.id
        FROM telling
        JOIN active ON active.kind = 'permit' AND active.permit_id = telling.permit_id
        UNION ALL
        SELECT active.id, telling.id
        FROM telling
        JOIN geoloket.permits AS permit ON permit.id = telling.permit_id AND permit.retired_on IS NULL
        JOIN active ON active.kind = 'circle' AND active.reach && permit.geom
            AND ST_DWithin(active.point, permit.geom, active.radius_m)
        WHERE telling.is_new OR telling.was->'status' <> telling.became->'status'
        ON CONFLICT DO NOTHING
    ), laid AS (
        UPDATE alerts.changes SET matched_at = now() FROM taken WHERE changes.id = taken.id
        RETURNING changes.id
    )
    SELECT count(*)::integer FROM laid
$$;
