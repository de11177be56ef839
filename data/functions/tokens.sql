-- The front door's ways to access tokens. A token arrives as its sha256 and never comes out.

-- Notes what the provider says of somebody who signs in. Of who is not staff and was not, nothing is kept.
CREATE OR REPLACE FUNCTION people.knows(provider text, person text, held text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE people.known SET duties = held, told_at = now() WHERE issuer = provider AND subject = person;
    IF NOT FOUND AND 'staff' = ANY (held) THEN
        INSERT INTO people.known (issuer, subject, duties) VALUES (provider, person, held)
        ON CONFLICT (issuer, subject) DO UPDATE SET duties = excluded.duties, told_at = now();
    END IF;
END
$$;

-- Keeps a new token; false when this person has too many. Those whose time was up a month ago go.
CREATE OR REPLACE FUNCTION people.make_token(
    token_id text, token bytea, provider text, person text, called text, titled text, held text[], for_layers text[],
    may_write boolean, may_run boolean, task text, lasts interval, most integer) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM people.tokens WHERE ends_at < now() - interval '30 days';
    -- Who makes tokens at once waits for the other.
    PERFORM FROM people.known WHERE issuer = provider AND subject = person FOR UPDATE;
    IF (SELECT count(*) >= most FROM people.tokens WHERE issuer = provider AND subject = person) THEN
        RETURN false;
    END IF;
    INSERT INTO people.tokens (id, hash, issuer, subject, name, title, duties, layers, writes, runs, purpose, ends_at)
    VALUES (token_id, token, provider, person, called, titled, held, for_layers, may_write, may_run, task,
        now() + lasts);
    RETURN true;
END
$$;

-- Whose token this is, while its time is not up: with the roles that they had when it was made and still had when
-- they last signed in, which must be less than `rests` ago. `stale`: to be noted as used.
CREATE OR REPLACE FUNCTION people.find_token(token_id text, token bytea, provider text, rests interval)
    RETURNS TABLE (
        subject text, name text, duties text[], layers text[], writes boolean, runs boolean, purpose text, stale boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.subject, one.name,
        ARRAY(SELECT unnest(one.duties) INTERSECT SELECT unnest(owner.duties)),
        one.layers, one.writes, one.runs, one.purpose,
        one.used_at IS NULL OR one.used_at < now() - interval '1 minute'
    FROM people.tokens AS one JOIN people.known AS owner USING (issuer, subject)
    WHERE one.id = token_id AND one.hash = token AND one.issuer = provider AND one.ends_at > now()
        AND one.purpose IS NOT NULL AND owner.told_at > now() - rests
$$;

CREATE OR REPLACE FUNCTION people.use_token(token_id text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE people.tokens SET used_at = now() WHERE id = token_id
$$;

-- The tokens of somebody, newest first; never what they are looked up by.
CREATE OR REPLACE FUNCTION people.tokens_of(provider text, person text)
    RETURNS TABLE (id text, title text, layers text[], writes boolean, runs boolean, purpose text, made_at timestamptz,
        used_at timestamptz, ends_at timestamptz, ended boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.id, one.title, one.layers, one.writes, one.runs, one.purpose, one.made_at, one.used_at, one.ends_at,
        one.ends_at <= now()
    FROM people.tokens AS one WHERE one.issuer = provider AND one.subject = person
    ORDER BY one.made_at DESC, one.id
$$;

-- Takes a token of somebody away, at once; whether there was one.
CREATE OR REPLACE FUNCTION people.end_token(token_id text, provider text, person text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM people.tokens WHERE id = token_id AND issuer = provider AND subject = person;
    RETURN FOUND;
END
$$;
