-- A photo is for staff until it is reviewed; the same delivery is there once.
ALTER TABLE geoloket.orthophotos ALTER COLUMN review_state SET DEFAULT 'staff';
ALTER TABLE geoloket.orthophotos DROP CONSTRAINT IF EXISTS orthophotos_review_state;
ALTER TABLE geoloket.orthophotos ADD CONSTRAINT orthophotos_review_state
    CHECK (review_state IN ('staff', 'in_review', 'reviewed'));
CREATE UNIQUE INDEX IF NOT EXISTS orthophotos_once ON geoloket.orthophotos (source_sha256);
