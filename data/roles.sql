-- The roles of a Geoloket database. None can log in by itself: a login is made a member of them.
--
--   geoloket_owner    owns and changes everything; runs migrations and imports
--   geoloket_reader   what visitors are served with: public columns of public rows, nothing else
--   geoloket_staff    what signed-in staff are served with
--   geoloket_housing  the same, and the layers that ask for the role housing
--   geoloket_editor, geoloket_housing_editor  the same two, when they change what they may edit
--   geoloket_porter   keeps who is signed in, by the functions of the schema people; reads no layer
--   geoloket_worker   what background jobs run as
--
-- Roles belong to the whole PostgreSQL server, so another Geoloket database there shares them.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['geoloket_reader', 'geoloket_staff', 'geoloket_housing', 'geoloket_editor',
                                     'geoloket_housing_editor', 'geoloket_porter', 'geoloket_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        -- Whoever migrates may serve as well. Granted each time: from PostgreSQL 16 on, making a role
        -- only gives its maker the right to grant it.
        EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END LOOP;
    IF NOT pg_has_role('geoloket_housing', 'geoloket_staff', 'MEMBER') THEN
        GRANT geoloket_staff TO geoloket_housing;
    END IF;
    IF NOT pg_has_role('geoloket_editor', 'geoloket_staff', 'MEMBER') THEN
        GRANT geoloket_staff TO geoloket_editor;
    END IF;
    IF NOT pg_has_role('geoloket_housing_editor', 'geoloket_housing', 'MEMBER') THEN
        GRANT geoloket_housing, geoloket_editor TO geoloket_housing_editor;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'geoloket_web') THEN
        GRANT geoloket_reader, geoloket_staff, geoloket_housing, geoloket_editor, geoloket_housing_editor,
            geoloket_porter TO geoloket_web;
    END IF;
END
$$;
