-- Addresses, streets and places that fit what somebody typed, best first.
--   kind   address | street | municipality
--   match  exact | abbreviation | prefix | contains | fuzzy | range (number inside '12-14')
--          | approximate (the number or box is not in the register: the nearest on the same side)
--   score  0 to 1;  lon, lat in degrees (ETRS89, taken as WGS84)
CREATE OR REPLACE FUNCTION geoloket.address_suggest(q text, max_results integer DEFAULT 10)
RETURNS TABLE (
    kind text, id text, label text, score double precision, match text,
    lon double precision, lat double precision
)
LANGUAGE plpgsql STABLE AS $suggest$
DECLARE
    wanted integer := least(greatest(coalesce(max_results, 10), 1), 50);
    parsed record;
    streets geoloket.address_street_hit[];
BEGIN
    SELECT * INTO parsed FROM geoloket.address_parse(coalesce(q, ''));
    streets := geoloket.address_street_hits(parsed.street, parsed.areas, wanted);
    RETURN QUERY
    SELECT found.kind, found.id, found.label, round(found.score::numeric, 4)::double precision,
        found.match, found.lon, found.lat
    FROM (
        SELECT * FROM geoloket.address_suggest_numbers(
            streets, parsed.house, parsed.box, parsed.complete, wanted)
        WHERE parsed.house IS NOT NULL
        UNION ALL
        SELECT * FROM geoloket.address_suggest_streets(
            streets, CASE WHEN parsed.house IS NULL THEN 1 ELSE 0.3 END)
        UNION ALL
        SELECT * FROM geoloket.address_suggest_places(parsed.street, parsed.areas)
        WHERE parsed.house IS NULL
    ) AS found
    ORDER BY round(found.score::numeric, 4) DESC, found.weight DESC, found.label, found.id
    LIMIT wanted;
END
$suggest$;

-- The streets to look for numbers in, best first. A place that is unknown, or that has no such
-- street, costs points but does not hide the street elsewhere.
CREATE OR REPLACE FUNCTION geoloket.address_street_hits(name text, areas integer[], wanted integer)
RETURNS geoloket.address_street_hit[]
LANGUAGE plpgsql STABLE AS $hits$
DECLARE
    hits geoloket.address_street_hit[];
    elsewhere constant double precision := 0.7;
BEGIN
    IF areas IS NULL OR areas <> '{}' THEN
        hits := geoloket.address_best_hits(name, areas, wanted, 1);
    END IF;
    IF areas IS NOT NULL AND (cardinality(hits) = 0 OR hits IS NULL OR hits[1].score < 0.6) THEN
        -- Everywhere is here as well: a street that was found already is told once.
        hits := coalesce(hits, '{}') || ARRAY(
            SELECT further
            FROM unnest(geoloket.address_best_hits(name, NULL, wanted, elsewhere)) AS further
            WHERE further.street NOT IN (SELECT here.street FROM unnest(hits) AS here));
    END IF;
    RETURN coalesce(hits, '{}');
END
$hits$;

CREATE OR REPLACE FUNCTION geoloket.address_best_hits(
    name text, areas integer[], wanted integer, factor double precision
) RETURNS geoloket.address_street_hit[]
LANGUAGE plpgsql STABLE AS $best$
BEGIN
    RETURN (
        SELECT array_agg(
            (best.street, best.score * factor, best.match)::geoloket.address_street_hit
            ORDER BY best.score DESC, best.addresses DESC)
        FROM (
            SELECT hit.street, hit.score, hit.match, street.addresses
            FROM (
                SELECT DISTINCT ON (street) street, score, match
                FROM geoloket.address_street_matches(name, areas, wanted)
                ORDER BY street, score DESC
            ) AS hit
            JOIN geoloket.address_streets AS street ON street.id = hit.street
            ORDER BY hit.score DESC, street.addresses DESC
            LIMIT greatest(20, wanted)
        ) AS best
    );
END
$best$;

-- A street name without the mark that only tells two equal ones apart.
CREATE OR REPLACE FUNCTION geoloket.address_label(street_name text, number text, area geoloket.address_areas)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $label$
    SELECT regexp_replace(street_name, '_[A-Z]{2}$', '') || coalesce(' ' || nullif(number, ''), '')
        || ', ' || concat_ws(' ', nullif(area.postcode, ''), area.postal_name)
$label$;

CREATE OR REPLACE FUNCTION geoloket.address_street_id(words text, area geoloket.address_areas) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $street_id$
    SELECT 'street-' || area.postcode || '-' || replace(words, ' ', '-')
$street_id$;

CREATE OR REPLACE FUNCTION geoloket.address_suggest_streets(
    streets geoloket.address_street_hit[], factor double precision
) RETURNS TABLE (
    kind text, id text, label text, score double precision, match text,
    lon double precision, lat double precision, weight integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $streets$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'street', geoloket.address_street_id(street.words, zone),
        geoloket.address_label(street.street_name, '', zone),
        hit.score * factor, hit.match, street.lon, street.lat, street.addresses
    FROM unnest(streets) AS hit
    JOIN geoloket.address_streets AS street ON street.id = hit.street
    JOIN geoloket.address_areas AS zone ON zone.id = street.area;
END
$streets$;

-- Places by name, as far as they have been typed, or by postcode alone.
CREATE OR REPLACE FUNCTION geoloket.address_suggest_places(name text, areas integer[])
RETURNS TABLE (
    kind text, id text, label text, score double precision, match text,
    lon double precision, lat double precision, weight integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $places$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'municipality', 'place-' || geoloket.address_squash(geoloket.address_normalise(place.label)),
        place.label, max(place.score), min(place.match),
        sum(area.lon * area.addresses) / sum(area.addresses),
        sum(area.lat * area.addresses) / sum(area.addresses), sum(area.addresses)::integer
    FROM (
        SELECT key.label, key.area,
            CASE WHEN key.key = typed.opening THEN 1.0
                ELSE 0.9 - 0.1 * (1 - length(typed.opening)::double precision / length(key.key)) END AS score,
            CASE WHEN key.key = typed.opening THEN 'exact' ELSE 'prefix' END AS match
        FROM (SELECT geoloket.address_squash(geoloket.address_normalise(name)) AS opening) AS typed
        JOIN geoloket.address_place_keys AS key
            ON key.key >= typed.opening AND key.key < typed.opening || '~' AND key.kind <> 'postcode'
        WHERE typed.opening <> '' AND (areas IS NULL OR key.area = ANY (areas))
        UNION ALL
        SELECT key.label, key.area, 1.0, 'exact'
        FROM geoloket.address_place_keys AS key
        WHERE name = '' AND key.area = ANY (areas) AND key.kind = 'postcode'
    ) AS place
    JOIN geoloket.address_areas AS area ON area.id = place.area
    GROUP BY place.label;
END
$places$;

-- The addresses with (or nearest to) the number that was typed, as they are answered.
CREATE OR REPLACE FUNCTION geoloket.address_suggest_numbers(
    streets geoloket.address_street_hit[], house text, box text, complete boolean, wanted integer
) RETURNS TABLE (
    kind text, id text, label text, score double precision, match text,
    lon double precision, lat double precision, weight integer
)
LANGUAGE plpgsql STABLE AS $numbers$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'address', number.address_id, geoloket.address_label(street.street_name, number.label, zone),
        best.score * CASE WHEN number.proposed THEN 0.98 ELSE 1 END, best.match,
        number.lon, number.lat, -number.value
    FROM (
        SELECT * FROM geoloket.address_number_matches(streets, house, box, complete)
        ORDER BY score DESC LIMIT wanted + 10
    ) AS best
    JOIN geoloket.address_numbers AS number USING (address_id)
    JOIN geoloket.address_streets AS street ON street.id = number.street
    JOIN geoloket.address_areas AS zone ON zone.id = street.area
    ORDER BY 4 DESC, 8 DESC
    LIMIT wanted;
END
$numbers$;
