-- Brings the index of the address search in step with geoloket.addresses, inside the caller's
-- transaction: what did not change is not written. Returns the number of addresses in the index.
-- Retired and rejected addresses, and addresses without a position, are left out.
CREATE OR REPLACE FUNCTION geoloket.address_index_refresh() RETURNS integer
LANGUAGE plpgsql AS $refresh$
DECLARE
    current_rules text := geoloket.address_rules();
    indexed integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('geoloket.address_index'));
    IF NOT EXISTS (SELECT FROM geoloket.address_index_state WHERE rules = current_rules) THEN
        DELETE FROM geoloket.address_numbers;
        DELETE FROM geoloket.address_areas;
        DELETE FROM geoloket.address_spellings;
        DELETE FROM geoloket.address_typos;
    END IF;
    PERFORM geoloket.address_index_collect();
    PERFORM geoloket.address_index_streets();
    PERFORM geoloket.address_index_numbers();
    PERFORM geoloket.address_index_totals();
    PERFORM geoloket.address_index_places();
    PERFORM geoloket.address_index_spellings();
    -- Not left to autovacuum: until it came by, each misspelt name would read every spelling.
    ANALYZE geoloket.address_spellings;
    ANALYZE geoloket.address_typos;
    DROP TABLE address_source, address_source_houses;
    SELECT count(*) INTO indexed FROM geoloket.address_numbers;
    INSERT INTO geoloket.address_index_state (rules, refreshed_at) VALUES (current_rules, now())
    ON CONFLICT (single) DO UPDATE SET rules = excluded.rules, refreshed_at = excluded.refreshed_at;
    RETURN indexed;
END
$refresh$;

-- A fingerprint of the functions that decide how a name is spelled in the index.
CREATE OR REPLACE FUNCTION geoloket.address_rules() RETURNS text
LANGUAGE sql STABLE AS $rules$
    SELECT md5(string_agg(prosrc, '' ORDER BY proname))
    FROM pg_proc
    WHERE pronamespace = 'geoloket'::regnamespace
      AND proname IN ('address_fold', 'address_plain', 'address_word', 'address_normalise',
        'address_abbreviate', 'address_squash', 'address_variants', 'address_house', 'address_box',
        'address_index_spellings', 'address_index_streets', 'address_index_collect')
$rules$;

-- The addresses to be found, as the index writes them. Names, numbers and boxes are taken apart
-- once per distinct value, which is a hundred times cheaper than once per address.
CREATE OR REPLACE FUNCTION geoloket.address_index_collect() RETURNS void
LANGUAGE plpgsql AS $collect$
BEGIN
    CREATE TEMP TABLE address_source ON COMMIT DROP AS
    SELECT id, street_name, coalesce(house_number, '') AS house_number,
        coalesce(box_number, '') AS box_number, coalesce(nis_code, '') AS nis_code,
        coalesce(municipality, postal_name, '') AS municipality, coalesce(postcode, '') AS postcode,
        coalesce(postal_name, municipality, '') AS postal_name,
        coalesce(status, '') = 'proposed' AS proposed,
        ST_X(geom_crs84) AS lon, ST_Y(geom_crs84) AS lat
    FROM geoloket.addresses
    WHERE retired_on IS NULL AND coalesce(status, '') NOT IN ('retired', 'rejected')
      AND street_name <> '' AND geom_crs84 IS NOT NULL;
    CREATE TEMP TABLE address_source_houses ON COMMIT DROP AS
    SELECT written.house_number, written.box_number, house.*,
        geoloket.address_box(written.box_number) AS box,
        written.house_number
            || CASE WHEN written.box_number = '' THEN '' ELSE ' bus ' || written.box_number END AS label
    FROM (SELECT DISTINCT house_number, box_number FROM address_source) AS written,
        geoloket.address_house(written.house_number) AS house;
    ANALYZE address_source;
    ANALYZE address_source_houses;
END
$collect$;

CREATE OR REPLACE FUNCTION geoloket.address_index_streets() RETURNS void
LANGUAGE plpgsql
-- Intermediate results have no counts to plan by: nested loops over them would take minutes.
SET enable_nestloop TO off
AS $streets$
BEGIN
    INSERT INTO geoloket.address_areas (nis_code, municipality, postcode, postal_name)
    SELECT DISTINCT nis_code, municipality, postcode, postal_name FROM address_source
    ON CONFLICT DO NOTHING;
    -- Without fresh counts a table just filled is planned as if it were empty: minutes, not seconds.
    ANALYZE geoloket.address_areas;

    WITH fresh AS MATERIALIZED (
        SELECT area.id AS area, street.street_name
        FROM (
            SELECT DISTINCT nis_code, municipality, postcode, postal_name, street_name
            FROM address_source
        ) AS street
        JOIN geoloket.address_areas AS area USING (municipality, postcode, postal_name, nis_code)
        WHERE NOT EXISTS (
            SELECT FROM geoloket.address_streets AS known
            WHERE known.area = area.id AND known.street_name = street.street_name)
    ), named AS MATERIALIZED (
        SELECT street_name, geoloket.address_normalise(street_name) AS words
        FROM (SELECT DISTINCT street_name FROM fresh) AS name
    ), spelled AS MATERIALIZED (
        SELECT named.street_name, spelling.key, min(spelling.kind) AS kind
        FROM named, LATERAL (
            SELECT geoloket.address_squash(named.words) AS key, 0 AS kind
            UNION ALL
            SELECT geoloket.address_squash(geoloket.address_plain(named.street_name)), 1
            UNION ALL
            SELECT geoloket.address_abbreviate(named.words), 1
            UNION ALL
            SELECT array_to_string((string_to_array(named.words, ' '))[later:], ''), 2
            FROM generate_series(2, cardinality(string_to_array(named.words, ' '))) AS later
        ) AS spelling
        WHERE spelling.kind < 2 OR length(spelling.key) > 2
        GROUP BY named.street_name, spelling.key
    ), added AS (
        INSERT INTO geoloket.address_streets (area, street_name, words)
        SELECT fresh.area, fresh.street_name, named.words
        FROM fresh JOIN named USING (street_name)
        RETURNING id, area, street_name
    )
    INSERT INTO geoloket.address_street_keys (key, street, area, kind)
    SELECT spelled.key, added.id, added.area, spelled.kind
    FROM added JOIN spelled USING (street_name)
    WHERE spelled.key <> '';
    ANALYZE geoloket.address_streets;
    ANALYZE geoloket.address_street_keys;
END
$streets$;

CREATE OR REPLACE FUNCTION geoloket.address_index_numbers() RETURNS void
LANGUAGE plpgsql
SET enable_nestloop TO off
AS $numbers$
BEGIN
    DELETE FROM geoloket.address_numbers AS number
    WHERE NOT EXISTS (SELECT FROM address_source AS source WHERE source.id = number.address_id);

    INSERT INTO geoloket.address_numbers AS number
        (address_id, street, value, rest, last_value, box, label, proposed, lon, lat)
    SELECT source.id, street.id, house.value, house.rest, house.last_value, house.box, house.label,
        source.proposed, source.lon, source.lat
    FROM address_source AS source
    JOIN geoloket.address_areas AS area USING (municipality, postcode, postal_name, nis_code)
    JOIN geoloket.address_streets AS street
        ON street.area = area.id AND street.street_name = source.street_name
    JOIN address_source_houses AS house USING (house_number, box_number)
    -- The numbers of a street side by side on the disk: they are read together.
    ORDER BY street.id, house.value
    ON CONFLICT (address_id) DO UPDATE SET
        street = excluded.street, value = excluded.value, rest = excluded.rest,
        last_value = excluded.last_value, box = excluded.box, label = excluded.label,
        proposed = excluded.proposed, lon = excluded.lon, lat = excluded.lat
    WHERE (number.street, number.value, number.rest, number.last_value, number.box, number.label,
            number.proposed, number.lon, number.lat)
        IS DISTINCT FROM (excluded.street, excluded.value, excluded.rest, excluded.last_value,
            excluded.box, excluded.label, excluded.proposed, excluded.lon, excluded.lat);
    ANALYZE geoloket.address_numbers;
END
$numbers$;

-- Counts and representative points: of a street the address in its middle by number, which lies on
-- the street (a mean may not); of an area the mean of its addresses. What has become empty goes.
CREATE OR REPLACE FUNCTION geoloket.address_index_totals() RETURNS void
LANGUAGE plpgsql AS $totals$
BEGIN
    DELETE FROM geoloket.address_streets AS street
    WHERE NOT EXISTS (SELECT FROM geoloket.address_numbers AS number WHERE number.street = street.id);

    UPDATE geoloket.address_streets AS street
    SET addresses = middle.addresses, lon = middle.lon, lat = middle.lat
    FROM (
        SELECT street, lon, lat, addresses
        FROM (
            SELECT street, lon, lat, count(*) OVER (PARTITION BY street) AS addresses,
                row_number() OVER (PARTITION BY street ORDER BY value, address_id) AS place
            FROM geoloket.address_numbers
        ) AS ordered
        WHERE place = (addresses + 1) / 2
    ) AS middle
    WHERE middle.street = street.id
      AND (street.addresses, street.lon, street.lat)
        IS DISTINCT FROM (middle.addresses::integer, middle.lon, middle.lat);

    DELETE FROM geoloket.address_areas AS area
    WHERE NOT EXISTS (SELECT FROM geoloket.address_streets AS street WHERE street.area = area.id);

    UPDATE geoloket.address_areas AS area
    SET addresses = total.addresses, lon = total.lon, lat = total.lat
    FROM (
        SELECT area, sum(addresses)::integer AS addresses, avg(lon) AS lon, avg(lat) AS lat
        FROM geoloket.address_streets GROUP BY area
    ) AS total
    WHERE total.area = area.id
      AND (area.addresses, area.lon, area.lat)
        IS DISTINCT FROM (total.addresses, total.lon, total.lat);
END
$totals$;

CREATE OR REPLACE FUNCTION geoloket.address_index_places() RETURNS void
LANGUAGE plpgsql AS $places$
BEGIN
    DELETE FROM geoloket.address_place_keys;
    INSERT INTO geoloket.address_place_keys (key, area, kind, label)
    SELECT geoloket.address_squash(geoloket.address_normalise(place.name)), place.area, place.kind,
        min(place.label)
    FROM (
        SELECT municipality AS name, id AS area, 'municipality' AS kind, municipality AS label
        FROM geoloket.address_areas
        UNION ALL
        SELECT postal_name, id, 'postal', concat_ws(' ', nullif(postcode, ''), postal_name)
        FROM geoloket.address_areas WHERE postal_name <> municipality
        UNION ALL
        SELECT postcode, id, 'postcode', concat_ws(' ', nullif(postcode, ''), postal_name)
        FROM geoloket.address_areas
        UNION ALL
        SELECT alias.alias, area.id, 'alias', area.municipality
        FROM geoloket.address_place_aliases AS alias
        JOIN geoloket.address_areas AS area USING (municipality)
    ) AS place
    WHERE place.name <> ''
    GROUP BY 1, 2, 3;
END
$places$;

-- Distinct spellings, and the openings (7 letters; 5 for someone still typing) by which a
-- misspelt one is found.
CREATE OR REPLACE FUNCTION geoloket.address_index_spellings() RETURNS void
LANGUAGE plpgsql AS $spellings$
BEGIN
    DELETE FROM geoloket.address_spellings AS spelling
    WHERE NOT EXISTS (
        SELECT FROM geoloket.address_street_keys AS street WHERE street.key = spelling.key);

    WITH added AS (
        INSERT INTO geoloket.address_spellings (key)
        SELECT DISTINCT key FROM geoloket.address_street_keys
        ON CONFLICT DO NOTHING
        RETURNING key
    ), opening AS (
        SELECT DISTINCT left(key, size) AS opening
        FROM added, (VALUES (5), (7)) AS length (size)
    )
    INSERT INTO geoloket.address_typos (variant, opening)
    SELECT variant, opening.opening
    FROM opening, geoloket.address_variants(opening.opening) AS variant
    ON CONFLICT DO NOTHING;
END
$spellings$;
