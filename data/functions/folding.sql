-- Texts as they are compared without regard to case or accents: casei() and accenti() of CQL2
-- (OGC 21-065r2), and the search in texts. Written without the locale of the database. Most texts
-- are ASCII, for which each is a tenth of the work.

-- Upper case of lower case is equal for what full case folding makes equal (ß and SS, all sigmas),
-- but for the dotless i, which must not become an I on the way: it goes by a code of no character.
CREATE OR REPLACE FUNCTION geoloket.casei(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $casei$
BEGIN
    IF octet_length(value) = length(value) THEN
        RETURN upper(value COLLATE "C");
    END IF;
    RETURN upper(lower(translate(value, 'ı', U&'\FFFF') COLLATE "und-x-icu"));
END
$casei$;

CREATE OR REPLACE FUNCTION geoloket.accenti(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $accenti$
BEGIN
    IF octet_length(value) = length(value) THEN
        RETURN value;
    END IF;
    RETURN public.unaccent('public.unaccent', normalize(value, NFC));
END
$accenti$;
