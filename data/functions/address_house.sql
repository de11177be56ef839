-- A house number taken apart: '12-14' is 12 to 14, '3bis' is 3 with 'bis', '25_1' is 25 with '/1',
-- '12/0101' is 12 with '/101' (a leading zero in a box number is a matter of taste).
-- A number without digits ('A') has the value 0.
CREATE OR REPLACE FUNCTION geoloket.address_house(
    house_number text, OUT value integer, OUT rest text, OUT last_value integer
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $house$
DECLARE
    folded text := replace(replace(coalesce(geoloket.address_fold(house_number), ''), ' ', ''), '_', '/');
    digits text := substring(folded FROM '^\d{1,6}');
BEGIN
    value := coalesce(digits::integer, 0);
    rest := substr(folded, length(coalesce(digits, '')) + 1);
    rest := regexp_replace(rest, '^([/.])0+(?=.)', '\1');
    last_value := substring(rest FROM '^-(\d{1,6})$')::integer;
END
$house$;

CREATE OR REPLACE FUNCTION geoloket.address_box(box_number text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $box$
BEGIN
    RETURN regexp_replace(
        replace(coalesce(geoloket.address_fold(box_number), ''), ' ', ''), '^0+(?=.)', '');
END
$box$;
