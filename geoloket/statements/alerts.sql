-- name: permit
-- A permit file by its id, file number or municipal reference: what somebody may want to follow.
SELECT id, coalesce(file_number, id) AS file_number, title, address
FROM geoloket.permits
WHERE (id = %(number)s OR file_number = %(number)s OR municipal_reference = %(number)s) AND retired_on IS NULL
ORDER BY id = %(number)s DESC, id
LIMIT 1

-- name: ask
SELECT alerts.ask(%(client)s, %(mailbox)s, %(language)s, %(kind)s, %(subject)s, %(radius)s, %(frequency)s,
    %(consent)s) AS answer

-- name: remind
SELECT alerts.remind(%(client)s, %(mailbox)s, %(language)s) AS answer

-- name: subject_of
SELECT * FROM alerts.subject_of(%(token)s, %(purpose)s)

-- name: confirm
SELECT alerts.confirm(%(token)s, %(entry)s) AS answer

-- name: stop
SELECT alerts.stop(%(token)s) AS answer

-- name: followed
SELECT * FROM alerts.followed(%(token)s)

-- name: manage
SELECT alerts.manage(%(token)s, %(deed)s, %(chosen)s) AS answer

-- name: match
-- Lay what changed beside what is followed.
SELECT alerts.match() AS laid

-- name: lock_gathering
-- One at a time, and the next one sees what the one before it did.
SELECT pg_advisory_xact_lock(hashtextextended('alerts.gather', 0))

-- name: gather
-- A message per follow that hears at once, for all that waits for it.
WITH waiting AS MATERIALIZED (
    SELECT notice.follow, notice.change
    FROM alerts.notices AS notice
    JOIN alerts.follows AS follow ON follow.id = notice.follow AND follow.stopped_at IS NULL
    WHERE notice.message IS NULL AND follow.frequency = 'each'
), written AS (
    INSERT INTO alerts.messages (addressee, follow, kind, language)
    SELECT addressee, id, 'news', language FROM alerts.follows WHERE id IN (SELECT follow FROM waiting)
    RETURNING id, follow
)
UPDATE alerts.notices SET message = written.id
FROM waiting JOIN written ON written.follow = waiting.follow
WHERE notices.follow = waiting.follow AND notices.change = waiting.change

-- name: gather_weekly
-- A message per address for all that it hears of weekly and that changed before the last fixed hour, in the
-- language that it chose last. One a week: what is laid too late for it waits for the next.
WITH waiting AS MATERIALIZED (
    SELECT notice.follow, notice.change, follow.addressee, follow.language, follow.confirmed_at
    FROM alerts.notices AS notice
    JOIN alerts.follows AS follow ON follow.id = notice.follow AND follow.stopped_at IS NULL
    JOIN alerts.changes AS change ON change.id = notice.change
    WHERE notice.message IS NULL AND follow.frequency = 'weekly' AND change.changed_at < %(week)s
), written AS (
    INSERT INTO alerts.messages (addressee, kind, language, week)
    SELECT DISTINCT ON (addressee) addressee, 'weekly', language, %(week)s::timestamptz
    FROM waiting
    ORDER BY addressee, confirmed_at DESC
    ON CONFLICT (addressee, week) DO NOTHING
    RETURNING id, addressee
)
UPDATE alerts.notices SET message = written.id
FROM waiting JOIN written ON written.addressee = waiting.addressee
WHERE notices.follow = waiting.follow AND notices.change = waiting.change

-- name: due
SELECT id FROM alerts.messages WHERE state = 'queued' AND due_at <= now() ORDER BY due_at, queued_at LIMIT 100

-- name: claim
-- One message and who gets it; no row when it is not due or another worker has it in hand.
SELECT message.id, message.kind, message.language, message.attempts, message.addressee, message.follow,
    addressee.email
FROM alerts.messages AS message
JOIN alerts.addressees AS addressee ON addressee.id = message.addressee
WHERE message.id = %(id)s AND message.state = 'queued' AND message.due_at <= now()
FOR UPDATE OF message SKIP LOCKED

-- name: attempt
UPDATE alerts.messages SET attempts = attempts + 1 WHERE id = %(id)s

-- name: keep_token
INSERT INTO alerts.tokens (hash, purpose, addressee, follow, message, expires_at)
VALUES (%(hash)s, %(purpose)s, %(addressee)s, %(follow)s, %(message)s, now() + %(life)s)

-- name: told_in
-- What one message is about, in the order in which it was asked for.
SELECT follow.id, follow.kind, follow.permit_id, follow.label, follow.radius_m
FROM alerts.messages AS message
JOIN alerts.follows AS follow ON follow.id = message.follow
    OR follow.addressee = message.addressee
        AND EXISTS (SELECT FROM alerts.notices WHERE notices.message = message.id AND notices.follow = follow.id)
WHERE message.id = %(id)s
ORDER BY follow.confirmed_at, follow.id

-- name: news
-- What one message tells of one follow: each file once, from its first state to its last, the newest
-- change first.
SELECT change.permit_id, bool_or(change.is_new) AS is_new,
    (array_agg(change.was ORDER BY change.id) FILTER (WHERE change.was <> '{}'))[1] AS was,
    (array_agg(change.became ORDER BY change.id DESC) FILTER (WHERE change.became <> '{}'))[1] AS became,
    jsonb_agg(change.events ORDER BY change.id) AS events, max(change.changed_at) AS changed_at,
    coalesce(permit.file_number, change.permit_id) AS file_number, permit.title, permit.address
FROM alerts.notices AS notice
JOIN alerts.changes AS change ON change.id = notice.change
LEFT JOIN geoloket.permits AS permit ON permit.id = change.permit_id
WHERE notice.message = %(id)s AND notice.follow = %(follow)s
GROUP BY change.permit_id, permit.file_number, permit.title, permit.address
ORDER BY max(change.id) DESC
LIMIT 50

-- name: sent
UPDATE alerts.messages SET state = 'sent', settled_at = now(), fault = NULL WHERE id = %(id)s

-- name: nothing_to_tell
-- What a message was about ended between its being written and its leaving.
DELETE FROM alerts.messages WHERE id = %(id)s

-- name: delayed
UPDATE alerts.messages SET due_at = now() + %(wait)s, fault = %(fault)s WHERE id = %(id)s

-- name: failed
UPDATE alerts.messages SET state = 'failed', settled_at = now(), fault = %(fault)s WHERE id = %(id)s

-- name: tidy_unconfirmed
DELETE FROM alerts.follows WHERE confirmed_at IS NULL AND asked_at < now() - interval '3 days'

-- name: tidy_stopped
DELETE FROM alerts.follows WHERE stopped_at < now() - interval '30 days'

-- name: tidy_messages
DELETE FROM alerts.messages WHERE settled_at < now() - interval '90 days'

-- name: tidy_tokens
DELETE FROM alerts.tokens WHERE expires_at < now()

-- name: tidy_changes
DELETE FROM alerts.changes AS change
WHERE matched_at < now() - interval '90 days'
  AND NOT EXISTS (SELECT FROM alerts.notices WHERE notices.change = change.id)

-- name: tidy_asked
DELETE FROM alerts.asked WHERE asked_at < now() - interval '1 day'

-- name: tidy_addressees
-- Whoever follows nothing, and has nothing on its way, is forgotten.
DELETE FROM alerts.addressees AS addressee
WHERE made_at < now() - interval '1 day'
  AND NOT EXISTS (SELECT FROM alerts.follows WHERE follows.addressee = addressee.id)
  AND NOT EXISTS (SELECT FROM alerts.messages WHERE messages.addressee = addressee.id AND state = 'queued')
