-- The only way into the audit log.

-- A value with its length in front, so that no two different entries read the same; geoloket/audit/chain.py
-- writes them in the same way.
CREATE OR REPLACE FUNCTION audit.part(value text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE length(convert_to(value, 'UTF8')) || ':' || value END || ','
$$;

-- What the hash of an entry is taken of, beside the hash before it.
CREATE OR REPLACE FUNCTION audit.content(entry audit.entries) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(
        audit.part(entry.seq::text)
            || audit.part((extract(epoch FROM entry.at) * 1000000)::bigint::text)
            || audit.part(entry.subject) || audit.part(entry.role) || audit.part(entry.deed)
            || audit.part(entry.layer)
            || audit.part((SELECT coalesce(string_agg(audit.part(one), '' ORDER BY place), '')
                           FROM unnest(entry.records) WITH ORDINALITY AS record (one, place)))
            || audit.part(entry.amount::text) || audit.part(entry.purpose) || audit.part(entry.door)
            || audit.part(entry.request), 'UTF8')
$$;

-- Adds what somebody looked at: an array of {deed, layer, records, amount}. Those who add come one by one
-- until they commit, so each does it in a transaction of its own.
CREATE OR REPLACE FUNCTION audit.record(
    person text, as_role text, by_door text, for_purpose text, in_request text, looks jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last audit.head;
    look jsonb;
    entry audit.entries;
BEGIN
    SELECT * INTO last FROM audit.head FOR UPDATE;
    last.at := greatest(clock_timestamp(), last.at);
    FOR look IN SELECT one FROM jsonb_array_elements(looks) AS one LOOP
        last.seq := last.seq + 1;
        entry := ROW(
            last.seq, last.at, person, as_role, look ->> 'deed', look ->> 'layer',
            ARRAY(SELECT jsonb_array_elements_text(look -> 'records')), (look ->> 'amount')::bigint,
            for_purpose, by_door, in_request, NULL);
        entry.hash := sha256(last.hash || audit.content(entry));
        last.hash := entry.hash;
        INSERT INTO audit.entries SELECT entry.*;
    END LOOP;
    UPDATE audit.head SET seq = last.seq, at = last.at, hash = last.hash;
    RETURN last.seq;
END
$$;

-- Entries of a period, newest first, for a page of the log; what is NULL does not narrow. Names are known of
-- those who are signed in. Only the front door calls it, for who has the role admin.
CREATE OR REPLACE FUNCTION audit.looked_up(
    since timestamptz, until timestamptz, person text, of_layer text, record text, before bigint, most integer)
    RETURNS TABLE (seq bigint, at timestamptz, subject text, name text, role text, deed text, layer text,
        records text[], amount bigint, purpose text, door text, request text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.seq, one.at, one.subject,
        (SELECT s.name FROM people.sessions AS s WHERE s.subject = one.subject ORDER BY s.began_at DESC LIMIT 1),
        one.role, one.deed, one.layer, one.records, one.amount, one.purpose, one.door, one.request
    FROM audit.entries AS one
    WHERE one.at >= since AND one.at < until
        AND (person IS NULL OR one.subject = person)
        AND (of_layer IS NULL OR one.layer = of_layer)
        AND (record IS NULL OR one.records @> ARRAY[record])
        AND (before IS NULL OR one.seq < before)
    ORDER BY one.seq DESC
    LIMIT most
$$;

-- What was found when the chain was last looked at.
CREATE OR REPLACE FUNCTION audit.last_verdict() RETURNS SETOF audit.verdicts
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM audit.verdicts ORDER BY at DESC LIMIT 1
$$;
