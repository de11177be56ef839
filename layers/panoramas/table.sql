-- A picture is for staff until it is blurred and reviewed; the same picture is in a campaign once.
ALTER TABLE geoloket.panoramas ALTER COLUMN review_state SET DEFAULT 'staff';
ALTER TABLE geoloket.panoramas ALTER COLUMN blurred SET DEFAULT false;
ALTER TABLE geoloket.panoramas DROP CONSTRAINT IF EXISTS panoramas_review_state;
ALTER TABLE geoloket.panoramas ADD CONSTRAINT panoramas_review_state
    CHECK (review_state IN ('staff', 'in_review', 'reviewed'));
CREATE UNIQUE INDEX IF NOT EXISTS panoramas_once ON geoloket.panoramas (campaign, sha256);
CREATE INDEX IF NOT EXISTS panoramas_track ON geoloket.panoramas (campaign, sequence, rank);
