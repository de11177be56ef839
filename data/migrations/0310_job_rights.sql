-- A process may read layers as the person who asked: their role, and by which door and for which task they came,
-- are kept with the run, because the session may be over when a worker takes it up.
ALTER TABLE jobs.job ADD COLUMN rights jsonb;
COMMENT ON COLUMN jobs.job.rights IS
    'of a process that reads as who asked: role, door, purpose and request; null: it reads as the worker does';

-- Which lines of a log begin a stage: how long each took is told from one to the next.
ALTER TABLE jobs.log ADD COLUMN step boolean NOT NULL DEFAULT false;

-- Made again by data/functions/jobs.sql, with a place for the rights.
DROP FUNCTION IF EXISTS jobs.submit(text, jsonb, jsonb, text);
