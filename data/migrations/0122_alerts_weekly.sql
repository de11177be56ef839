-- One weekly letter per address with all that it follows, instead of one per follow; each part has a link
-- to stop it, the letter one to stop all that is weekly.
ALTER TABLE alerts.messages
    ADD COLUMN week timestamptz,
    DROP CONSTRAINT messages_kind_check,
    DROP CONSTRAINT messages_check,
    ADD CONSTRAINT messages_kind_check CHECK (kind IN ('confirm', 'known', 'manage', 'news', 'weekly')),
    ADD CONSTRAINT messages_check CHECK (follow IS NOT NULL OR kind IN ('manage', 'weekly')),
    ADD CONSTRAINT messages_week_check CHECK ((kind = 'weekly') = (week IS NOT NULL));
COMMENT ON COLUMN alerts.messages.week IS 'of a weekly letter: it tells of what changed before then';
CREATE UNIQUE INDEX messages_week ON alerts.messages (addressee, week);

ALTER TABLE alerts.tokens
    DROP CONSTRAINT tokens_purpose_check,
    DROP CONSTRAINT tokens_check,
    ADD CONSTRAINT tokens_purpose_check CHECK (purpose IN ('confirm', 'stop', 'stop_weekly', 'manage')),
    ADD CONSTRAINT tokens_check CHECK (follow IS NOT NULL OR purpose IN ('stop_weekly', 'manage'));
