-- name: begin_signing
SELECT people.begin_signing(%(state)s, %(browser)s, %(return_to)s) AS answer

-- name: take_signing
SELECT people.take_signing(%(state)s, %(browser)s) AS answer

-- name: open
SELECT people.open(%(token)s, %(before)s, %(form_key)s, %(issuer)s, %(subject)s, %(sid)s, %(id_token)s, %(name)s,
    %(duties)s, %(idle)s, %(lasts)s) AS answer

-- name: find
SELECT * FROM people.find(%(token)s)

-- name: renew
SELECT people.renew(%(token)s, %(fresh)s) AS answer

-- name: choose_purpose
SELECT people.choose_purpose(%(token)s, %(purpose)s) AS answer

-- name: close
SELECT people.close(%(token)s) AS answer

-- name: close_at_provider
SELECT people.close_at_provider(%(issuer)s, %(jti)s, %(until)s, %(subject)s, %(sid)s) AS answer
