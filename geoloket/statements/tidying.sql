-- What is kept of people beside the layers, and goes when its time is up. Each is run every night, as the owner.

-- name: sessions
DELETE FROM people.sessions WHERE ends_at <= now() OR seen_at + idle <= now()

-- name: access_tokens
DELETE FROM people.tokens WHERE ends_at < now() - interval '30 days'

-- name: known_staff
-- Roles of who has not signed in for so long that their tokens rest; those who have tokens may come back.
DELETE FROM people.known AS one
WHERE told_at < now() - make_interval(days => %(rests_days)s)
  AND NOT EXISTS (SELECT FROM people.tokens WHERE tokens.issuer = one.issuer AND tokens.subject = one.subject)

-- name: blur_requests
DELETE FROM imagery.blur_requests WHERE handled_at < now() - make_interval(days => %(requests_days)s)

-- name: campaigns
-- Of which no picture is left, and that was taken in more than a year ago.
DELETE FROM imagery.campaigns AS one
WHERE ingested_at < now() - interval '1 year'
  AND NOT EXISTS (SELECT FROM geoloket.panoramas WHERE panoramas.campaign = one.id)
