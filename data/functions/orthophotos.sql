-- Lets visitors see the aerial photos of a campaign, or takes them back; the photos of which that changed something.
-- From the air nobody can be recognised, so that no sample is drawn: somebody looked, and is noted (audit.entries).
CREATE OR REPLACE FUNCTION imagery.show_photos(of_campaign text, shown boolean) RETURNS text[]
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    changed text[];
BEGIN
    WITH told AS (
        UPDATE geoloket.orthophotos SET review_state = CASE WHEN shown THEN 'reviewed' ELSE 'in_review' END
        WHERE coalesce(campaign, id) = of_campaign AND retired_on IS NULL AND shown <> (review_state = 'reviewed')
        RETURNING id)
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO changed FROM told;
    RETURN changed;
END
$$;
