-- Called by triggers on each layer table that may be edited: keeps what a row was and has become.
-- Arguments: the layer, and whether it has a geometry. The front door says who it is for in settings of the
-- transaction; under the roles of editors nothing is changed without. SECURITY DEFINER because nobody else may write here.
CREATE OR REPLACE FUNCTION history.keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    derived CONSTANT text[] := ARRAY['is_public', 'imported_at', 'geom_crs84', 'geom_3857'];
    placed  CONSTANT boolean := TG_ARGV[1]::boolean;
    person  CONSTANT text := nullif(current_setting('geoloket.person', true), '');
    earlier jsonb;
    later   jsonb;
    shape   text;
    number  bigint;
BEGIN
    IF person IS NULL AND current_setting('role') LIKE 'geoloket%editor' THEN
        RAISE EXCEPTION 'nothing is changed by nobody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF placed THEN
            shape := OLD.geom::text;
            OLD.geom := NULL; OLD.geom_crs84 := NULL; OLD.geom_3857 := NULL;
        END IF;
        earlier := (to_jsonb(OLD) - derived) || CASE WHEN placed THEN jsonb_build_object('geom', shape) ELSE '{}' END;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF placed THEN
            shape := NEW.geom::text;
            NEW.geom := NULL; NEW.geom_crs84 := NULL; NEW.geom_3857 := NULL;
        END IF;
        later := (to_jsonb(NEW) - derived) || CASE WHEN placed THEN jsonb_build_object('geom', shape) ELSE '{}' END;
    END IF;
    IF earlier IS DISTINCT FROM later THEN
        INSERT INTO history.changes (layer, feature, deed, subject, name, token, login, reason, undoes, before, after)
        VALUES (
            TG_ARGV[0], coalesce(later ->> 'id', earlier ->> 'id'),
            CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
            person, nullif(current_setting('geoloket.name', true), ''),
            nullif(current_setting('geoloket.token', true), ''), session_user,
            nullif(current_setting('geoloket.reason', true), ''),
            nullif(current_setting('geoloket.undoes', true), '')::bigint, earlier, later)
        RETURNING id INTO number;
        PERFORM set_config('geoloket.change', number::text, true);
    END IF;
    RETURN NULL;
END
$$;

-- A table that is emptied at a stroke leaves nothing in its history: that is refused.
CREATE OR REPLACE FUNCTION history.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'this layer has a history: delete its rows instead' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Takes out what was kept of features whose time is up; that they were changed, when and by whom remains.
CREATE OR REPLACE FUNCTION history.forget(of_layer text, features text[]) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        UPDATE history.changes SET before = NULL, after = NULL, reason = NULL, forgotten_at = now()
        WHERE layer = of_layer AND feature = ANY (features) AND forgotten_at IS NULL
        RETURNING id)
    SELECT count(*) FROM gone
$$;
