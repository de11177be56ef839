-- Access tokens of staff, for programs that cannot sign in; and what the provider last said of who made them.
-- Read and written by functions alone (data/functions/tokens.sql), as the rest of the schema people.
CREATE TABLE people.known (
    issuer  text NOT NULL,
    subject text NOT NULL,
    duties  text[] NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE people.known IS 'The roles of staff as of when they last signed in: a token gives no more than those';

CREATE TABLE people.tokens (
    id      text PRIMARY KEY CHECK (id ~ '^[a-z2-7]{10}$'),
    hash    bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    issuer  text NOT NULL,
    subject text NOT NULL,
    name    text NOT NULL,
    title   text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    duties  text[] NOT NULL,
    layers  text[] NOT NULL CHECK (cardinality(layers) BETWEEN 1 AND 100),
    writes  boolean NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    ends_at timestamptz NOT NULL,
    FOREIGN KEY (issuer, subject) REFERENCES people.known
);
COMMENT ON TABLE people.tokens IS 'Gone when it is taken away, and a month after its time is up';
COMMENT ON COLUMN people.tokens.id IS 'the public part: in lists and in the audit log';
COMMENT ON COLUMN people.tokens.hash IS 'sha256 of the whole token, of which 256 bits are random';
COMMENT ON COLUMN people.tokens.title IS 'what its owner calls it';
COMMENT ON COLUMN people.tokens.duties IS 'those of its owner when it was made';
CREATE INDEX tokens_owner ON people.tokens (issuer, subject);
