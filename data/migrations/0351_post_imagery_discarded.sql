-- Street pictures whose row is gone: their files are in the storage, where the database cannot reach. The worker
-- deletes them, and then the row here; one that cannot be deleted is tried again the next night.
CREATE TABLE imagery.discarded (
    panorama     text COLLATE "C" PRIMARY KEY,
    original_key text,
    at           timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE imagery.discarded IS 'Pictures whose files are still to be deleted';

CREATE FUNCTION imagery.discard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO imagery.discarded (panorama, original_key) VALUES (OLD.id, OLD.original_key)
    ON CONFLICT (panorama) DO UPDATE SET original_key = coalesce(excluded.original_key, discarded.original_key);
    RETURN NULL;
END
$$;
CREATE TRIGGER discard_files AFTER DELETE ON geoloket.panoramas FOR EACH ROW EXECUTE FUNCTION imagery.discard();
