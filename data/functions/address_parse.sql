-- What somebody typed, as street, house number, box and place (domain: number = first number after a
-- word; streets may start with a number or hold one; a leading number is accepted; postcode near a place).
-- areas is NULL when no place was named, '{}' when one was named that nobody here is called by.
-- complete is true when the number cannot be the beginning of a longer one.
CREATE OR REPLACE FUNCTION geoloket.address_parse(
    q text,
    OUT street text, OUT house text, OUT box text, OUT areas integer[], OUT complete boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $parse$
DECLARE
    tokens text[] := geoloket.address_tokens(q);
    token text;
    before text[] := '{}';
    after text[] := '{}';
    has_street boolean := false;
    postcode text;
    place_areas integer[];
    is_missing boolean := false;
    i integer := 1;
BEGIN
    WHILE i <= cardinality(tokens) LOOP
        token := tokens[i];
        IF token = ',' THEN
            IF house IS NULL THEN before := before || token; END IF;
        ELSIF token !~ '^\d' THEN
            -- What follows a number is a place, unless the number came first.
            IF has_street THEN after := after || token; ELSE before := before || token; END IF;
        ELSIF geoloket.address_is_postcode(tokens, i, house IS NOT NULL) THEN
            IF geoloket.address_place(token, 'exact') IS NULL THEN
                is_missing := true;
            ELSE
                postcode := token;
            END IF;
            IF cardinality(before) > 0 AND house IS NULL THEN before := before || ','::text; END IF;
        ELSIF NOT has_street AND geoloket.address_in_street(before, token, tokens[i + 1]) THEN
            before := before || token;
        ELSE
            has_street := cardinality(before) > 0;
            SELECT unit.house, unit.box, unit.last INTO house, box, i
            FROM geoloket.address_unit(tokens, i) AS unit;
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

-- Whether a number belongs to the name of a street: '11-Julistraat', '1 Meilaan', 'Kanaaldok B 1'.
CREATE OR REPLACE FUNCTION geoloket.address_in_street(before text[], token text, next_token text)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $in_street$
DECLARE
    so_far text := concat_ws(' ', array_to_string(before, ' '), token);
BEGIN
    IF next_token ~ '^[a-z]' AND NOT geoloket.address_is_box_word(next_token)
        AND geoloket.address_street_opens(so_far || ' ' || next_token) THEN
        RETURN true;
    END IF;
    RETURN (cardinality(before) > 0 OR token ~ '[a-z]{3}') AND geoloket.address_street_opens(so_far);
END
$in_street$;

-- Words before a box, flat or floor.
CREATE OR REPLACE FUNCTION geoloket.address_is_box_word(token text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $box_word$
    SELECT token ~ '^(bus|bte|bt|bu|bs|b|boite|box|app?|apt|appartement|verd?|verdieping|vdp|vd|vrd|et|etg)\.?$'
$box_word$;

-- The house number at a token and what belongs to it: '12 -14', '12 / 3', '12 bis', '12 A', 'bus 3',
-- '12b3', 'rez'. last is the last token that was used.
CREATE OR REPLACE FUNCTION geoloket.address_unit(
    tokens text[], first integer, OUT house text, OUT box text, OUT last integer
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $unit$
DECLARE
    next_token text := tokens[first + 1];
    third text := coalesce(tokens[first + 2], '');
    letter boolean := next_token ~ '^[a-z]$'
        AND NOT (next_token = 'b' AND third ~ '^\d')
        -- '12 s gravenwezel'
        AND NOT (next_token = 's' AND third ~ '^[a-z]');
BEGIN
    house := tokens[first];
    last := first;
    IF next_token IN ('-', '/', '_') AND third ~ '^[a-z0-9]' THEN
        house := house || next_token || third;
        last := first + 2;
    ELSIF next_token ~ '^([-/_].|bis$|ter$|quater$)' OR letter THEN
        house := house || next_token;
        last := first + 1;
    END IF;
    IF house ~ '^\d+(bus|bte|box|b)\d' THEN
        box := substring(house FROM '^\d+[a-z]+(.*)$');
        house := substring(house FROM '^\d+');
        RETURN;
    END IF;
    IF tokens[last + 1] = ',' AND geoloket.address_is_box_word(tokens[last + 2]) THEN
        last := last + 1;
    END IF;
    next_token := tokens[last + 1];
    IF geoloket.address_is_box_word(next_token) 
        AND tokens[last + 2] ~ '^([a-z]{0,2}\d[a-z0-9./]{0,8}|[a-z]{1,2}|links|rechts)$' THEN
        box := tokens[last + 2];
        last := last + 2;
    ELSIF next_token ~ '^(bus|bte|box|app?)\d' THEN
        box := substring(next_token FROM '\d.*$');
        last := last + 1;
    ELSIF next_token ~ '^(gv|gvl|glv|gel|gelijkvloers|rez|rdc|rch)$' THEN
        box := next_token;
        last := last + 1;
    END IF;
END
$unit$;

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
    -- All of it may be (the beginning of) one name, of a street or of a place.
    IF n < 2 OR geoloket.address_street_opens(street)
        OR geoloket.address_place(street, 'prefix') IS NOT NULL THEN
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
