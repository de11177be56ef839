-- Formats of parcels. All columns of staging are text; geom is in the storage CRS, checked and valid.

-- name: grb
-- title: GRB ADP, administrative parcels (Digitaal Vlaanderen)
-- columns: capakey niscode oidn? uidn? canu? fiscdatum? versie? begindatum? versdatum? lblbhrdr? lblbgninv? einddatum? id?
-- refuse: adpf* yearly fiscal parcels (Adpf) keep the state of a 1 January and do not fit beside ADP; import ADP
-- scope: nis_code
-- A key that is in none of the three notations is rejected as it is, never guessed. A row with an
-- end date comes from a delivery of differences and retires the parcel.
SELECT n,
    replace(key, '/', '-') AS id,
    key AS capakey,
    left(key, 5) AS division,
    substr(key, 6, 1) AS section,
    geoloket.parcel_label(key) AS parcel_label,
    niscode AS nis_code,
    round(ST_Area(geom)::numeric, 2)::double precision AS area_m2,
    geoloket.import_date(fiscdatum) AS fiscal_date,
    geoloket.import_integer(versie) AS version,
    geoloket.import_date(begindatum) AS valid_from,
    geoloket.import_date(versdatum) AS version_date,
    oidn AS source_object_id,
    uidn AS source_version_id,
    lblbhrdr AS maintainer,
    lblbgninv AS input_method,
    geoloket.import_date(einddatum) AS retired_on,
    CASE
        WHEN row_id LIKE 'Adpf%' THEN 'yearly fiscal parcel (Adpf), not ADP'
        WHEN key IS NULL THEN 'invalid capakey: ' || coalesce(capakey, 'none')
        WHEN niscode !~ '^\d{5}$' THEN 'invalid NIS code: ' || niscode
    END AS reject,
    geom
FROM (SELECT *, id AS row_id, geoloket.capakey(capakey) AS key FROM staging OFFSET bigint '0') AS delivered
