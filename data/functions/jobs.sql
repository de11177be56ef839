-- The only ways in which the web writes to the schema jobs, and what happens there by itself.

-- Queues what is to be done of a run; no piece: the run itself.
CREATE OR REPLACE FUNCTION jobs.defer(task text, job uuid, pieces bigint[] DEFAULT '{null}') RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
    SELECT jobs.procrastinate_defer_jobs_v1(array_agg(
        ROW('jobs', task, 0, NULL, NULL, jsonb_strip_nulls(jsonb_build_object('job', job, 'piece', piece)), NULL)
            ::jobs.procrastinate_job_to_defer_v1 ORDER BY piece))
    FROM unnest(pieces) AS piece
    HAVING count(*) > 0
$$;

-- A new run and its entry in the queue: both or neither. Null when visitors have too many waiting.
CREATE OR REPLACE FUNCTION jobs.submit(
    process text, inputs jsonb, wish jsonb, subject text, rights jsonb DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    IF subject IS NULL AND (SELECT count(*) >= 100 FROM jobs.job
                            WHERE status IN ('accepted', 'running') AND job.subject IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO jobs.job (process, inputs, wish, subject, rights)
    VALUES (process, inputs, wish, subject, rights) RETURNING id INTO made;
    PERFORM jobs.defer('jobs-run', made);
    RETURN made;
END
$$;

CREATE OR REPLACE FUNCTION jobs.submit_public(process text, inputs jsonb, wish jsonb) RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
    SELECT jobs.submit(process, inputs, wish, NULL)
$$;

-- Nobody wants it any more, or what it left: nothing further is begun, and what runs is ended by its worker.
CREATE OR REPLACE FUNCTION jobs.end_unwanted(unwanted uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
    UPDATE jobs.job
    SET status = 'dismissed', outputs = NULL, updated_at = now(), finished_at = coalesce(finished_at, now())
    WHERE id = unwanted AND status <> 'dismissed';
    DELETE FROM jobs.procrastinate_jobs
    WHERE status = 'todo' AND queue_name = 'jobs' AND task_name <> 'jobs-tell' AND args->>'job' = unwanted::text;
$$;

CREATE OR REPLACE FUNCTION jobs.dismiss(unwanted uuid, who text, of_all boolean) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM jobs.job WHERE id = unwanted AND (subject IS NULL OR subject = who OR of_all) FOR UPDATE;
    IF FOUND THEN
        PERFORM jobs.end_unwanted(unwanted);
    END IF;
    RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION jobs.dismiss_public(unwanted uuid) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
    SELECT jobs.dismiss(unwanted, NULL, false)
$$;

-- A run that failed goes on with what it did not finish; false when it did not fail. Nothing of what went before is
-- held against it, but how often each part was begun stays as it was, for the report.
CREATE OR REPLACE FUNCTION jobs.retry(failed uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
BEGIN
    UPDATE jobs.job SET status = 'accepted', faults = 0, excused = tries, problem = NULL, finished_at = NULL,
        updated_at = now(), message = '', pieces_ended = (SELECT count(*) FROM jobs.piece
                                      WHERE piece.job = failed AND piece.status IN ('done', 'rejected'))
    WHERE id = failed AND status = 'failed';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE jobs.piece SET status = 'waiting', faults = 0, excused = tries, reason = NULL, ended_at = NULL
    WHERE job = failed AND status IN ('failed', 'waiting');
    PERFORM jobs.defer('jobs-run', failed);
    PERFORM jobs.defer('jobs-piece', failed, ARRAY(
        SELECT id FROM jobs.piece WHERE job = failed AND status = 'waiting' ORDER BY id));
    RETURN true;
END
$$;

-- What was to be done and is not in the queue any more, whatever took it out: queued again. How many runs.
CREATE OR REPLACE FUNCTION jobs.queue_lost(quiet interval) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
DECLARE
    lost   jobs.job;
    number integer := 0;
BEGIN
    FOR lost IN
        SELECT job.* FROM jobs.job
        WHERE status IN ('accepted', 'running') AND updated_at < now() - quiet AND NOT EXISTS (
            SELECT FROM jobs.procrastinate_jobs AS entry
            WHERE entry.status IN ('todo', 'doing') AND entry.queue_name = 'jobs' AND entry.task_name <> 'jobs-tell'
                AND entry.args->>'job' = job.id::text)
        FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE jobs.job SET updated_at = now() WHERE id = lost.id;
        IF lost.planned_at IS NULL THEN
            PERFORM jobs.defer('jobs-run', lost.id);
        ELSIF lost.pieces_ended >= lost.pieces THEN
            PERFORM jobs.defer('jobs-finish', lost.id);
        ELSE
            PERFORM jobs.defer('jobs-piece', lost.id, ARRAY(
                SELECT id FROM jobs.piece WHERE job = lost.id AND status = 'waiting' ORDER BY id));
        END IF;
        number := number + 1;
    END LOOP;
    RETURN number;
END
$$;

-- Who wants to be told how it goes is told by the worker; that is queued as the status changes.
CREATE OR REPLACE FUNCTION jobs.tell() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND NEW.wish ? 'subscriber' AND NEW.status IN ('running', 'successful', 'failed') THEN
        PERFORM jobs.procrastinate_defer_jobs_v1(ARRAY[
            ROW('jobs', 'jobs-tell', 1, NULL, NULL, jsonb_build_object('job', NEW.id, 'status', NEW.status), NULL)
                ::jobs.procrastinate_job_to_defer_v1]);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER tell AFTER UPDATE OF status ON jobs.job FOR EACH ROW EXECUTE FUNCTION jobs.tell();
