-- Changes of permits are told by the tables themselves (data/functions/alerts_changes.sql).
CREATE TRIGGER tell_new AFTER INSERT ON geoloket.permits
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION alerts.tell_new();
CREATE TRIGGER tell_changed AFTER UPDATE ON geoloket.permits
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION alerts.tell_changed();
CREATE TRIGGER tell_events AFTER INSERT ON geoloket.permit_events
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION alerts.tell_events();
