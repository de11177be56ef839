-- Formats of occupations of the public domain. Contacts are in no list of columns here.

-- name: gipod
-- title: GIPOD, collection INNAME of the OGC API of Vlaanderen
-- columns: gipodid description? reference? type typeid? status statusid? start end?
-- A status that is not known here is "unknown", with the source's word beside it.
SELECT n,
    'gipod-' || gipodid AS id,
    CASE
        WHEN lower(type) LIKE '%grondwerk%' THEN 'groundwork'
        WHEN lower(type) LIKE '%parkeerverbod%' THEN 'parking_ban'
        WHEN lower(type) LIKE '%omleiding%' THEN 'diversion'
        WHEN lower(type) LIKE '%werk%' THEN 'work'
        ELSE 'other'
    END AS kind,
    description,
    geoloket.import_instant("start") AS starts,
    geoloket.import_instant("end") AS ends,
    CASE lower(status)
        WHEN 'in overleg' THEN 'in_consultation' WHEN 'concreet gepland' THEN 'planned'
        WHEN 'in uitvoering' THEN 'in_execution' WHEN 'uitgevoerd' THEN 'executed'
        WHEN 'niet uitgevoerd' THEN 'not_executed'
        ELSE 'unknown'
    END AS status,
    status AS source_status,
    typeid AS type_id,
    statusid AS status_id,
    reference,
    CASE WHEN geoloket.import_instant("start") IS NULL THEN 'no begin: ' || coalesce("start", '') END AS reject,
    geom
FROM staging
