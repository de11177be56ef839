-- The match ladder for a street name: as written, abbreviation toggled, opening, words of it, one or
-- two letters wrong, and only when nothing was found the trigram index. areas NULL means everywhere.
-- Scores lie between 0 and 1; a street may come back from several rungs.
CREATE OR REPLACE FUNCTION geoloket.address_street_matches(name text, areas integer[], wanted integer)
RETURNS TABLE (street integer, score double precision, match text)
LANGUAGE plpgsql STABLE AS $matches$
DECLARE
    words text := geoloket.address_normalise(name);
    spelled text := geoloket.address_squash(words);
    typed text := geoloket.address_squash(geoloket.address_plain(name));
    found integer := 0;
    rung integer;
BEGIN
    IF spelled = '' THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM geoloket.address_rung_opening(spelled, typed, areas);
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < wanted AND words LIKE '% %' THEN
        RETURN QUERY SELECT * FROM geoloket.address_rung_words(words, areas);
        GET DIAGNOSTICS rung = ROW_COUNT;
        found := found + rung;
    END IF;
    -- Who wrote a name that exists did not mistype another one.
    IF found < wanted AND length(spelled) > 2 AND NOT EXISTS (
        SELECT FROM geoloket.address_street_keys AS written
        WHERE written.key IN (spelled, typed) AND written.kind < 2
          AND (areas IS NULL OR written.area = ANY (areas))
    ) THEN
        RETURN QUERY SELECT * FROM geoloket.address_rung_typo(spelled, areas);
        GET DIAGNOSTICS rung = ROW_COUNT;
        found := found + rung;
    END IF;
    IF found = 0 AND length(spelled) > 3 THEN
        RETURN QUERY SELECT * FROM geoloket.address_rung_trigram(spelled, areas);
    END IF;
END
$matches$;

-- Keys that are or begin with what was typed, written out (spelled) or not (typed).
CREATE OR REPLACE FUNCTION geoloket.address_rung_opening(spelled text, typed text, areas integer[])
RETURNS TABLE (street integer, score double precision, match text)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $opening$
BEGIN
    IF areas IS NULL THEN
        RETURN QUERY
        SELECT hit.street, (geoloket.address_opening_score(hit.key, hit.kind, query.opening)),
            geoloket.address_opening_match(hit.key, hit.kind, query.opening, typed)
        FROM (SELECT spelled UNION SELECT typed) AS query (opening), LATERAL (
            SELECT * FROM geoloket.address_street_keys AS spelling
            WHERE spelling.key >= query.opening AND spelling.key < query.opening || '~'
            ORDER BY spelling.key LIMIT 600
        ) AS hit;
    ELSE
        RETURN QUERY
        SELECT hit.street, (geoloket.address_opening_score(hit.key, hit.kind, query.opening)),
            geoloket.address_opening_match(hit.key, hit.kind, query.opening, typed)
        FROM (SELECT spelled UNION SELECT typed) AS query (opening), unnest(areas) AS wanted (area), LATERAL (
            SELECT * FROM geoloket.address_street_keys AS spelling
            WHERE spelling.area = wanted.area
              AND spelling.key >= query.opening AND spelling.key < query.opening || '~'
            ORDER BY spelling.key LIMIT 600
        ) AS hit;
    END IF;
END
$opening$;

CREATE OR REPLACE FUNCTION geoloket.address_opening_score(key text, kind smallint, opening text)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $score$
    SELECT CASE
        WHEN key = opening THEN CASE kind WHEN 0 THEN 1.0 WHEN 1 THEN 0.99 ELSE 0.88 END
        ELSE CASE WHEN kind < 2 THEN 0.9 ELSE 0.78 END
            - 0.1 * (1 - length(opening)::double precision / length(key))
    END
$score$;

CREATE OR REPLACE FUNCTION geoloket.address_opening_match(key text, kind smallint, opening text, typed text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $match$
    SELECT CASE
        WHEN kind = 2 THEN 'contains'
        WHEN key <> opening THEN 'prefix'
        WHEN kind = 0 AND opening = typed THEN 'exact'
        ELSE 'abbreviation'
    END
$match$;

-- Each typed word opens a word of the name, in order: 'burg rijckl', 'J. Janssensstraat', 'h. hartplein'.
CREATE OR REPLACE FUNCTION geoloket.address_rung_words(typed_words text, areas integer[])
RETURNS TABLE (street integer, score double precision, match text)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $words$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT hit.street, 0.74::double precision,
        CASE WHEN typed_words ~ '\m[a-z]{1,3}\M' THEN 'abbreviation' ELSE 'contains' END
    FROM (
        SELECT word FROM unnest(string_to_array(typed_words, ' ')) AS part (word)
        ORDER BY length(word) DESC LIMIT 1
    ) AS longest, LATERAL (
        SELECT DISTINCT spelling.street
        FROM geoloket.address_street_keys AS spelling
        WHERE spelling.key >= longest.word AND spelling.key < longest.word || '~'
          AND (areas IS NULL OR spelling.area = ANY (areas))
        LIMIT 2000
    ) AS hit
    JOIN geoloket.address_streets AS named ON named.id = hit.street
    WHERE ' ' || named.words LIKE '% ' || replace(typed_words, ' ', '% ') || '%';
END
$words$;

-- One or two letters wrong, in a whole name or in what has been typed of it so far.
CREATE OR REPLACE FUNCTION geoloket.address_rung_typo(spelled text, areas integer[])
RETURNS TABLE (street integer, score double precision, match text)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $typo$
#variable_conflict use_column
DECLARE
    variants text[] := ARRAY(
        SELECT geoloket.address_variants(left(spelled, 7))
        UNION
        SELECT geoloket.address_variants(left(spelled, 5)) WHERE length(spelled) < 7);
    openings text[] := ARRAY(
        SELECT DISTINCT typo.opening FROM geoloket.address_typos AS typo WHERE typo.variant = ANY (variants));
    most integer := CASE WHEN length(spelled) < 4 THEN 1 ELSE 2 END;
BEGIN
    RETURN QUERY
    SELECT street.street,
        near.score - CASE WHEN street.kind = 2 THEN 0.06::double precision ELSE 0 END, 'fuzzy'
    FROM (
        SELECT close.key, max(geoloket.address_typo_score(close.key, spelled, most)) AS score
        FROM unnest(openings) AS opening, LATERAL (
            SELECT spelling.key FROM geoloket.address_spellings AS spelling
            WHERE spelling.key >= opening AND spelling.key < opening || '~'
        ) AS close
        GROUP BY close.key
        ORDER BY 2 DESC NULLS LAST
        LIMIT 30
    ) AS near
    JOIN geoloket.address_street_keys AS street USING (key)
    WHERE near.score IS NOT NULL AND (areas IS NULL OR street.area = ANY (areas))
    ORDER BY 2 DESC
    LIMIT 100;
END
$typo$;

-- How near two spellings are: as wholes, or the one to the opening of the other (still typing).
CREATE OR REPLACE FUNCTION geoloket.address_typo_score(key text, spelled text, most integer)
RETURNS double precision
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $near$
DECLARE
    size integer := length(spelled);
    edits integer;
BEGIN
    IF abs(length(key) - size) <= most THEN
        edits := levenshtein_less_equal(key, spelled, 2);
        -- Two neighbours swapped are one slip of the fingers, though two edits.
        IF edits = 2 AND length(key) = size AND geoloket.address_swapped(key, spelled) THEN
            edits := 1;
        END IF;
        IF edits <= most THEN
            RETURN 0.84 - 0.1 * edits;
        END IF;
    END IF;
    IF length(key) <= size THEN
        RETURN NULL;
    END IF;
    edits := least(
        levenshtein_less_equal(left(key, size), spelled, most),
        levenshtein_less_equal(left(key, size - 1), spelled, most),
        levenshtein_less_equal(left(key, size + 1), spelled, most));
    RETURN CASE WHEN edits <= most THEN 0.7 - 0.1 * edits END;
END
$near$;

-- Whether two texts of one length differ in two swapped neighbours only.
CREATE OR REPLACE FUNCTION geoloket.address_swapped(one text, other text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $swapped$
DECLARE
    place integer := 1;
BEGIN
    WHILE substr(one, place, 1) = substr(other, place, 1) AND place < length(one) LOOP
        place := place + 1;
    END LOOP;
    RETURN substr(one, place) = reverse(substr(other, place, 2)) || substr(other, place + 2);
END
$swapped$;

-- The last resort: letters in common, or the typed text somewhere inside the name.
CREATE OR REPLACE FUNCTION geoloket.address_rung_trigram(spelled text, areas integer[])
RETURNS TABLE (street integer, score double precision, match text)
LANGUAGE plpgsql STABLE
-- The planner thinks that comparing trigrams costs nothing and reads the whole table instead.
SET enable_seqscan TO off
AS $trigram$
#variable_conflict use_column
BEGIN
    -- With the default of 0.3 half the streets that end in -straat are compared letter by letter.
    PERFORM set_config('pg_trgm.similarity_threshold', '0.45', true);
    RETURN QUERY
    SELECT street.street, near.score - CASE WHEN street.kind = 2 THEN 0.04 ELSE 0 END, near.match
    FROM (
        SELECT key, 0.65 - 0.1 * (1 - length(spelled)::double precision / length(key)) AS score, 'contains' AS match
        FROM geoloket.address_spellings
        WHERE key LIKE '%' || spelled || '%'
        UNION ALL
        (SELECT key, 0.7 * similarity(key, spelled)::double precision, 'fuzzy'
        FROM geoloket.address_spellings
        WHERE length(key) BETWEEN length(spelled) * 0.5 AND length(spelled) * 2 AND key % spelled
        ORDER BY similarity(key, spelled) DESC
        LIMIT 40)
    ) AS near
    JOIN geoloket.address_street_keys AS street USING (key)
    WHERE areas IS NULL OR street.area = ANY (areas)
    ORDER BY 2 DESC
    LIMIT 100;
END
$trigram$;
