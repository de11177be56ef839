-- Formats of events. Organisers and contacts are in no list of columns here.

-- name: uitdatabank
-- title: UiTdatabank, CdbXML or JSON-LD
-- columns: uit_id title eventtype summary venue street postcode locality starts ends website workflow
-- geometry: optional
SELECT n,
    'uit-' || uit_id AS id,
    title AS name,
    eventtype AS kind,
    summary AS description,
    nullif(concat_ws(', ', venue, street, nullif(concat_ws(' ', postcode, locality), '')), '') AS venue,
    geoloket.import_instant(starts) AS starts,
    geoloket.import_instant(ends) AS ends,
    CASE WHEN website ~ '^https?://' THEN website END AS website,
    CASE WHEN geoloket.import_instant(ends) < now() THEN 'completed' ELSE 'approved' END AS request_status,
    coalesce(workflow, 'approved') IN ('approved', 'ready_for_validation', 'readyforvalidation') AS publicity,
    CASE WHEN title IS NULL THEN 'an event without a name' END AS reject,
    geom
FROM staging

-- name: gentse_feesten
-- title: programme of the Gentse Feesten, without a header line
-- columns: titel omschrijving datum begin einde locatie indoor? limiet? lat lon
-- header: titel omschrijving datum begin einde locatie indoor limiet lat lon
-- What ends before it begins ends after midnight.
SELECT n,
    'gentse-feesten-' || left(md5(concat_ws('|', titel, datum, begin, locatie)), 16) AS id,
    titel AS name,
    'festival' AS kind,
    omschrijving AS description,
    locatie AS venue,
    starts,
    CASE WHEN ends < starts THEN ends + interval '1 day' ELSE ends END AS ends,
    CASE WHEN starts < now() THEN 'completed' ELSE 'approved' END AS request_status,
    true AS publicity,
    CASE WHEN starts IS NULL THEN 'no day or hour: ' || concat_ws(' ', datum, begin) END AS reject,
    geom
FROM (
    SELECT *, geoloket.import_instant(geoloket.import_date(datum)::text || 'T' || begin) AS starts,
        geoloket.import_instant(geoloket.import_date(datum)::text || 'T' || einde) AS ends
    FROM staging
) AS programme
