-- The subject of a permit file without names of persons or firms: who asks is nobody's business
-- (layers/permits/layer.toml). A register's free text may hold them, so rather too much is cut than
-- too little; what is left without sense is NULL, and a page then says the file number.
-- The cases are in tests/integration/test_permit_titles.py.

-- A word with which a subject opens or that stands in one with a capital: verbs by their stem, nouns
-- in full, so that surnames that begin alike (Bosmans, Delvaux) do not pass.
CREATE OR REPLACE FUNCTION geoloket.permit_title_word(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.lower(word) ~ (
        '^((ver|her|ont|aan|af|uit|om|op|in|be|bij|over|bestaande)?'
        || '(bouw|plaats|sloop|slop|vell|rooi|boss|regularis|regulariser|wijzig|richt|vorm|vernieuw|nieuw|stell|legg|leg|breid'
        || '|breek|brek|isoler|isol|renov|renover|restaur|restaurer|kavel|exploiter|exploit|demp|saner|splits|voeg|grav|hog|lag|groot|bouwen en )'
        || '(en|n|ing|ingen|atie|aties)'
        || '|aanleg|heraanleg|herstel|nieuwbouw|aanbouw|bijbouw|opbouw|afbraak|sloop|kappen|kap|verbouw|herbouw|uitbouw|nieuwe|nieuw'
        || '|nieuwbouwwoning|woning|eengezinswoning|meergezinswoning|rijwoning|zorgwoning|appartement|appartementen|appartementsgebouw'
        || '|garage|carport|tuinhuis|tuinberging|tuinmuur|berging|veranda|zwembad|terras|loods|stal|schuur|hal|serre|oprit|parking|poolhouse'
        || '|dakkapel|dak|gevel|voorgevel|gevelopening|zonnepanelen|warmtepomp|windturbine|publiciteit|reclame|reclamepaneel|school|kantoor'
        || '|winkel|handelspand|hoogspanningslijn|leiding|riolering|fietspad|voetpad|brug|poel|gracht|haag|bomen|boom|ontbossing'
        || '|vegetatiewijziging|reliëfwijziging|functiewijziging|bestemmingswijziging|verkaveling|verkavelingsaanvraag|bijstelling'
        || '|regularisatie|exploitatie|bronbemaling|bemaling|bodemsanering|grondwaterwinning|boring|geothermische|springstoffen|erkenning'
        || '|ioniserende|ondergrondse|bovengrondse|melding|mededeling|overname|hernieuwing|verandering|vroegtijdige|stopzetting|tijdelijke|bestaande'
        || '|onbebouwd|gedeeltelijke|gedeeltelijk|volledige|diverse|interne|twee|drie|vier|een|één|de|het|project|aanvraag|vergunning|omgevingsvergunning'
        || '|constructie|gebouw|bijgebouw|bedrijf|bedrijfsgebouw|landbouwbedrijf|veranderen|oprichten|oprichting|houden|verder|kweken|opslag|opslaan|wegenis|wegeniswerken'
        || '|vlaamse|europese|belgische)$');

-- Whether a word with a capital is a place and not a surname, by what stands before it.
CREATE OR REPLACE FUNCTION geoloket.permit_title_place(before text, word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE pg_catalog.lower(before)
        WHEN 'de' THEN word ~ '(straat|laan|weg|baan|dreef|lei|kaai|markt|vest|beek|vaart|rivier|brug|dijk|wijk)$'
        WHEN 'het' THEN word ~ '(plein|park|bos|kanaal|hof|pad|veld)$'
        ELSE pg_catalog.lower(before) IN ('in', 'aan', 'langs', 'te', 'op', 'hoek')
            AND word ~ '(straat|steenweg|laan|plein|dreef)$' AND word !~* '^van'
    END;

CREATE OR REPLACE FUNCTION geoloket.permit_title(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $title$
DECLARE
    capital CONSTANT text := '^[[:upper:]]';
    joins CONSTANT text[] := ARRAY['van', 'de', 'der', 'den', 'ten', 'ter', 'te', 'von', 'du', 'le', 'la', 'd''',
        '''t', '''s', 'en', '&', '+', 'et', '-', '/', 'bv', 'bvba', 'nv', 'vof', 'cv', 'cvba', 'vzw', 'gcv', 'commv',
        'comm.v', 'sa', 'sprl', 'ebvba'];
    firms CONSTANT text[] := ARRAY['bvba', 'nv', 'vof', 'cvba', 'vzw', 'gcv', 'commv', 'comm.v', 'sprl', 'ebvba', 'bv'];
    links CONSTANT text[] := ARRAY['voor', 'van', 'door', 'bij', 'aan', 'te', 'in', 'op', 'de', 'het', 'en', 'met', 'naar',
        'tussen', 'tegen', 'uit', 'firma', 'bedrijf', 'exploitatie', '&', '-', '–', '/', ':', '('];
    short CONSTANT text[] := ARRAY['RUP', 'BPA', 'KMO', 'WKK', 'HVAC', 'GSM', 'LED', 'CNG', 'LPG', 'PV', 'MW', 'KW', 'KVA',
        'IBA', 'RWZI', 'OMV', 'HS', 'LS', 'IIOA', 'MW.'];
    -- Before these a given name belongs to a place, a church or somebody of long ago.
    honours CONSTANT text[] := ARRAY['de', 'het', 'een', 'sint', 'sinte', 'st', 'onze', 'heilige', 'koning', 'koningin', 'prins',
        'prinses', 'keizer', 'burgemeester', 'pastoor', 'kardinaal', 'dokter', 'generaal'];
    standing CONSTANT text[] := ARRAY['in', 'de', 'langs', 'aan', 'op', 'te', 'hoek', 'tussen', 'nabij'];
    street CONSTANT text := '(straat|steenweg|laan|plein|dreef|weg|baan|lei|kaai|vest|markt|park|hof|wijk|brug)';
    -- Words that end what follows a given name.
    plain CONSTANT text[] := ARRAY['tot', 'of', 'als', 'om', 'onder', 'boven', 'naast', 'achter', 'na', 'zonder', 'volgens', 'langs', 'hoek',
        'nr', 'nummer', 'perceel', 'lot', 'afdeling', 'sectie', 'wegens', 'inclusief', 'zijn', 'haar', 'hun', 'die', 'dat', 'is', 'wordt', 'ter'];
    -- Names that are words as well: cut only where a surname follows.
    doubtful CONSTANT text[] := ARRAY['an', 'amber', 'ben', 'bo', 'door', 'dries', 'elke', 'els', 'fleur', 'floris', 'iris', 'jade', 'jasmijn', 'jo',
        'leo', 'lies', 'linde', 'luna', 'marina', 'max', 'mil', 'nest', 'noor', 'pol', 'roos', 'rosa', 'sam', 'staf', 'stan', 'toon'];
    cleaned text := btrim(regexp_replace(value, '[[:space:]]+', ' ', 'g'));
    words text[];
    kept text[] := '{}';
    word text;
    bare text;
    before text;
    named boolean;
    running boolean := false;
    given boolean;
    listed boolean;
    after_given boolean := false;
BEGIN
    -- How to reach somebody: mail, national number, telephone.
    cleaned := regexp_replace(cleaned, '\S+@\S+|\d\d\.\d\d\.\d\d-\d{3}\.\d\d|(\+\d|\m0\d)[\d ./-]{6,}\d', '', 'g');
    -- Words after which a name comes. At the start only what stands before a colon or dash goes.
    cleaned := regexp_replace(cleaned,
        '^(aanvrager|bouwheer|exploitant|eigenaar|opdrachtgever|architect|dhr|mevr|mevrouw|de heer|heer|familie|fam|firma|namens)\M[^:–]*(:|–| - )', '', 'i');
    cleaned := regexp_replace(cleaned,
        '(\m(voor|van|door|bij|aan|en|rekening|de)\s+)*\m((op|ten|in)\s+(de\s+)?naam\s+van|t\.?n\.?v|t\.?a\.?v|in\s+opdracht\s+van|in\s+eigendom|eigendom\s+van'
        || '|voor\s+rekening\s+van|namens|aanvra(ag|g)st?er|aanvragers?|(aangevraagd|ingediend|aanvraag)\s+door|bouwheer|bouwheren|exploitante?'
        || '|opdrachtgever|eigenaars?|eigenares|architect|dhr|mevr|mvr|mevrouw|mej|meneer|mijnheer|heer|heren|dames|familie|fam|echtpaar|echtgenoten'
        || '|consoorten|consorten|gebroeders|gebr|gezusters|weduwe|wed|erven|mr|p/a|c/o|aanvr)\M.*$', '', 'i');
    cleaned := regexp_replace(cleaned, '\m(Mw|mw|Dr|dr|Ir|ir|Ing|ing|Prof)\.?\s+[[:upper:]].*$', '');
    words := string_to_array(btrim(regexp_replace(cleaned, '\s+', ' ', 'g')), ' ');
    IF cleaned !~ '[[:lower:]]' AND cleaned ~ '[[:upper:]]' THEN
        -- All in capitals, a name looks like any word: only what is surely a subject may stay.
        words := string_to_array(lower(btrim(cleaned)), ' ');
        words[1] := initcap(words[1]);
        FOREACH word IN ARRAY words LOOP
            bare := btrim(word, '.,;:()"');
            IF NOT (geoloket.permit_title_word(bare) OR lower(bare) = ANY (links || ARRAY['tot', 'of']) OR bare ~ '^\d') THEN
                RETURN NULL;
            END IF;
        END LOOP;
        RETURN array_to_string(words, ' ');
    END IF;
    FOR i IN 1 .. coalesce(array_length(words, 1), 0) LOOP
        word := words[i];
        bare := btrim(word, '.,;:()"“”');
        before := btrim(coalesce(words[i - 1], ''), '.,;:()"');
        named := lower(bare) = ANY (firms) OR bare ~ capital
            AND bare !~ '\d' AND NOT upper(bare) = ANY (short)
            AND NOT geoloket.permit_title_word(bare)
            AND (running OR NOT geoloket.permit_title_place(before, bare));
        -- Names without a capital: a given name and what follows it, a surname, "van den" and what follows it.
        given := geoloket.permit_title_given(split_part(bare, '-', 1)) AND lower(before) <> ALL (honours);
        listed := coalesce(bare !~ '\d' AND bare !~* (street || '$')
            AND NOT (lower(before) = ANY (standing) AND array_to_string(words[i : i + 3], ' ') ~* ('^\S+( \S+){1,3}' || street || '\M'))
            AND (given
                OR geoloket.permit_title_surname(split_part(bare, '-', 1)) OR geoloket.permit_title_surname(split_part(bare, '-', 2))
                OR lower(bare) IN ('den', 'der') AND lower(before) = 'van' AND words[i + 1] !~* street
                OR lower(bare) IN ('vanden', 'vander') AND words[i + 1] !~* street
                OR after_given AND bare <> '' AND lower(bare) <> ALL (links || joins || plain)
                    AND NOT geoloket.permit_title_word(bare)), false);
        after_given := coalesce(listed AND (given OR lower(bare) IN ('den', 'der', 'vanden', 'vander'))
            OR named AND geoloket.permit_title_given(bare)
            OR after_given AND lower(bare) IN ('van', 'de', 'den', 'der', 'ten', 'ter', 'te', 'd''', '''t', 'vande', 'el', 'al', 'ben'), false);
        IF named AND NOT listed AND i = 1 AND lower(bare) <> ALL (firms) THEN
            -- An opening that we do not know stays before "van", "voor" and the like, and no other name.
            named := NOT (lower(words[2]) IN ('van', 'voor', 'met', 'tot', 'op', 'aan', 'bij', 'naast', 'in')
                AND words[3] ~ '^[[:lower:][:digit:]]' AND lower(words[3]) <> ALL (ARRAY['den', 'der', 'ten', 'ter']));
            named := coalesce(named, true);
        END IF;
        IF named OR listed THEN
            -- What led up to the name goes with it, unless it closed a sentence; initials too.
            WHILE array_length(kept, 1) > 0 AND (lower(btrim(kept[array_length(kept, 1)], '.,;')) = ANY (links || joins)
                    OR kept[array_length(kept, 1)] ~ '^[[:lower:]]\.([[:lower:]]\.)*$'
                    OR listed AND lower(kept[array_length(kept, 1)]) = ANY (doubtful)
                        AND coalesce(kept[array_length(kept, 1) - 1], '') <> ALL (ARRAY['een', 'de', 'het'])) LOOP
                kept := kept[1 : array_length(kept, 1) - 1];
            END LOOP;
            running := true;
        ELSIF running AND lower(bare) = ANY (joins || ARRAY['zonen', 'zoon', 'zn']) THEN
            NULL;
        ELSE
            running := false;
            kept := kept || word;
        END IF;
    END LOOP;
    WHILE array_length(kept, 1) > 0 AND lower(btrim(kept[array_length(kept, 1)], '.,;')) = ANY (links || ARRAY['der', 'den', 'ten', 'ter', '']) LOOP
        kept := kept[1 : array_length(kept, 1) - 1];
    END LOOP;
    cleaned := btrim(array_to_string(kept, ' '), ' ,;:–-(');
    IF regexp_replace(cleaned, '[^[:lower:]]', '', 'g') !~ '[[:lower:]]{4}' THEN
        RETURN NULL;
    END IF;
    RETURN upper(left(cleaned, 1)) || substr(cleaned, 2);
END
$title$;
