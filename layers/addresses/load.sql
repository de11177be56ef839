-- Formats of addresses.

-- name: crab
-- title: CRAB, a list of addresses per postcode
-- columns: pkancode commune_nl street_nl huisnr lat lon
-- scope: postcode
-- These lists have no id: postcode, street and number make one that stays the same in the next list.
SELECT n,
    concat('crab-', pkancode, '-', street_slug, '-', lower(regexp_replace(huisnr, '[^[:alnum:]]+', '-', 'g'))) AS id,
    street_nl AS street_name,
    huisnr AS house_number,
    NULL AS box_number,
    pkancode AS postcode,
    commune_nl AS postal_name,
    commune_nl AS municipality,
    'current' AS status,
    concat(street_nl, ' ', huisnr, ', ', pkancode, ' ', commune_nl) AS full_address,
    CASE
        WHEN pkancode !~ '^[1-9]\d{3}$' THEN 'invalid postcode: ' || pkancode
        WHEN street_nl IS NULL OR huisnr IS NULL THEN 'no street or no number'
    END AS reject,
    geom
FROM staging
JOIN (
    SELECT DISTINCT street_nl AS street,
        btrim(regexp_replace(lower(unaccent(street_nl)), '[^a-z0-9]+', '-', 'g'), '-') AS street_slug
    FROM staging
) AS street ON street.street = staging.street_nl

-- name: adressenregister
-- title: Adressenregister (Digitaal Vlaanderen)
-- columns: adresid huisnr postcode straatnm gemeentenm status busnr? gemeenteid? postnaam? posgeommet? posspec? offtoegknd? voladres?
-- scope: postcode
SELECT n,
    adresid AS id,
    straatnm AS street_name,
    huisnr AS house_number,
    busnr AS box_number,
    postcode,
    coalesce(postnaam, gemeentenm) AS postal_name,
    gemeentenm AS municipality,
    gemeenteid AS nis_code,
    CASE lower(status)
        WHEN 'voorgesteld' THEN 'proposed'
        WHEN 'ingebruik' THEN 'current'
        WHEN 'gehistoreerd' THEN 'retired'
        WHEN 'afgekeurd' THEN 'rejected'
    END AS status,
    geoloket.import_boolean(offtoegknd) AS officially_assigned,
    posgeommet AS position_method,
    posspec AS position_specification,
    straatnm || ' ' || huisnr || coalesce(' bus ' || busnr, '') || ', ' || postcode || ' '
        || coalesce(postnaam, gemeentenm) AS full_address,
    CASE
        WHEN adresid !~ '^\d{1,12}$' THEN 'invalid address id: ' || adresid
        WHEN lower(status) NOT IN ('voorgesteld', 'ingebruik', 'gehistoreerd', 'afgekeurd') THEN 'unknown status: ' || status
    END AS reject,
    geom
FROM staging
