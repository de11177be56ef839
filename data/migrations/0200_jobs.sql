-- Work that outlives a request. The queue itself, in the same schema, is procrastinate's (geoloket/jobs/schema.py):
-- its entries only say that something is to be looked at. What is true of a run stands here.
CREATE SCHEMA IF NOT EXISTS jobs;
COMMENT ON SCHEMA jobs IS 'Runs of processes, their pieces and their logs; and the queue, which is procrastinate''s';

CREATE TABLE jobs.job (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    process      text COLLATE "C" NOT NULL,
    subject      text CHECK (subject <> ''),
    inputs       jsonb NOT NULL,
    wish         jsonb NOT NULL DEFAULT '{}',
    status       text NOT NULL DEFAULT 'accepted'
                 CHECK (status IN ('accepted', 'running', 'successful', 'failed', 'dismissed')),
    progress     smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    message      text NOT NULL DEFAULT '',
    made_at      timestamptz NOT NULL DEFAULT now(),
    started_at   timestamptz,
    finished_at  timestamptz,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    tries        integer NOT NULL DEFAULT 0,
    faults       integer NOT NULL DEFAULT 0,
    planned_at   timestamptz,
    pieces       integer NOT NULL DEFAULT 0,
    pieces_ended integer NOT NULL DEFAULT 0,
    outputs      jsonb,
    problem      jsonb
);
COMMENT ON TABLE jobs.job IS 'A run of a process';
COMMENT ON COLUMN jobs.job.subject IS 'who asked for it, as the identity provider names them; null: a visitor, of a public process';
COMMENT ON COLUMN jobs.job.wish IS 'how results are to be given, and who is told: outputs, response, subscriber';
COMMENT ON COLUMN jobs.job.tries IS 'how often the run itself, or its plan or end, was begun';
COMMENT ON COLUMN jobs.job.faults IS 'how often that went wrong by its own doing';
COMMENT ON COLUMN jobs.job.planned_at IS 'when all pieces were known';
CREATE INDEX job_newest ON jobs.job (made_at DESC, id);
CREATE INDEX job_under_way ON jobs.job (updated_at) WHERE status IN ('accepted', 'running');

CREATE TABLE jobs.piece (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job      uuid NOT NULL REFERENCES jobs.job ON DELETE CASCADE,
    key      text COLLATE "C" NOT NULL,
    item     jsonb NOT NULL,
    status   text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'done', 'rejected', 'failed')),
    tries    integer NOT NULL DEFAULT 0,
    faults   integer NOT NULL DEFAULT 0,
    result   jsonb,
    reason   text,
    ended_at timestamptz,
    UNIQUE (job, key)
);
COMMENT ON TABLE jobs.piece IS 'A small part of a run, done by itself by whichever worker takes it';
CREATE INDEX piece_waiting ON jobs.piece (job) WHERE status = 'waiting';

CREATE TABLE jobs.log (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job  uuid NOT NULL REFERENCES jobs.job ON DELETE CASCADE,
    at   timestamptz NOT NULL DEFAULT now(),
    line text NOT NULL
);
COMMENT ON TABLE jobs.log IS 'What a run tells while it goes; no personal data';
CREATE INDEX log_job ON jobs.log (job, id);

-- Staff see what they asked for themselves, who keeps Geoloket running sees all, and a visitor the one
-- run of a public process whose name, which cannot be guessed, they bring along. The hall says who asks
-- (geoloket/jobs/desk.py), for one transaction.
ALTER TABLE jobs.job ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.log ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_rows ON jobs.job TO geoloket_worker USING (true);
CREATE POLICY worker_rows ON jobs.piece TO geoloket_worker USING (true);
CREATE POLICY worker_rows ON jobs.log TO geoloket_worker USING (true);
CREATE POLICY staff_rows ON jobs.job FOR SELECT TO geoloket_staff
    USING (subject = current_setting('geoloket.subject', true) OR current_setting('geoloket.all_jobs', true) = 'on');
CREATE POLICY named_rows ON jobs.job FOR SELECT TO geoloket_reader, geoloket_staff
    USING (subject IS NULL AND id::text = current_setting('geoloket.job', true));
CREATE POLICY staff_rows ON jobs.piece FOR SELECT TO geoloket_staff
    USING (EXISTS (SELECT FROM jobs.job WHERE job.id = piece.job));
CREATE POLICY staff_rows ON jobs.log FOR SELECT TO geoloket_staff
    USING (EXISTS (SELECT FROM jobs.job WHERE job.id = log.job));
