-- Subjects that come with a layer's own columns pass no load.sql: they lose their names here. What was
-- imported before loses them now.
CREATE FUNCTION geoloket.clean_permit_title() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $clean$
BEGIN
    NEW.title := geoloket.permit_title(NEW.title);
    RETURN NEW;
END
$clean$;

CREATE TRIGGER clean_title BEFORE INSERT OR UPDATE OF title ON geoloket.permits
    FOR EACH ROW WHEN (NEW.title IS NOT NULL) EXECUTE FUNCTION geoloket.clean_permit_title();

UPDATE geoloket.permits SET title = title
WHERE title IS DISTINCT FROM geoloket.permit_title(title);
