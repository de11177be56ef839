-- Inspections of dwellings as municipalities keep them: a spreadsheet with Dutch headers. Only columns that are
-- named here are read; names of owners and occupants stay in the file. For other headers copy this section,
-- give it another name, and change the words (web/docs/how-to/inspections.md).

-- name: woningcontroles
-- title: inspections as a spreadsheet with Dutch headers
-- columns: dossiernummer adres adres_id? busnummer? wijk? aanvraagdatum? bezoekdatum? dagdeel? controledatum? controleur? strafpunten? gebreken_i? gebreken_ii? gebreken_iii? resultaat? status? gehoord_op? beslist_op? beroep_op? uitspraak_op? opgeheven_op? attest_op? attest_tot?
-- geometry: optional
SELECT n, case_number AS id, case_number, address, address_id, building_unit, neighbourhood, requested_on, planned_on,
    planned_slot, inspected_on, inspector,
    CASE WHEN inspected_on < '2021-01-01' THEN 'points' WHEN inspected_on IS NOT NULL THEN 'categories' END AS scheme,
    points,
    CASE WHEN inspected_on >= '2021-01-01' THEN defects_1 END AS defects_1,
    CASE WHEN inspected_on >= '2021-01-01' THEN defects_2 END AS defects_2,
    CASE WHEN inspected_on >= '2021-01-01' THEN defects_3 END AS defects_3,
    outcome, coalesce(status, CASE
        WHEN outcome IS NOT NULL THEN outcome
        WHEN inspected_on IS NOT NULL THEN 'visited'
        WHEN planned_on IS NOT NULL THEN 'scheduled'
        ELSE 'requested'
    END) AS status,
    heard_on, decided_on, appealed_on, ruled_on, lifted_on, certificate_issued_on, certificate_valid_until,
    CASE
        WHEN case_number IS NULL THEN 'no case number'
        WHEN bad_day IS NOT NULL THEN 'not a day: ' || bad_day
        WHEN written_status IS NOT NULL AND status IS NULL THEN 'unknown status: ' || written_status
        WHEN written_outcome IS NOT NULL AND outcome IS NULL THEN 'unknown outcome: ' || written_outcome
        WHEN least(defects_1, defects_2, defects_3) < 0 THEN 'fewer than no defects'
    END AS reject,
    coalesce(geom, place) AS geom
FROM (
    SELECT n, dossiernummer AS case_number, adres AS address, coalesce(adres_id, located.id) AS address_id,
        busnummer AS building_unit, wijk AS neighbourhood, controleur AS inspector, staging.geom, located.geom AS place,
        geoloket.import_date(aanvraagdatum) AS requested_on, geoloket.import_date(bezoekdatum) AS planned_on,
        CASE WHEN lower(dagdeel) IN ('vm', 'voormiddag', 'ochtend') THEN 'morning'
             WHEN lower(dagdeel) IN ('nm', 'namiddag', 'middag') THEN 'afternoon' END AS planned_slot,
        geoloket.import_date(controledatum) AS inspected_on, geoloket.import_integer(strafpunten) AS points,
        geoloket.import_integer(gebreken_i) AS defects_1, geoloket.import_integer(gebreken_ii) AS defects_2,
        geoloket.import_integer(gebreken_iii) AS defects_3,
        resultaat AS written_outcome, geoloket.inspection_word(resultaat, ARRAY['conform', 'unsuitable',
            'uninhabitable', 'overcrowded']) AS outcome,
        status AS written_status, geoloket.inspection_word(status, NULL) AS status,
        geoloket.import_date(gehoord_op) AS heard_on, geoloket.import_date(beslist_op) AS decided_on,
        geoloket.import_date(beroep_op) AS appealed_on, geoloket.import_date(uitspraak_op) AS ruled_on,
        geoloket.import_date(opgeheven_op) AS lifted_on, geoloket.import_date(attest_op) AS certificate_issued_on,
        geoloket.import_date(attest_tot) AS certificate_valid_until,
        (SELECT min(day) FROM unnest(ARRAY[aanvraagdatum, bezoekdatum, controledatum, gehoord_op, beslist_op, beroep_op,
            uitspraak_op, opgeheven_op, attest_op, attest_tot]) AS day
         WHERE day IS NOT NULL AND geoloket.import_date(day) IS NULL) AS bad_day
    FROM staging
    -- Without a position in the file it is that of the address, where its id or its text says which.
    LEFT JOIN LATERAL (
        SELECT a.id, a.geom FROM addresses AS a
        WHERE a.retired_on IS NULL AND (a.id = adres_id OR (adres_id IS NULL AND a.full_address = adres))
        LIMIT 1) AS located ON true
) AS read
