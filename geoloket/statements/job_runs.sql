Runs of processes: what the worker notes of them, as geoloket_worker (processing/runner).

-- name: asked
-- Which process a run is of, and whether anything is left to do.
SELECT process, status IN ('accepted', 'running') AS wanted FROM jobs.job WHERE id = %(job)s

-- name: begin
-- Null when it has ended, or was dismissed.
UPDATE jobs.job
SET status = 'running', started_at = coalesce(started_at, now()), updated_at = now(),
    tries = tries + CASE WHEN %(piece)s THEN 0 ELSE 1 END
WHERE id = %(job)s AND status IN ('accepted', 'running')
RETURNING process, subject, inputs, planned_at, tries - excused AS counted, rights

-- name: begin_piece
UPDATE jobs.piece SET tries = tries + 1 WHERE id = %(piece)s AND job = %(job)s AND status = 'waiting'
RETURNING key, item, tries - excused AS counted

-- name: add_pieces
-- New ones only: a plan that was interrupted is made again from its start. They are queued as they are made.
WITH made AS (
    INSERT INTO jobs.piece (job, key, item)
    SELECT %(job)s, key, item FROM unnest(%(keys)s::text[], %(items)s::jsonb[]) WITH ORDINALITY AS given (key, item, place)
    ORDER BY place
    ON CONFLICT (job, key) DO NOTHING
    RETURNING id)
SELECT count(*) AS made, jobs.defer('jobs-piece', %(job)s, array_agg(id ORDER BY id)) FROM made HAVING count(*) > 0

-- name: planned
-- All pieces are known; whether they have all ended meanwhile.
UPDATE jobs.job SET planned_at = coalesce(planned_at, now()), updated_at = now(), message = '',
    pieces = (SELECT count(*) FROM jobs.piece WHERE piece.job = %(job)s)
WHERE id = %(job)s AND status = 'running'
RETURNING pieces, pieces_ended >= pieces AS over

-- name: end_piece
-- Nothing when it had ended before: each piece counts once.
UPDATE jobs.piece SET status = %(status)s, result = %(result)s, reason = %(reason)s, ended_at = now()
WHERE id = %(piece)s AND status = 'waiting' RETURNING id

-- name: count_piece
UPDATE jobs.job SET pieces_ended = pieces_ended + 1, updated_at = now(),
    progress = CASE WHEN planned_at IS NULL THEN progress ELSE least(99, 99 * (pieces_ended + 1) / greatest(pieces, 1)) END
WHERE id = %(job)s
RETURNING status = 'running' AND planned_at IS NOT NULL AND pieces_ended >= pieces AS over

-- name: defer_finish
SELECT jobs.defer('jobs-finish', %(job)s)

-- name: end
UPDATE jobs.job
SET status = %(status)s, outputs = %(outputs)s, problem = %(problem)s, finished_at = now(), updated_at = now(),
    progress = CASE WHEN %(status)s = 'successful' THEN 100 ELSE progress END, message = ''
WHERE id = %(job)s AND status IN ('accepted', 'running') RETURNING id

-- name: report
-- Nothing when nobody wants it any more. How far a run of pieces is, is counted.
UPDATE jobs.job
SET progress = CASE WHEN planned_at IS NULL THEN %(progress)s ELSE progress END, message = %(message)s, updated_at = now()
WHERE id = %(job)s AND status = 'running' RETURNING id

-- name: log
INSERT INTO jobs.log (job, line, step) SELECT id, %(line)s, %(step)s FROM jobs.job WHERE id = %(job)s

-- name: results
SELECT key, status, result, reason, tries FROM jobs.piece WHERE job = %(job)s ORDER BY id

-- name: fault_of_run
UPDATE jobs.job SET faults = faults + 1 WHERE id = %(job)s RETURNING faults

-- name: fault_of_piece
UPDATE jobs.piece SET faults = faults + 1 WHERE id = %(piece)s RETURNING faults

-- name: summary
SELECT count(*) AS pieces, count(*) FILTER (WHERE status = 'done') AS done,
    count(*) FILTER (WHERE status = 'rejected') AS rejected, count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE tries > 1) AS again
FROM jobs.piece WHERE job = %(job)s

-- name: begun_again
-- Pieces that were begun more than once, those that were most often first.
SELECT key, tries FROM jobs.piece WHERE job = %(job)s AND tries > 1 ORDER BY tries DESC, id LIMIT %(limit)s

-- name: dismissed
SELECT id FROM jobs.job WHERE id = ANY(%(jobs)s::uuid[]) AND status NOT IN ('accepted', 'running')

-- name: orphans
-- Entries that the worker of that number took and does not hold.
SELECT id FROM jobs.procrastinate_jobs
WHERE status = 'doing' AND worker_id = %(worker)s AND NOT id = ANY(%(held)s::bigint[])

-- name: queue_again
-- Back in the queue, unless it got there another way.
SELECT jobs.procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
FROM jobs.procrastinate_jobs WHERE id = %(id)s AND status = 'doing'

-- name: queue_lost
SELECT jobs.queue_lost(make_interval(secs => %(quiet)s)) AS number

-- name: subscriber
SELECT id, process, status, progress, message, made_at, started_at, finished_at, updated_at, outputs, problem, wish
FROM jobs.job WHERE id = %(job)s

-- name: old
-- Runs whose time is up: their files go first.
SELECT id FROM jobs.job
WHERE finished_at < now() - make_interval(days => %(days)s) OR status = 'dismissed' AND finished_at < now() - interval '1 day'
LIMIT 1000

-- name: uploads_in_use
-- Folders with files that staff sent, which runs read that have not ended.
SELECT DISTINCT substring(inputs::text FROM 'upload-[0-9a-f]{16}') AS name FROM jobs.job
WHERE status IN ('accepted', 'running') AND inputs::text LIKE '%%upload-%%'

-- name: forget
DELETE FROM jobs.job WHERE id = %(job)s
