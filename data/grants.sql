-- What each role may do besides reading layers, which follows from their declarations.
-- Applied at every migrate, after everything was taken back: what is not named here is shut.
GRANT SELECT ON geoloket.site, geoloket.layer_state TO geoloket_reader, geoloket_staff, geoloket_worker;
-- The web signs next links with one of them, as whoever asks. No answer holds it. The others are for functions.
GRANT SELECT ON geoloket.secrets TO geoloket_reader, geoloket_staff;
ALTER TABLE geoloket.secrets ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS web_signs ON geoloket.secrets;
CREATE POLICY web_signs ON geoloket.secrets FOR SELECT TO geoloket_reader, geoloket_staff USING (name = 'paging');
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
-- Who is signed in: nobody reads it, and only the front door calls these (data/functions/people.sql).
GRANT USAGE ON SCHEMA people TO geoloket_porter;
GRANT EXECUTE ON FUNCTION people.begin_signing, people.take_signing, people.open, people.find, people.renew,
    people.choose_purpose, people.close, people.close_at_provider, people.knows, people.make_token, people.find_token,
    people.use_token, people.tokens_of, people.end_token TO geoloket_porter;
-- What went because its time was up, for the register of processing.
GRANT SELECT ON geoloket.retention_runs TO geoloket_staff, geoloket_worker;
-- The calendar moves permits and events on. The worker writes what follows from it, and nothing else of
-- them; it reads no other layer.
GRANT SELECT ON geoloket.permits, geoloket.events, geoloket.occupations TO geoloket_worker;
GRANT UPDATE (status, status_on, submitted_on, inquiry_from, inquiry_until, decision_due, decided_on, decision_result)
    ON geoloket.permits TO geoloket_worker;
GRANT UPDATE (request_status) ON geoloket.events TO geoloket_worker;
GRANT UPDATE (status) ON geoloket.occupations TO geoloket_worker;
-- Who looks at what is not public is noted (data/functions/audit.sql); nobody but the owner reads that.
GRANT USAGE ON SCHEMA audit TO geoloket_staff, geoloket_worker;
GRANT EXECUTE ON FUNCTION audit.record TO geoloket_staff, geoloket_worker;
-- The front door shows it to who has the role admin; staff themselves cannot ask.
GRANT USAGE ON SCHEMA audit TO geoloket_porter;
GRANT EXECUTE ON FUNCTION audit.looked_up, audit.last_verdict TO geoloket_porter;
-- Runs of processes: the worker does them. The web reads those of who asks (data/migrations/0200_jobs.sql), and begins
-- and ends them by functions (data/functions/jobs.sql).
GRANT USAGE ON SCHEMA jobs TO geoloket_reader, geoloket_staff, geoloket_worker;
GRANT ALL ON ALL TABLES IN SCHEMA jobs TO geoloket_worker;
GRANT ALL ON ALL SEQUENCES IN SCHEMA jobs TO geoloket_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO geoloket_worker;
GRANT SELECT ON jobs.job TO geoloket_reader;
GRANT SELECT ON jobs.job, jobs.piece, jobs.log TO geoloket_staff;
GRANT EXECUTE ON FUNCTION jobs.submit_public, jobs.dismiss_public TO geoloket_reader;
GRANT EXECUTE ON FUNCTION jobs.submit, jobs.dismiss TO geoloket_staff;
-- Street pictures: the worker makes them and finds out what they see; staff read and review, by functions
-- (data/functions/imagery.sql); visitors see what belongs to pictures that they may see.
GRANT USAGE ON SCHEMA imagery TO geoloket_reader, geoloket_staff, geoloket_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON geoloket.panoramas TO geoloket_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA imagery TO geoloket_worker;
GRANT SELECT ON geoloket.parcels, geoloket.buildings TO geoloket_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA imagery TO geoloket_staff;
GRANT SELECT ON imagery.sights, imagery.fronts, imagery.comparisons TO geoloket_reader;
GRANT SELECT (id, title, year, captured_from, captured_to, supplier, licence) ON imagery.campaigns TO geoloket_reader;
GRANT EXECUTE ON FUNCTION imagery.derived_key, imagery.ask_blur TO geoloket_reader;
GRANT EXECUTE ON FUNCTION imagery.is_covered, imagery.places TO geoloket_worker;
GRANT EXECUTE ON FUNCTION imagery.handle_request, imagery.add_area, imagery.remove_area, imagery.draw_sample,
    imagery.judge, imagery.may_release, imagery.release, imagery.withdraw, imagery.declare_supplier, imagery.places
    TO geoloket_staff;
-- Aerial photos: the worker takes them in; staff decide who sees them (data/functions/orthophotos.sql).
GRANT SELECT, INSERT, UPDATE, DELETE ON geoloket.orthophotos TO geoloket_worker;
GRANT EXECUTE ON FUNCTION imagery.show_photos TO geoloket_staff;
-- What was changed (data/functions/history.sql): who may see a layer whole may read of it, by policies that follow
-- from the declarations (geoloket/grants.py).
GRANT USAGE ON SCHEMA history TO geoloket_staff, geoloket_worker;
GRANT SELECT ON history.changes TO geoloket_staff;
GRANT EXECUTE ON FUNCTION history.forget TO geoloket_worker;
