-- The counter's only ways into the schema alerts. Visitors' sessions may call these and read no table:
-- an e-mail address goes in and never comes out. Tokens arrive as their sha256.

-- Whether this client has asked for mail too often; notes the request. The address of a client is kept as
-- a keyed hash that changes each day.
CREATE OR REPLACE FUNCTION alerts.is_busy(client text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    hashed bytea := (SELECT sha256(value || convert_to(current_date || client, 'UTF8'))
        FROM geoloket.secrets WHERE name = 'alerts');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('alerts.client.' || encode(hashed, 'hex'), 0));
    IF (SELECT count(*) >= 20 FROM alerts.asked
        WHERE asked.client = hashed AND asked_at > now() - interval '1 hour') THEN
        RETURN true;
    END IF;
    INSERT INTO alerts.asked (client) VALUES (hashed);
    RETURN false;
END
$$;

-- Whether an address has got all the letters that it may get on request; news does not count.
CREATE OR REPLACE FUNCTION alerts.is_full(person bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT count(*) FILTER (WHERE queued_at > now() - interval '1 hour') >= 4 OR count(*) >= 12
    FROM alerts.messages
    WHERE addressee = person AND kind NOT IN ('news', 'weekly') AND queued_at > now() - interval '1 day'
$$;

-- Asks to follow a permit file or a circle around an address of the register. The answer is the same
-- whoever asks for whichever address: 'asked', save for a client that asks too often: 'busy', or a
-- subject that does not exist: 'unknown'.
CREATE OR REPLACE FUNCTION alerts.ask(
    client text, mailbox text, tongue text, subject_kind text, subject text, metres integer, often text, edition text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    name text;
    spot geometry;
    person bigint;
    found alerts.follows;
BEGIN
    IF subject_kind = 'permit' THEN
        SELECT coalesce(file_number, id) INTO name FROM geoloket.permits WHERE id = subject AND retired_on IS NULL;
    ELSE
        SELECT full_address, geom INTO name, spot FROM geoloket.addresses
        WHERE id = subject AND retired_on IS NULL AND geom IS NOT NULL;
    END IF;
    IF name IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF alerts.is_busy(client) THEN
        RETURN 'busy';
    END IF;
    INSERT INTO alerts.addressees (email) VALUES (mailbox)
    ON CONFLICT (lower(email)) DO UPDATE SET email = addressees.email
    RETURNING id INTO person;  -- the row is locked: requests for one address come one by one
    IF alerts.is_full(person) OR (SELECT count(*) >= 50 FROM alerts.follows WHERE addressee = person) THEN
        RETURN 'asked';
    END IF;
    SELECT * INTO found FROM alerts.follows
    WHERE addressee = person AND kind = subject_kind AND stopped_at IS NULL AND label = name
        AND permit_id IS NOT DISTINCT FROM CASE WHEN subject_kind = 'permit' THEN subject END
        AND radius_m IS NOT DISTINCT FROM CASE WHEN subject_kind = 'circle' THEN metres END;
    IF found.id IS NULL THEN
        INSERT INTO alerts.follows
            (addressee, kind, permit_id, point, radius_m, label, frequency, language, consent)
        VALUES (person, subject_kind, CASE WHEN subject_kind = 'permit' THEN subject END, spot,
            CASE WHEN subject_kind = 'circle' THEN metres END, name, often, tongue, edition)
        RETURNING * INTO found;
    ELSIF found.confirmed_at IS NULL THEN
        UPDATE alerts.follows SET frequency = often, language = tongue, consent = edition, asked_at = now()
        WHERE id = found.id;
    END IF;
    INSERT INTO alerts.messages (addressee, follow, kind, language)
    VALUES (person, found.id, CASE WHEN found.confirmed_at IS NULL THEN 'confirm' ELSE 'known' END, tongue);
    RETURN 'asked';
END
$$;

-- Sends the link to the page with all that an address follows, when it follows something.
CREATE OR REPLACE FUNCTION alerts.remind(client text, mailbox text, tongue text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    person bigint;
BEGIN
    IF alerts.is_busy(client) THEN
        RETURN 'busy';
    END IF;
    SELECT id INTO person FROM alerts.addressees WHERE lower(email) = lower(mailbox) FOR UPDATE;
    IF person IS NOT NULL AND NOT alerts.is_full(person) THEN
        INSERT INTO alerts.messages (addressee, kind, language) VALUES (person, 'manage', tongue);
    END IF;
    RETURN 'asked';
END
$$;

-- What a link to confirm or to stop is about; no row when it is not valid (any more). 'weekly' is all that
-- somebody hears of weekly: it has neither a file nor a place.
CREATE OR REPLACE FUNCTION alerts.subject_of(token bytea, meant text)
    RETURNS TABLE (kind text, permit_id text, label text, radius_m integer, frequency text, stopped boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT follow.kind, follow.permit_id, follow.label, follow.radius_m, follow.frequency, follow.stopped_at IS NOT NULL
    FROM alerts.tokens JOIN alerts.follows AS follow ON follow.id = tokens.follow
    WHERE tokens.hash = token AND purpose = meant AND expires_at > now()
        AND (meant = 'stop' OR follow.stopped_at IS NULL)
    UNION ALL
    SELECT 'weekly', NULL, '', NULL, 'weekly', NOT EXISTS (SELECT FROM alerts.weekly_follows(tokens.addressee))
    FROM alerts.tokens
    WHERE tokens.hash = token AND purpose = 'stop_weekly' AND meant = 'stop' AND expires_at > now()
$$;

-- What somebody hears of weekly.
CREATE OR REPLACE FUNCTION alerts.weekly_follows(person bigint) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id FROM alerts.follows
    WHERE addressee = person AND frequency = 'weekly' AND confirmed_at IS NOT NULL AND stopped_at IS NULL
$$;

-- Confirms by the link of a letter and lets its holder in to the page of all that is followed, with a
-- token of its own. What changed before is laid beside the others' follows first: the new one is for
-- what comes. False when the link is not valid (any more).
CREATE OR REPLACE FUNCTION alerts.confirm(token bytea, entry bytea) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    used alerts.tokens;
BEGIN
    SELECT tokens.* INTO used FROM alerts.tokens JOIN alerts.follows ON follows.id = tokens.follow
    WHERE hash = token AND purpose = 'confirm' AND expires_at > now() AND stopped_at IS NULL;
    IF used.hash IS NULL THEN
        RETURN false;
    END IF;
    WHILE alerts.match() > 0 LOOP
    END LOOP;
    UPDATE alerts.follows SET confirmed_at = now(), confirmed_by = used.message
    WHERE id = used.follow AND confirmed_at IS NULL;
    INSERT INTO alerts.tokens (hash, purpose, addressee, message, expires_at)
    VALUES (entry, 'manage', used.addressee, used.message, now() + interval '1 day');
    RETURN true;
END
$$;

-- Ends one follow and what waits for it. A letter that is being handed over at this moment still goes; a
-- weekly one that waits loses its part, and goes nowhere when that was all.
CREATE OR REPLACE FUNCTION alerts.end_follow(ended uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE alerts.follows SET stopped_at = now() WHERE id = ended AND stopped_at IS NULL;
    WITH waiting AS (
        SELECT id FROM alerts.messages
        WHERE state = 'queued' AND kind = 'weekly'
            AND addressee = (SELECT addressee FROM alerts.follows WHERE id = ended)
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM alerts.notices USING waiting WHERE notices.message = waiting.id AND notices.follow = ended;
    DELETE FROM alerts.messages WHERE id IN (
        SELECT id FROM alerts.messages AS message
        WHERE state = 'queued' AND (follow = ended OR kind = 'weekly'
            AND addressee = (SELECT addressee FROM alerts.follows WHERE id = ended)
            AND NOT EXISTS (SELECT FROM alerts.notices WHERE notices.message = message.id))
        FOR UPDATE SKIP LOCKED);
    DELETE FROM alerts.notices WHERE follow = ended AND message IS NULL;
$$;

-- One-click stop, by the link of a letter; as often as one likes. False when the link is not valid.
CREATE OR REPLACE FUNCTION alerts.stop(token bytea) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    used alerts.tokens;
BEGIN
    SELECT * INTO used FROM alerts.tokens
    WHERE hash = token AND purpose IN ('stop', 'stop_weekly') AND expires_at > now();
    PERFORM alerts.end_follow(ended)
    FROM unnest(CASE WHEN used.purpose = 'stop' THEN ARRAY[used.follow]
        ELSE ARRAY(SELECT alerts.weekly_follows(used.addressee)) END) AS ended;
    RETURN used.hash IS NOT NULL;
END
$$;

-- Whose page a link leads to; NULL when it is not valid.
CREATE OR REPLACE FUNCTION alerts.holder(token bytea) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT addressee FROM alerts.tokens WHERE hash = token AND purpose = 'manage' AND expires_at > now()
$$;

-- All that the holder of a link follows; one row without an id when that is nothing, none for a bad link.
CREATE OR REPLACE FUNCTION alerts.followed(token bytea)
    RETURNS TABLE (id uuid, kind text, permit_id text, label text, radius_m integer, frequency text, confirmed_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT follow.id, follow.kind, follow.permit_id, follow.label, follow.radius_m, follow.frequency, follow.confirmed_at
    FROM alerts.holder(token) AS person
    LEFT JOIN alerts.follows AS follow
        ON follow.addressee = person AND follow.confirmed_at IS NOT NULL AND follow.stopped_at IS NULL
    WHERE person IS NOT NULL
    ORDER BY follow.confirmed_at, follow.id
$$;

-- What the holder of a link does on that page: 'each' or 'weekly' for one follow, 'stop' for one or (NULL)
-- for all, 'erase' for everything that we hold. False when the link is not valid.
CREATE OR REPLACE FUNCTION alerts.manage(token bytea, deed text, chosen uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    person bigint := alerts.holder(token);
BEGIN
    IF deed = 'erase' THEN
        DELETE FROM alerts.addressees WHERE id = person;
    ELSIF deed = 'stop' THEN
        PERFORM alerts.end_follow(id) FROM alerts.follows
        WHERE addressee = person AND stopped_at IS NULL AND id = coalesce(chosen, id);
    ELSE
        UPDATE alerts.follows SET frequency = deed WHERE addressee = person AND id = chosen;
    END IF;
    RETURN person IS NOT NULL;
END
$$;
