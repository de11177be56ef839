-- Whether the second of changed_at is this version's own. HTTP dates count in seconds: a version
-- that shares its second with the one before cannot be told from it by Last-Modified.
ALTER TABLE geoloket.layer_state ADD COLUMN dated boolean NOT NULL DEFAULT true;
