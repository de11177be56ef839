-- Addresses with the number that was typed, in the streets that were found; where a good street has
-- no such number, its nearest one on the same side.
CREATE OR REPLACE FUNCTION geoloket.address_number_matches(
    streets geoloket.address_street_hit[], house text, box text, complete boolean
) RETURNS TABLE (address_id text, score double precision, match text)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $number_matches$
#variable_conflict use_column
DECLARE
    asked record;
    asked_box text := geoloket.address_box(box);
    found_in integer[];
    hit geoloket.address_street_hit;
    looked integer := 0;
BEGIN
    SELECT * INTO asked FROM geoloket.address_house(house);
    FOREACH hit IN ARRAY streets LOOP
        RETURN QUERY
        SELECT number.address_id, hit.score * fit,
            CASE WHEN fit = 0.95 THEN 'range' WHEN fit < 0.8 THEN 'approximate'
                WHEN fit < 1 THEN 'prefix' ELSE hit.match END
        FROM geoloket.address_numbers AS number, LATERAL (
            SELECT geoloket.address_number_fit(number, asked.value, asked.rest, asked_box) AS fit
        ) AS measured
        WHERE number.street = hit.street AND number.value BETWEEN asked.value - 40 AND asked.value
          AND (number.value = asked.value
            OR (number.last_value >= asked.value AND (number.value - asked.value) % 2 = 0))
        ORDER BY fit DESC, number.rest, number.box
        LIMIT 50;
        IF NOT FOUND AND looked < 5 AND hit.score >= 0.5 THEN
            looked := looked + 1;
            RETURN QUERY
            SELECT near.address_id,
                hit.score * (0.6 - 0.2 * least(abs(near.value - asked.value), 100) / 100.0), 'approximate'
            FROM geoloket.address_nearest_number(hit.street, asked.value) AS near;
        END IF;
        -- Someone still typing: 1 may become 12 (and 12 become 120).
        IF NOT complete AND hit.score >= 0.74 AND asked.rest = '' AND asked_box = ''
            AND asked.value BETWEEN 1 AND 999 THEN
            RETURN QUERY
            SELECT number.address_id, hit.score * 0.8, 'prefix'
            FROM geoloket.address_numbers AS number
            WHERE number.street = hit.street
              AND number.value BETWEEN asked.value * 10 AND asked.value * 10 + 9
            ORDER BY number.value, number.rest, number.box
            LIMIT 10;
        END IF;
    END LOOP;
END
$number_matches$;

-- The number of a street nearest to one that it does not have: on the same side (even or odd) if
-- there is any near, and of those alike the plainest.
CREATE OR REPLACE FUNCTION geoloket.address_nearest_number(
    wanted_street integer, wanted integer, OUT address_id text, OUT value integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $nearest$
#variable_conflict use_column
BEGIN
    SELECT near.address_id, near.value INTO address_id, value
    FROM (
        (SELECT * FROM geoloket.address_numbers AS number
        WHERE number.street = wanted_street AND number.value > wanted
        ORDER BY number.value LIMIT 12)
        UNION ALL
        (SELECT * FROM geoloket.address_numbers AS number
        WHERE number.street = wanted_street AND number.value < wanted
        ORDER BY number.value DESC LIMIT 12)
    ) AS near
    ORDER BY (near.value - wanted) % 2 <> 0, abs(near.value - wanted), near.rest, near.box, near.value
    LIMIT 1;
END
$nearest$;

-- How well a house number with the right (or an enclosing) value is the one that was asked for.
CREATE OR REPLACE FUNCTION geoloket.address_number_fit(
    number geoloket.address_numbers, value integer, rest text, box text
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fit$
    SELECT CASE
        WHEN number.value <> value THEN 0.95
        WHEN number.rest = rest AND number.box = box THEN 1
        WHEN box = '' AND rest ~ '^[/.]' AND number.rest = '' AND number.box = substr(rest, 2) THEN 1
        WHEN box <> '' AND rest = '' AND number.box = '' AND number.rest IN ('/' || box, '.' || box) THEN 1
        WHEN rest = '' AND box = '' THEN 0.9
        WHEN box = '' AND number.rest = rest THEN 0.9
        WHEN box <> '' AND number.rest = rest AND number.box = '' THEN 0.79
        WHEN number.rest = '' AND number.box = '' THEN 0.75
        ELSE 0.5
    END
$fit$;
