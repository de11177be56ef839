-- name: record
SELECT audit.record(%(person)s, %(role)s, %(door)s, %(purpose)s, %(request)s, %(looks)s)

-- name: listed
-- Entries from a moment on, oldest first.
SELECT seq, at, subject, role, deed, layer, records, amount, purpose, door, request
FROM audit.entries
WHERE at >= coalesce(%(since)s::timestamptz, '-infinity')
ORDER BY seq

-- name: looked_up
SELECT * FROM audit.looked_up(%(since)s, %(until)s, %(person)s, %(layer)s, %(record)s, %(before)s, %(most)s)

-- name: last_verdict
SELECT at, entries, seq, hash, fault FROM audit.last_verdict()

-- name: judged
INSERT INTO audit.verdicts (entries, seq, hash, fault) VALUES (%(entries)s, %(seq)s, %(hash)s, %(fault)s)

-- name: forget_verdicts
DELETE FROM audit.verdicts WHERE at < %(before)s

-- name: chain
SELECT seq, at, subject, role, deed, layer, records, amount, purpose, door, request, hash
FROM audit.entries
ORDER BY seq

-- name: checkpoints
SELECT seq, hash, made_at, signature FROM audit.checkpoints ORDER BY seq

-- name: head
SELECT seq, hash FROM audit.head

-- name: key
SELECT value FROM audit.keys

-- name: last_before
-- The last entry whose time is up.
SELECT seq, hash FROM audit.entries WHERE at < %(before)s ORDER BY seq DESC LIMIT 1

-- name: checkpoint
INSERT INTO audit.checkpoints (seq, hash, made_at, signature)
VALUES (%(seq)s, %(hash)s, %(made_at)s, %(signature)s)

-- name: prune
-- What a checkpoint stands for.
DELETE FROM audit.entries WHERE seq <= %(seq)s
