-- The front door's only ways into the schema people. Tokens arrive as their sha256 and never come out.

-- Notes that a browser sets out for the provider; false when too many are on their way.
CREATE OR REPLACE FUNCTION people.begin_signing(asked bytea, holder bytea, goal text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM people.signings WHERE began_at < now() - interval '10 minutes';
    IF (SELECT count(*) >= 10000 FROM people.signings) THEN
        RETURN false;
    END IF;
    INSERT INTO people.signings (state, browser, return_to) VALUES (asked, holder, goal);
    RETURN true;
END
$$;

-- Where a browser that comes back wanted to go: once, within ten minutes, and only that browser. A state
-- that another browser brings is used up all the same.
CREATE OR REPLACE FUNCTION people.take_signing(asked bytea, holder bytea) RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH taken AS (
        DELETE FROM people.signings WHERE state = asked RETURNING browser, return_to, began_at)
    SELECT return_to FROM taken WHERE browser = holder AND began_at > now() - interval '10 minutes'
$$;

-- Begins a session, always a new one: what the browser held before leads nowhere any more.
CREATE OR REPLACE FUNCTION people.open(
    token bytea, before bytea, key bytea, provider text, person text, provider_session text, proof text,
    called text, held text[], may_rest interval, may_last interval) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
    DELETE FROM people.sessions
    WHERE ends_at <= now() OR seen_at + idle <= now() OR before IN (hash, next_hash, former_hash);
    INSERT INTO people.sessions
        (hash, form_key, issuer, subject, sid, id_token, name, duties, idle, ends_at)
    VALUES (token, key, provider, person, provider_session, proof, called, held, may_rest, now() + may_last);
$$;

-- The session of a token, while its time is not up. `used`: to be noted; `old`: to be given a new token.
CREATE OR REPLACE FUNCTION people.find(token bytea)
    RETURNS TABLE (subject text, name text, duties text[], form_key bytea, began_at timestamptz, rests_at timestamptz,
        ends_at timestamptz, used boolean, old boolean, purpose text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT one.subject, one.name, one.duties, one.form_key, one.began_at, one.seen_at + one.idle, one.ends_at,
        one.seen_at < now() - least(interval '1 minute', one.idle / 10) OR token = one.next_hash,
        token = one.hash AND one.renewed_at < now() - interval '15 minutes'
            AND (one.next_hash IS NULL OR one.next_at < now() - interval '1 minute'),
        one.purpose
    FROM people.sessions AS one
    WHERE (token = one.hash OR token = one.next_hash OR (token = one.former_hash AND one.former_until > now()))
        AND one.ends_at > now() AND one.seen_at + one.idle > now()
$$;

-- Notes that a session is used. `fresh` is a token to take the place of this one; the answer is whether it is to
-- be sent. It takes that place when it comes back for the first time, so that an answer that is lost on its way
-- signs nobody out; of requests side by side one gets it.
CREATE OR REPLACE FUNCTION people.renew(token bytea, fresh bytea) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE people.sessions
    SET former_hash = hash, former_until = now() + interval '1 minute', hash = token, next_hash = NULL,
        renewed_at = now()
    WHERE next_hash = token;
    UPDATE people.sessions SET seen_at = now() WHERE hash = token OR former_hash = token;
    UPDATE people.sessions SET next_hash = fresh, next_at = now()
    WHERE fresh IS NOT NULL AND hash = token AND (next_hash IS NULL OR next_at < now() - interval '1 minute');
    RETURN FOUND;
END
$$;

-- Notes for which task the person of a session looks at what asks for one.
CREATE OR REPLACE FUNCTION people.choose_purpose(token bytea, task text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
    UPDATE people.sessions SET purpose = task WHERE token IN (hash, next_hash, former_hash)
$$;

-- Ends the session of a token; what the provider wants to see of it, or NULL when there was none.
CREATE OR REPLACE FUNCTION people.close(token bytea) RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
    DELETE FROM people.sessions WHERE token IN (hash, next_hash, former_hash) RETURNING id_token
$$;

-- Ends sessions because the provider says so: of its session, or of a person. How many; NULL for a logout
-- token that was used before.
CREATE OR REPLACE FUNCTION people.close_at_provider(
    provider text, token_id text, until timestamptz, person text, provider_session text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    ended integer;
BEGIN
    DELETE FROM people.logout_tokens WHERE expires_at < now();
    INSERT INTO people.logout_tokens (issuer, jti, expires_at) VALUES (provider, token_id, until)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM people.sessions
    WHERE issuer = provider AND (person IS NOT NULL OR provider_session IS NOT NULL)
        AND subject = coalesce(person, subject) AND coalesce(sid = provider_session, provider_session IS NULL);
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
