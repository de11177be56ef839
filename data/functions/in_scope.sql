-- Whether a session may see of a layer what is not public. An access token is for some layers: the front door
-- then names them in a setting, between commas. Row-level security asks this (geoloket/grants.py).
CREATE OR REPLACE FUNCTION geoloket.in_scope(layer text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT position(',' || layer || ',' IN coalesce(nullif(current_setting('geoloket.scope', true), ''), ',' || layer || ',')) > 0
$$;
