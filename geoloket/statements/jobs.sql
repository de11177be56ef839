Runs of processes: what people ask of them (geoloket/jobs/desk.py).

-- name: say_who
-- For this transaction: whose runs may be seen.
SELECT set_config('geoloket.subject', %(subject)s, true), set_config('geoloket.all_jobs', %(all)s, true),
    set_config('geoloket.job', %(job)s, true)

-- name: submit
SELECT jobs.submit(%(process)s, %(inputs)s, %(wish)s, %(subject)s, %(rights)s) AS id

-- name: submit_public
SELECT jobs.submit_public(%(process)s, %(inputs)s, %(wish)s) AS id

-- name: dismiss
SELECT jobs.dismiss(%(job)s, %(subject)s, %(all)s) AS answer

-- name: dismiss_public
SELECT jobs.dismiss_public(%(job)s) AS answer

-- name: find
SELECT id, process, subject, inputs, wish, status, progress, message, made_at, started_at, finished_at, updated_at,
    tries, pieces, pieces_ended, outputs, problem, rights
FROM jobs.job WHERE id = %(job)s

-- name: page
-- The newest first. How long a run takes counts from its start to its end, or to now.
SELECT id, process, subject, inputs, wish, status, progress, message, made_at, started_at, finished_at, updated_at,
    tries, pieces, pieces_ended, outputs, problem, rights
FROM jobs.job
WHERE (%(processes)s::text[] IS NULL OR process = ANY(%(processes)s))
    AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
    AND (%(since)s::timestamptz IS NULL OR made_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR made_at <= %(until)s)
    AND (%(shortest)s::float IS NULL
        OR coalesce(finished_at, now()) - started_at >= make_interval(secs => %(shortest)s))
    AND (%(longest)s::float IS NULL
        OR coalesce(finished_at, now()) - started_at <= make_interval(secs => %(longest)s))
ORDER BY made_at DESC, id LIMIT %(limit)s OFFSET %(offset)s

-- name: log
SELECT at, line FROM (
    SELECT id, at, line FROM jobs.log WHERE job = %(job)s ORDER BY id DESC LIMIT %(limit)s) AS last
ORDER BY id

-- name: stages
-- When each stage of a run began, in order: waiting, what the run itself tells, or the planning, the pieces and the end.
SELECT code, at FROM (
    SELECT 'queue' AS code, made_at AS at, 0 AS place FROM jobs.job WHERE id = %(job)s
    UNION ALL
    SELECT CASE WHEN planned_at IS NULL THEN 'run' ELSE 'plan' END, started_at, 1 FROM jobs.job
    WHERE id = %(job)s AND NOT EXISTS (SELECT FROM jobs.log WHERE job = %(job)s AND step)
    UNION ALL
    SELECT 'pieces', planned_at, 2 FROM jobs.job WHERE id = %(job)s
    UNION ALL
    SELECT line, at, 3 FROM jobs.log WHERE job = %(job)s AND step
    UNION ALL
    SELECT 'finish', max(ended_at), 4 FROM jobs.piece
    WHERE job = %(job)s HAVING count(*) FILTER (WHERE status = 'waiting') = 0
    UNION ALL
    SELECT 'end', finished_at, 5 FROM jobs.job WHERE id = %(job)s
) AS stage
WHERE at IS NOT NULL ORDER BY at, place

-- name: pieces
SELECT count(*) FILTER (WHERE status = 'waiting') AS waiting, count(*) FILTER (WHERE status = 'done') AS done,
    count(*) FILTER (WHERE status = 'rejected') AS rejected, count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE tries > 1) AS again
FROM jobs.piece WHERE job = %(job)s

-- name: reasons
SELECT key, reason FROM jobs.piece
WHERE job = %(job)s AND status IN ('rejected', 'failed') ORDER BY id LIMIT %(limit)s
