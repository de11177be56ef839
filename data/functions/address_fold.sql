-- The letters of a text as they are compared: no case, accents or apostrophes; punctuation stays.
-- 'Sommé’s' and "SOMMES" fold to the same. Written without the locale of the database, so an index
-- filled on one machine is right on another.
CREATE OR REPLACE FUNCTION geoloket.address_fold(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $fold$
BEGIN
    RETURN btrim(regexp_replace(
        replace(replace(replace(replace(replace(
            lower(
                regexp_replace(
                    -- Apostrophes go first: NFKC turns some of them into a space and an accent.
                    normalize(normalize(translate(value, '''’‘ʼ`´′‛', ''), NFKC), NFD),
                    '[\u0300-\u036f]', '', 'g'
                ) COLLATE "C"
            ),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o'), 'ł', 'l'),
        '\s+', ' ', 'g'));
END
$fold$;
