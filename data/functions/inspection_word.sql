-- A Dutch word for a status or an outcome of a dwelling inspection, as files have it; the stored word is taken too.
-- NULL for a word that is none of `known` (NULL: any).
CREATE OR REPLACE FUNCTION geoloket.inspection_word(value text, known text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT word.stored
        FROM (VALUES
            ('aangevraagd', 'requested'), ('gepland', 'scheduled'), ('bezoek gepland', 'scheduled'),
            ('bezocht', 'visited'), ('verslag opgemaakt', 'report_drafted'), ('conform', 'conform'),
            ('ongeschikt', 'unsuitable'), ('onbewoonbaar', 'uninhabitable'),
            ('ongeschikt en onbewoonbaar', 'uninhabitable'), ('overbewoond', 'overcrowded'),
            ('gehoord', 'hearing'), ('hoorzitting', 'hearing'), ('beslist', 'decided'), ('in beroep', 'under_appeal'),
            ('bevestigd', 'upheld'), ('vernietigd', 'annulled'), ('opgeheven', 'lifted'), ('gesloten', 'closed'),
            ('afgesloten', 'closed')
        ) AS word (dutch, stored)
        WHERE (known IS NULL OR word.stored = ANY (known))
            AND pg_catalog.lower(pg_catalog.btrim(value)) IN (word.dutch, word.stored)
        LIMIT 1);
