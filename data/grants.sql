-- What each role may do besides reading layers, which follows from their declarations.
-- Applied at every migrate, after everything was taken back: what is not named here is shut.
GRANT SELECT ON geoloket.site, geoloket.layer_state TO geoloket_reader, geoloket_staff, geoloket_worker;
GRANT SELECT ON geoloket.imports TO geoloket_staff, geoloket_worker;
