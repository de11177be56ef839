-- Formats of permits. Applicants are in no list of columns here: they never enter the database. Nor
-- do names in subjects (data/functions/permit_title.sql).

-- name: mercator
-- title: Omgevingsvergunningen of Mercator (lu_omv_*), one or more objects per project
-- columns: projectnummer datum_indiening? huidige_toestand? datum_huidige_toestand? voorwerp_uuid? onderwerp? procedure? niscode?
-- A project has several objects: their areas are joined. The state that Mercator tells is kept until
-- the file has a history of its own; a state that is not known here is "unknown", never guessed.
SELECT min(n) AS n,
    upper(projectnummer) AS id,
    upper(projectnummer) AS file_number,
    geoloket.permit_title(max(onderwerp)) AS title,
    CASE lower(max(procedure))
        WHEN 'gewone' THEN 'ordinary' WHEN 'gewone procedure' THEN 'ordinary'
        WHEN 'vereenvoudigde' THEN 'simplified' WHEN 'vereenvoudigde procedure' THEN 'simplified'
        WHEN 'melding' THEN 'notification' WHEN 'bijstelling' THEN 'adjustment'
    END AS procedure,
    CASE lower(max(huidige_toestand))
        WHEN 'in behandeling' THEN 'under_review' WHEN 'openbaar onderzoek' THEN 'public_inquiry'
        WHEN 'onderzoek volledigheid' THEN 'completeness_check' WHEN 'vergund' THEN 'granted'
        WHEN 'geweigerd' THEN 'refused' WHEN 'stilzwijgend geweigerd' THEN 'tacitly_refused'
        WHEN 'in beroep' THEN 'appeal_pending' WHEN 'ingetrokken' THEN 'withdrawn'
        WHEN 'vervallen' THEN 'lapsed' WHEN 'vernietigd' THEN 'annulled'
        WHEN 'akte genomen' THEN 'recorded' WHEN 'geen akte' THEN 'not_recorded'
        WHEN 'in uitvoering' THEN 'in_execution' WHEN 'voltooid' THEN 'completed'
        ELSE 'unknown'
    END AS status,
    geoloket.import_date(max(datum_huidige_toestand)) AS status_on,
    geoloket.import_date(min(datum_indiening)) AS submitted_on,
    max(niscode) AS nis_code,
    CASE WHEN upper(projectnummer) !~ '^OMV_\d{10}$' THEN 'invalid project number: ' || projectnummer END AS reject,
    ST_Multi(ST_CollectionExtract(ST_Union(geom), 3)) AS geom
FROM staging
GROUP BY upper(projectnummer), projectnummer

-- name: milieuvergunning
-- title: Antwerp environmental permits of before 2017, by address and cadastral key
-- columns: dossiernr voorwerp_van_aanvraag klasse straat_inrichting huisnr_inrichting huisnr_tot_inrichting? bus_inrichting? postnr_inrichting gemeente_inrichting kadastergegevens?
-- geometry: optional
-- A file has a row per parcel. Its area is that of its parcels, where those are loaded. The name of
-- the establishment is left out: it may be a person's.
WITH site AS (
    SELECT n, dossiernr, voorwerp_van_aanvraag, klasse, geoloket.capakey(kadastergegevens) AS capakey,
        straat_inrichting || ' ' || huisnr_inrichting || coalesce('-' || huisnr_tot_inrichting, '')
            || coalesce(' bus ' || bus_inrichting, '') || ', ' || postnr_inrichting || ' ' || gemeente_inrichting AS address
    FROM staging
)
SELECT min(site.n) AS n,
    'milieu-' || dossiernr AS id,
    dossiernr AS file_number,
    dossiernr AS municipal_reference,
    geoloket.permit_title(min(voorwerp_van_aanvraag)) AS title,
    'classified_activity' AS project_types,
    CASE WHEN min(klasse) = '3' THEN 'notification' END AS procedure,
    CASE WHEN min(klasse) = '1' THEN 'province' ELSE 'municipality' END AS authority,
    'unknown' AS status,
    min(address) AS address,
    string_agg(DISTINCT site.capakey, ', ' ORDER BY site.capakey) AS capakeys,
    min(parcel.nis_code) AS nis_code,
    ST_Multi(ST_CollectionExtract(ST_Union(parcel.geom), 3)) AS geom
FROM site
LEFT JOIN geoloket.parcels AS parcel ON parcel.id = replace(site.capakey, '/', '-')
GROUP BY dossiernr
