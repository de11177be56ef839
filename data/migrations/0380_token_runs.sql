-- Whether a program may start processes with a token. It is said apart: what a process does and leaves is not held to
-- the layers of a token, unless it reads them as the person who asked.
ALTER TABLE people.tokens ADD COLUMN runs boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN people.tokens.runs IS 'whether it starts processes, with the roles that its owner still has';
-- They take and tell it from now on; what they take and return cannot be changed in place.
DROP FUNCTION IF EXISTS people.find_token(text, bytea, text, interval);
DROP FUNCTION IF EXISTS people.tokens_of(text, text);
DROP FUNCTION IF EXISTS
    people.make_token(text, bytea, text, text, text, text, text[], text[], boolean, text, interval, integer);

-- That somebody starts a process stands in the audit log.
ALTER TABLE audit.entries DROP CONSTRAINT entries_deed_check;
ALTER TABLE audit.entries ADD CONSTRAINT entries_deed_check
    CHECK (deed IN ('read', 'list', 'count', 'tile', 'export', 'change', 'run')) NOT VALID;
