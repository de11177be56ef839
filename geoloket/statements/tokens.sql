-- name: knows
SELECT people.knows(%(issuer)s, %(subject)s, %(duties)s) AS answer

-- name: make
SELECT people.make_token(%(id)s, %(token)s, %(issuer)s, %(subject)s, %(name)s, %(title)s, %(duties)s, %(layers)s,
    %(writes)s, %(runs)s, %(purpose)s, %(lasts)s, %(most)s) AS answer

-- name: find
SELECT * FROM people.find_token(%(id)s, %(token)s, %(issuer)s, %(rests)s)

-- name: use
SELECT people.use_token(%(id)s) AS answer

-- name: listed
SELECT * FROM people.tokens_of(%(issuer)s, %(subject)s)

-- name: end
SELECT people.end_token(%(id)s, %(issuer)s, %(subject)s) AS answer
