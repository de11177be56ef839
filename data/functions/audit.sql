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
