-- What somebody typed, as street, house number, box and place (domain: number = first number after a
-- word; streets may start with a number or hold one; a leading number is accepted; postcode near a place).
-- areas is NULL when no place was named, '{}' when one was named that nobody here is called by.
CREATE OR REPLACE FUNCTION geoloket.address_parse(
    q text,
    OUT street text, OUT house text, OUT box text, OUT areas integer[], OUT complete boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $parse$
DECLARE
    box_words constant text := '^(bus|bte|bt|bu|bs|b|boite|box|app?|apt|appartement|verd?|verdieping|vdp|vd|vrd|et|etg)$';
    ground_words constant text := '^(gv|gvl|glv|gel|gelijkvloers|rez|rdc|rch)$';
    tokens text[];
    token text;
    next_token text;
    before text[] := '{}';
    after text[] := '{}';
    postcode text;
    place_areas integer[];
    is_missing boolean := false;
    i integer := 1;
BEGIN
    tokens := geoloket.address_tokens(q);
    WHILE i <= coalesce(cardinality(tokens), 0) LOOP
        token := tokens[i];
        next_token := tokens[i + 1];
        IF token = ',' THEN
            IF house IS NULL THEN before := before || token; END IF;
        ELSIF token !~ '^\d' THEN
            IF house IS NULL OR cardinality(before) = 0 OR street = '' THEN
                before := before || token;
            ELSE
                after := after || token;
            END IF;
        ELSIF geoloket.address_is_postcode(tokens, i, house IS NOT NULL) THEN
            IF EXISTS (SELECT FROM geoloket.address_place_keys WHERE key = token AND kind = 'postcode') THEN
                postcode := token;
            ELSE
                is_missing := true;
            END IF;
            IF cardinality(before) > 0 AND house IS NULL THEN before := before || ','::text; END IF;
        ELSIF (house IS NULL OR cardinality(before) = 0) AND (
            (token ~ '[a-z]{3}'
                AND geoloket.address_street_opens(concat_ws(' ', array_to_string(before, ' '), token)))
            OR (next_token ~ '^[a-z]' AND next_token !~ box_words
                AND geoloket.address_street_opens(concat_ws(' ', array_to_string(before, ' '), token, next_token)))
            OR (cardinality(before) > 0
                AND geoloket.address_street_opens(concat_ws(' ', array_to_string(before, ' '), token)))
        ) THEN
            before := before || token;
        ELSE
            house := token;
            street := array_to_string(before, ' ');
            -- What belongs to the number: '12 -14', '12 / 3', '12 bis', '12 A', 'bus 3', 'rez'.
            IF next_token ~ '^[-/_]' THEN
                house := house || next_token;
                i := i + 1;
                IF next_token ~ '^[-/_]$' THEN
                    house := house || coalesce(tokens[i + 1], '');
                    i := i + 1;
                END IF;
            ELSIF next_token ~ '^(bis|ter|quater)$'
                OR (next_token ~ '^[a-z]$' AND NOT (next_token = 'b' AND coalesce(tokens[i + 2], '') ~ '^\d')
                    AND NOT (next_token = 's' AND coalesce(tokens[i + 2], '') ~ '^[a-z]')) THEN
                house := house || next_token;
                i := i + 1;
            END IF;
            IF tokens[i + 1] = ',' AND regexp_replace(tokens[i + 2], '\.$', '') ~ box_words THEN
                i := i + 1;
            END IF;
            next_token := regexp_replace(tokens[i + 1], '\.$', '');
            IF house ~ '^\d+(bus|bte|box|b)\d' THEN
                box := substring(house FROM '^\d+[a-z]+(.*)$');
                house := substring(house FROM '^\d+');
            ELSIF next_token ~ box_words AND tokens[i + 2] ~ '^[a-z0-9./]{1,10}$' THEN
                box := tokens[i + 2];
                i := i + 2;
            ELSIF next_token ~ '^(bus|bte|box|app?)\d' THEN
                box := substring(next_token FROM '\d.*$');
                i := i + 1;
            ELSIF next_token ~ ground_words THEN
                box := next_token;
                i := i + 1;
            END IF;
        END IF;
        i := i + 1;
    END LOOP;

    IF cardinality(after) > 0 THEN
        street := array_to_string(before, ' ');
        place_areas := geoloket.address_place_of(after);
        is_missing := is_missing OR place_areas IS NULL;
    ELSE
        SELECT split.street, split.areas INTO street, place_areas
        FROM geoloket.address_split(before, postcode IS NOT NULL) AS split;
    END IF;
    street := btrim(regexp_replace(coalesce(street, ''), '[ ,]+', ' ', 'g'));
    areas := geoloket.address_areas_of(postcode, place_areas);
    IF areas IS NULL AND is_missing THEN
        areas := '{}';
    END IF;
    complete := cardinality(after) > 0 OR postcode IS NOT NULL OR tokens[1] ~ '^\d';
END
$parse$;

-- Words, numbers and commas of a query; words that say nothing ('nr', 'z/n', 'België') are dropped.
CREATE OR REPLACE FUNCTION geoloket.address_tokens(q text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $tokens$
BEGIN
    RETURN array_remove(regexp_split_to_array(btrim(
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            geoloket.address_fold(left(q, 200)),
            '\mb-(?=[1-9]\d{3}\M)', '', 'g'),
            '\m(z ?/ ?n|zn)\M\.?|\m(nr|nummer)\M\.?(?= ?\d)|,? \(?(belgie|belgium|belgique)\)?$', ' ', 'g'),
            '[;()"°?!*%\\:]+', ' ', 'g'),
            ' *, *', ' , ', 'g')), '\s+'), '');
END
$tokens$;

-- A number of four digits is a postcode when it stands where one stands: first, last, after a comma or
-- after the house number, and it is a known one or could not be anything else.
CREATE OR REPLACE FUNCTION geoloket.address_is_postcode(tokens text[], place integer, has_house boolean)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $postcode$
BEGIN
    RETURN tokens[place] ~ '^[1-9]\d{3}$' AND CASE
        WHEN EXISTS (SELECT FROM geoloket.address_place_keys WHERE key = tokens[place] AND kind = 'postcode')
        -- 'Steenweg 2000, 2060 Antwerpen': the later of two is the postcode.
        THEN has_house OR NOT EXISTS (
            SELECT FROM unnest(tokens[place + 1:]) AS later
            JOIN geoloket.address_place_keys ON key = later AND kind = 'postcode')
            OR place = 1
        ELSE (has_house OR place = 1 OR tokens[place - 1] = ',')
            AND coalesce(tokens[place + 1], '') ~ '^([a-z]|$)'
            AND NOT geoloket.address_street_opens(concat_ws(' ', tokens[place], tokens[place + 1]))
    END;
END
$postcode$;

-- The place that the words after a house number name.
CREATE OR REPLACE FUNCTION geoloket.address_place_of(words text[]) RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $place_of$
BEGIN
    RETURN coalesce(
        geoloket.address_place(array_to_string(words, ' '), 'exact'),
        geoloket.address_place(words[cardinality(words)], 'exact'),
        geoloket.address_place(words[1], 'exact'),
        geoloket.address_place(array_to_string(words, ' '), 'prefix'),
        geoloket.address_place(array_to_string(words, ' '), 'fuzzy'));
END
$place_of$;

CREATE OR REPLACE FUNCTION geoloket.address_areas_of(postcode text, place_areas integer[])
RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $areas_of$
DECLARE
    coded integer[];
    both_areas integer[];
BEGIN
    IF postcode IS NULL THEN
        RETURN place_areas;
    END IF;
    SELECT array_agg(area) INTO coded FROM geoloket.address_place_keys
    WHERE key = postcode AND kind = 'postcode';
    SELECT array_agg(area) INTO both_areas FROM unnest(coded) AS area WHERE area = ANY (place_areas);
    -- A postcode and a place that contradict each other: one of them is right.
    RETURN coalesce(both_areas, coded || coalesce(place_areas, '{}'));
END
$areas_of$;

-- Street and place among words without a house number between them ('Gent Kerkstraat', 'kerkstr ant').
CREATE OR REPLACE FUNCTION geoloket.address_split(
    words text[], has_postcode boolean, OUT street text, OUT areas integer[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $split$
DECLARE
    segments text[] := string_to_array(array_to_string(words, ' '), ',');
    plain text[] := array_remove(words, ',');
    n integer := cardinality(plain);
BEGIN
    segments := array_remove(ARRAY(SELECT btrim(segment) FROM unnest(segments) AS segment), '');
    street := array_to_string(plain, ' ');
    IF cardinality(segments) > 1 THEN
        areas := coalesce(
            geoloket.address_place(segments[cardinality(segments)], 'exact'),
            geoloket.address_place(segments[cardinality(segments)], 'prefix'),
            geoloket.address_place(segments[cardinality(segments)], 'fuzzy'));
        IF areas IS NOT NULL THEN
            street := array_to_string(segments[:cardinality(segments) - 1], ' ');
            RETURN;
        END IF;
        areas := geoloket.address_place(segments[1], 'exact');
        IF areas IS NOT NULL THEN
            street := array_to_string(segments[2:], ' ');
            RETURN;
        END IF;
    END IF;
    IF n < 2 OR geoloket.address_street_opens(street) THEN
        RETURN;
    END IF;
    FOR size IN REVERSE least(4, n - 1)..1 LOOP
        areas := geoloket.address_place(array_to_string(plain[n - size + 1:], ' '), 'exact');
        IF areas IS NOT NULL THEN
            street := array_to_string(plain[:n - size], ' ');
            RETURN;
        END IF;
        areas := geoloket.address_place(array_to_string(plain[:size], ' '), 'exact');
        IF areas IS NOT NULL THEN
            street := array_to_string(plain[size + 1:], ' ');
            RETURN;
        END IF;
    END LOOP;
    -- Someone still typing the place, or misspelling it: only beside a street that exists.
    FOR size IN REVERSE least(3, n - 1)..1 LOOP
        IF geoloket.address_street_opens(array_to_string(plain[:n - size], ' ')) THEN
            areas := coalesce(
                geoloket.address_place(array_to_string(plain[n - size + 1:], ' '), 'prefix'),
                geoloket.address_place(array_to_string(plain[n - size + 1:], ' '), 'fuzzy'));
            street := array_to_string(plain[:n - size], ' ');
        ELSIF geoloket.address_street_opens(array_to_string(plain[size + 1:], ' ')) THEN
            areas := geoloket.address_place(array_to_string(plain[:size], ' '), 'fuzzy');
            street := array_to_string(plain[size + 1:], ' ');
        END IF;
        IF areas IS NOT NULL THEN
            RETURN;
        END IF;
    END LOOP;
    -- A whole street name and then words that are nobody's name here: a place elsewhere.
    FOR size IN 1..least(3, n - 1) LOOP
        FOREACH street IN ARRAY ARRAY[
            array_to_string(plain[:n - size], ' '), array_to_string(plain[size + 1:], ' ')
        ] LOOP
            IF NOT has_postcode AND geoloket.address_street_exists(street) THEN
                areas := '{}';
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
    street := array_to_string(plain, ' ');
END
$split$;
