-- name: of_feature
-- What was changed in a feature, newest first.
SELECT id, at, coalesce(name, login) AS name, token, deed, reason, undoes, before, after, forgotten_at,
    EXISTS (SELECT FROM history.changes AS later WHERE later.undoes = one.id) AS undone
FROM history.changes AS one
WHERE layer = %(layer)s AND feature = %(feature)s
ORDER BY id DESC LIMIT %(limit)s

-- name: change
-- One change, and the last one of the same feature.
SELECT id, layer, feature, deed, before, after, forgotten_at,
    (SELECT max(id) FROM history.changes AS other
     WHERE other.layer = one.layer AND other.feature = one.feature) AS last
FROM history.changes AS one
WHERE id = %(id)s

-- name: written
-- The change that this transaction has just written, if it changed anything.
SELECT nullif(current_setting('geoloket.change', true), '')::bigint AS id
