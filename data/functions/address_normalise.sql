-- The canonical words of a street or place name, abbreviations written out, for index and query alike:
-- 'St.-Jansstr.' and 'Sint Jansstraat' both give 'sint jansstraat'. Ambiguous ones (h., k., kon., j.)
-- stay: they are compared as openings of words.
CREATE OR REPLACE FUNCTION geoloket.address_plain(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $plain$
BEGIN
    -- 'Statiestraat_AN': the mark that tells two equal street names in one municipality apart.
    RETURN btrim(regexp_replace(
        geoloket.address_fold(regexp_replace(value, '_[A-Z]{2}$', '')), '[^[:alnum:]]+' COLLATE "C", ' ', 'g'));
END
$plain$;

CREATE OR REPLACE FUNCTION geoloket.address_word(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $word$
BEGIN
    RETURN CASE word
        WHEN 'st' THEN 'sint' WHEN 'snt' THEN 'sint' WHEN 'ste' THEN 'sinte'
        WHEN 'dr' THEN 'dokter' WHEN 'doctor' THEN 'dokter' WHEN 'prof' THEN 'professor'
        WHEN 'burg' THEN 'burgemeester' WHEN 'burgem' THEN 'burgemeester'
        WHEN 'bgm' THEN 'burgemeester' WHEN 'gen' THEN 'generaal' WHEN 'past' THEN 'pastoor'
        WHEN 'kard' THEN 'kardinaal' WHEN 'kan' THEN 'kanunnik' WHEN 'kap' THEN 'kapitein'
        WHEN 'kol' THEN 'kolonel' WHEN 'maj' THEN 'majoor' WHEN 'luit' THEN 'luitenant'
        WHEN 'lt' THEN 'luitenant' WHEN 'adv' THEN 'advocaat' WHEN 'min' THEN 'minister'
        WHEN 'mgr' THEN 'monseigneur' WHEN 'gebr' THEN 'gebroeders' WHEN 'jhr' THEN 'jonkheer'
        WHEN 'pres' THEN 'president' WHEN 'ing' THEN 'ingenieur' WHEN 'ir' THEN 'ingenieur'
        WHEN 'gr' THEN 'grote' WHEN 'kl' THEN 'kleine' WHEN 'nwe' THEN 'nieuwe'
        WHEN 'nw' THEN 'nieuwe' WHEN 'av' THEN 'avenue' WHEN 'blvd' THEN 'boulevard'
        WHEN 'bd' THEN 'boulevard'
        ELSE CASE
            WHEN word ~ 'str$' THEN left(word, -3) || 'straat'
            WHEN word ~ 'stwg$' THEN left(word, -4) || 'steenweg'
            WHEN word ~ 'stw$|stg$' THEN left(word, -3) || 'steenweg'
            WHEN word ~ 'ln$' THEN left(word, -2) || 'laan'
            WHEN word ~ 'pl$' THEN left(word, -2) || 'plein'
            WHEN word ~ 'wg$' THEN left(word, -2) || 'weg'
            ELSE word
        END
    END;
END
$word$;

CREATE OR REPLACE FUNCTION geoloket.address_normalise(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $normalise$
BEGIN
    RETURN (
        SELECT coalesce(string_agg(geoloket.address_word(word), ' ' ORDER BY place), '')
        FROM unnest(string_to_array(
            regexp_replace(
                regexp_replace(geoloket.address_plain(value), '\mo ?l ?vrouw', 'onze lieve vrouw'),
                '\mo ?l ?v\M', 'onze lieve vrouw'),
            ' ')) WITH ORDINALITY AS part (word, place)
        WHERE word <> ''
    );
END
$normalise$;

-- The other way round: the short spelling of a name, squashed ('olvstraat', 'stjansstraat').
CREATE OR REPLACE FUNCTION geoloket.address_abbreviate(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $abbreviate$
BEGIN
    RETURN (
        SELECT string_agg(
            CASE word
                WHEN 'sint' THEN 'st' WHEN 'sinte' THEN 'ste' WHEN 'dokter' THEN 'dr'
                WHEN 'professor' THEN 'prof' WHEN 'burgemeester' THEN 'burg' WHEN 'generaal' THEN 'gen'
                WHEN 'pastoor' THEN 'past' WHEN 'kardinaal' THEN 'kard' WHEN 'kanunnik' THEN 'kan'
                WHEN 'kapitein' THEN 'kap' WHEN 'kolonel' THEN 'kol' WHEN 'monseigneur' THEN 'mgr'
                WHEN 'gebroeders' THEN 'gebr' WHEN 'koning' THEN 'kon' WHEN 'koningin' THEN 'kon'
                ELSE word
            END, '' ORDER BY place)
        FROM unnest(string_to_array(
            regexp_replace(words, '\monze lieve vrouw', 'olv'), ' ')) WITH ORDINALITY AS part (word, place)
    );
END
$abbreviate$;

-- Hyphen, space and nothing are the same: what is compared letter by letter.
CREATE OR REPLACE FUNCTION geoloket.address_squash(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $squash$
    SELECT replace(words, ' ', '')
$squash$;

-- A word's opening and that opening with each letter left out once. Two openings one edit apart
-- (a letter wrong, missing, extra, or two swapped) have a variant in common.
CREATE OR REPLACE FUNCTION geoloket.address_variants(opening text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $variants$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT opening
    UNION
    SELECT left(opening, gap - 1) || substr(opening, gap + 1)
    FROM generate_series(1, length(opening)) AS gap;
END
$variants$;
