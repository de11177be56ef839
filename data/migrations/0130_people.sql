-- Staff who are signed in. Nobody reads this schema: the front door goes through the functions of
-- data/functions/people.sql, as the role geoloket_porter. Of what browsers hold only hashes are kept.
CREATE SCHEMA IF NOT EXISTS people;
COMMENT ON SCHEMA people IS 'Who is signing in and who is signed in';

CREATE TABLE people.signings (
    state     bytea PRIMARY KEY CHECK (length(state) = 32),
    browser   bytea NOT NULL CHECK (length(browser) = 32),
    return_to text NOT NULL CHECK (length(return_to) <= 2000),
    began_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE people.signings IS 'On their way to the identity provider, for ten minutes; taken once';
COMMENT ON COLUMN people.signings.state IS 'sha256 of the state of the authorisation request';
COMMENT ON COLUMN people.signings.browser IS 'sha256 of the secret in the cookie of the browser that began it';
CREATE INDEX signings_began ON people.signings (began_at);

CREATE TABLE people.sessions (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    next_hash    bytea UNIQUE,
    next_at      timestamptz,
    former_hash  bytea,
    former_until timestamptz,
    renewed_at   timestamptz NOT NULL DEFAULT now(),
    form_key     bytea NOT NULL CHECK (length(form_key) = 32),
    issuer       text NOT NULL,
    subject      text NOT NULL,
    sid          text,
    id_token     text NOT NULL,
    name         text NOT NULL,
    duties       text[] NOT NULL,
    began_at     timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    idle         interval NOT NULL,
    ends_at      timestamptz NOT NULL
);
COMMENT ON TABLE people.sessions IS 'Who is signed in; gone at sign-out, and when its time is up';
COMMENT ON COLUMN people.sessions.hash IS 'sha256 of the token in the cookie';
COMMENT ON COLUMN people.sessions.next_hash IS 'that of the token that was sent to take its place, until it is first used';
COMMENT ON COLUMN people.sessions.former_hash IS 'that of the one before, good until former_until for requests under way';
COMMENT ON COLUMN people.sessions.form_key IS 'what the tokens in forms are made with';
COMMENT ON COLUMN people.sessions.sid IS 'the provider''s name for its session, by which it may end ours';
COMMENT ON COLUMN people.sessions.id_token IS 'shown to the provider when signing out there';
COMMENT ON COLUMN people.sessions.idle IS 'how long it may lie unused';
CREATE INDEX sessions_former ON people.sessions (former_hash);
CREATE INDEX sessions_subject ON people.sessions (issuer, subject);

CREATE TABLE people.logout_tokens (
    issuer     text NOT NULL,
    jti        text NOT NULL CHECK (length(jti) <= 500),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, jti)
);
COMMENT ON TABLE people.logout_tokens IS 'Logout tokens of providers that were used: each counts once';
