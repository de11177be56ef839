-- What is done with street pictures from the web. Visitors may ask to have something blurred; staff
-- review, and add or remove areas to be blurred. The worker makes the pictures themselves.

-- Where what was made of a picture is, of pictures that visitors may see.
CREATE OR REPLACE FUNCTION imagery.derived_key(panorama text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.derived_key FROM geoloket.panoramas AS p WHERE p.id = panorama AND p.is_public AND p.retired_on IS NULL
$$;

-- A resident asks to have something made unrecognisable; NULL when there is no such picture, or when
-- there are very many such requests already.
CREATE OR REPLACE FUNCTION imagery.ask_blur(
    of_panorama text, of_kind text, at_x double precision, at_y double precision, words text, mailbox text)
    RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO imagery.blur_requests (panorama, kind, x, y, message, email)
    SELECT p.id, of_kind, at_x, at_y, nullif(words, ''), nullif(mailbox, '')
    FROM geoloket.panoramas AS p
    WHERE p.id = of_panorama AND p.is_public AND p.retired_on IS NULL
      AND (SELECT count(*) FROM imagery.blur_requests AS r
           WHERE r.panorama = of_panorama AND r.handled_at IS NULL) < 100
    RETURNING id
$$;

-- Staff handled a request: 'blurred' or 'refused'. The address to answer to is not needed any more.
CREATE OR REPLACE FUNCTION imagery.handle_request(request uuid, what text, person text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE imagery.blur_requests SET handled_at = now(), handled_by = person, outcome = what, email = NULL
    WHERE id = request AND handled_at IS NULL
    RETURNING true
$$;

-- An area to be blurred; the picture is hidden from visitors until it was made anew. NULL when there is
-- no such picture.
CREATE OR REPLACE FUNCTION imagery.add_area(
    of_panorama text, of_kind text, at_x double precision, at_y double precision,
    wide double precision, high double precision, by_source text, person text) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH hidden AS (
        UPDATE geoloket.panoramas SET blurred = false WHERE id = of_panorama AND retired_on IS NULL RETURNING id
    )
    INSERT INTO imagery.blur_areas (panorama, kind, source, x, y, width, height, added_by)
    SELECT id, of_kind, by_source, at_x, at_y, wide, high, person FROM hidden
    RETURNING id
$$;

-- Takes an area away, as long as the original is there to make the picture anew from; the name of the
-- picture, or NULL.
CREATE OR REPLACE FUNCTION imagery.remove_area(area bigint, person text) RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH removed AS (
        UPDATE imagery.blur_areas AS a SET removed_at = now(), removed_by = person
        FROM geoloket.panoramas AS p
        WHERE a.id = area AND a.removed_at IS NULL AND p.id = a.panorama AND p.original_key IS NOT NULL
        RETURNING a.panorama
    )
    UPDATE geoloket.panoramas AS p SET blurred = false FROM removed WHERE p.id = removed.panorama RETURNING p.id
$$;

-- Where the pictures of a campaign were taken, as a checksum: it changes when one comes, goes or moves.
CREATE OR REPLACE FUNCTION imagery.places(of_campaign text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT md5(coalesce(string_agg(p.id || ' ' || p.geom::text, ',' ORDER BY p.id), ''))
    FROM geoloket.panoramas AS p WHERE p.campaign = of_campaign AND p.retired_on IS NULL
$$;

-- Opens the next round of review: that many blurred pictures by chance, as many as there are at most.
-- NULL when a round is still open or nothing is blurred.
CREATE OR REPLACE FUNCTION imagery.draw_sample(of_campaign text, amount integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next integer;
    drawn integer;
BEGIN
    PERFORM FROM imagery.campaigns WHERE id = of_campaign FOR UPDATE;
    IF EXISTS (SELECT FROM imagery.review_samples WHERE campaign = of_campaign AND verdict IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(max(round), 0) + 1 INTO next FROM imagery.review_samples WHERE campaign = of_campaign;
    INSERT INTO imagery.review_samples (campaign, round, panorama, drawn_at)
    SELECT of_campaign, next, id, clock_timestamp() FROM geoloket.panoramas
    WHERE campaign = of_campaign AND blurred AND retired_on IS NULL
    ORDER BY random() LIMIT amount;
    GET DIAGNOSTICS drawn = ROW_COUNT;
    RETURN CASE WHEN drawn > 0 THEN next END;
END
$$;

-- What somebody saw in a picture of the sample: 'clean' or 'missed'.
CREATE OR REPLACE FUNCTION imagery.judge(of_campaign text, of_panorama text, seen text, person text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE imagery.review_samples SET verdict = seen, judged_at = now(), judged_by = person
    WHERE campaign = of_campaign AND panorama = of_panorama
      AND round = (SELECT max(round) FROM imagery.review_samples WHERE campaign = of_campaign)
    RETURNING true
$$;

-- Whether a campaign may be seen by visitors: its supplier declares that it is blurred, or somebody looked
-- at all of the last sample and found nothing.
CREATE OR REPLACE FUNCTION imagery.may_release(of_campaign text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT supplier_blurred FROM imagery.campaigns WHERE id = of_campaign)
        OR (SELECT bool_and(verdict IS NOT DISTINCT FROM 'clean') FROM imagery.review_samples
            WHERE campaign = of_campaign
              AND round = (SELECT max(round) FROM imagery.review_samples WHERE campaign = of_campaign)),
        false)
$$;

-- Whether a picture is one of those that the supplier's declaration or the review of a sample stands for:
-- it was blurred as it is when the sample was drawn, all of which was found clean, and none since was not.
CREATE OR REPLACE FUNCTION imagery.is_covered(of_panorama text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM geoloket.panoramas AS p JOIN imagery.campaigns AS c ON c.id = p.campaign
        WHERE p.id = of_panorama AND (c.supplier_blurred OR (
            NOT EXISTS (SELECT FROM imagery.review_samples AS s WHERE s.campaign = c.id AND s.verdict = 'missed'
                AND s.round = (SELECT max(round) FROM imagery.review_samples WHERE campaign = c.id))
            AND EXISTS (
                SELECT FROM imagery.review_samples AS s WHERE s.campaign = c.id
                GROUP BY s.round
                HAVING bool_and(s.verdict IS NOT DISTINCT FROM 'clean')
                   AND min(s.drawn_at) > (SELECT at FROM imagery.lookings WHERE panorama = p.id)))))
$$;

-- Lets visitors see the blurred pictures of a campaign that its review stands for; how many, or NULL when
-- it may not be. What was blurred after the sample was drawn stays in review.
CREATE OR REPLACE FUNCTION imagery.release(of_campaign text, person text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shown bigint;
BEGIN
    PERFORM FROM imagery.campaigns WHERE id = of_campaign FOR UPDATE;
    IF NOT imagery.may_release(of_campaign) THEN
        RETURN NULL;
    END IF;
    UPDATE imagery.campaigns SET released_at = now(), released_by = person WHERE id = of_campaign;
    UPDATE geoloket.panoramas SET review_state = 'reviewed'
    WHERE campaign = of_campaign AND review_state = 'in_review' AND imagery.is_covered(id);
    GET DIAGNOSTICS shown = ROW_COUNT;
    RETURN shown;
END
$$;

-- Takes a campaign back from visitors; how many pictures.
CREATE OR REPLACE FUNCTION imagery.withdraw(of_campaign text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hidden bigint;
BEGIN
    UPDATE imagery.campaigns SET released_at = NULL, released_by = NULL WHERE id = of_campaign;
    UPDATE geoloket.panoramas SET review_state = 'in_review' WHERE campaign = of_campaign AND review_state = 'reviewed';
    GET DIAGNOSTICS hidden = ROW_COUNT;
    RETURN hidden;
END
$$;

-- Notes whether the supplier of a campaign declares that it is blurred; releasing it is another step.
CREATE OR REPLACE FUNCTION imagery.declare_supplier(of_campaign text, declared boolean, person text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE imagery.campaigns SET supplier_blurred = declared, declared_by = person, declared_at = now()
    WHERE id = of_campaign
    RETURNING true
$$;
