-- Who has a failed run tried again gives it all its tries once more; how often it was begun stays true.
ALTER TABLE jobs.job ADD COLUMN excused integer NOT NULL DEFAULT 0;
ALTER TABLE jobs.piece ADD COLUMN excused integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN jobs.job.excused IS 'tries before it was last tried again by hand: not held against it';
COMMENT ON COLUMN jobs.piece.excused IS 'tries before its run was last tried again by hand: not held against it';
