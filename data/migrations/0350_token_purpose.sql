-- For which task a token is used; the audit log tells it with each look. Those that were made before did not say
-- it: they end, and their owners make others.
ALTER TABLE people.tokens ADD COLUMN purpose text CHECK (purpose ~ '^[a-z][a-z0-9_]{0,47}$');
COMMENT ON COLUMN people.tokens.purpose IS
    'code of a task that its layers declare, or `declared` where they ask for none; NULL: made before that was asked';
UPDATE people.tokens SET ends_at = now() WHERE ends_at > now();
ALTER TABLE people.tokens ADD CONSTRAINT tokens_say_why CHECK (purpose IS NOT NULL) NOT VALID;
-- They take and tell the purpose from now on; what they take and return cannot be changed in place.
DROP FUNCTION IF EXISTS people.find_token(text, bytea, text, interval);
DROP FUNCTION IF EXISTS people.tokens_of(text, text);
DROP FUNCTION IF EXISTS
    people.make_token(text, bytea, text, text, text, text, text[], text[], boolean, interval, integer);
