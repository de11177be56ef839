-- The areas that a place name or postcode stands for, or NULL when nobody is called so.
-- how: 'exact' (other languages and old names count as exact), 'prefix' (someone still typing),
-- 'fuzzy' (one or two letters wrong).
CREATE OR REPLACE FUNCTION geoloket.address_place(name text, how text) RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $place$
DECLARE
    wanted text := geoloket.address_squash(geoloket.address_normalise(name));
    areas integer[];
    best text;
BEGIN
    IF how = 'exact' THEN
        SELECT array_agg(DISTINCT area) INTO areas
        FROM geoloket.address_place_keys WHERE key = wanted;
    ELSIF how = 'prefix' THEN
        SELECT array_agg(DISTINCT area) INTO areas
        FROM geoloket.address_place_keys
        WHERE key >= wanted AND key < wanted || '~' AND length(wanted) > 1;
    ELSIF length(wanted) > 3 THEN
        SELECT key INTO best
        FROM geoloket.address_place_keys
        WHERE kind <> 'postcode' AND length(key) BETWEEN length(wanted) - 2 AND length(wanted) + 2
          AND levenshtein_less_equal(key, wanted, 2) <= CASE WHEN length(wanted) > 5 THEN 2 ELSE 1 END
        ORDER BY levenshtein_less_equal(key, wanted, 2), key
        LIMIT 1;
        SELECT array_agg(DISTINCT area) INTO areas
        FROM geoloket.address_place_keys WHERE key = best;
    END IF;
    RETURN areas;
END
$place$;

-- Whether some street is written so, or begins so.
CREATE OR REPLACE FUNCTION geoloket.address_street_opens(name text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $opens$
BEGIN
    RETURN EXISTS (
        SELECT FROM geoloket.address_street_keys,
            (SELECT geoloket.address_squash(geoloket.address_normalise(name)) AS wanted) AS spelled
        WHERE key >= wanted AND key < wanted || '~' AND wanted <> '');
END
$opens$;

CREATE OR REPLACE FUNCTION geoloket.address_street_exists(name text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $exists$
DECLARE
    wanted text := geoloket.address_squash(geoloket.address_normalise(name));
BEGIN
    RETURN EXISTS (SELECT FROM geoloket.address_street_keys WHERE key = wanted AND kind < 2);
END
$exists$;
