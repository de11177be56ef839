-- What each role may do besides reading layers, which follows from their declarations.
-- Applied at every migrate, after everything was taken back: what is not named here is shut.
GRANT SELECT ON geoloket.site, geoloket.layer_state TO geoloket_reader, geoloket_staff, geoloket_worker;
-- The web signs with it as whoever asks. No answer holds it.
GRANT SELECT ON geoloket.secrets TO geoloket_reader, geoloket_staff;
GRANT SELECT ON geoloket.imports TO geoloket_staff, geoloket_worker;
-- The address search runs as whoever asks. Its index holds nothing that the public layer does not.
GRANT SELECT ON geoloket.address_areas, geoloket.address_place_keys, geoloket.address_streets,
    geoloket.address_street_keys, geoloket.address_spellings, geoloket.address_typos,
    geoloket.address_numbers TO geoloket_reader, geoloket_staff, geoloket_worker;
-- The dates of a permit file are public, as the file is.
GRANT SELECT ON geoloket.permit_events TO geoloket_reader, geoloket_staff, geoloket_worker;
-- Who follows what: the worker reads it, the web only calls these functions (data/functions/alerts_desk.sql).
GRANT USAGE ON SCHEMA alerts TO geoloket_reader, geoloket_staff, geoloket_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA alerts TO geoloket_worker;
GRANT EXECUTE ON FUNCTION alerts.match() TO geoloket_worker;
GRANT EXECUTE ON FUNCTION alerts.ask, alerts.remind, alerts.subject_of, alerts.confirm, alerts.stop,
    alerts.followed, alerts.manage TO geoloket_reader;
