-- Called by a trigger on each layer table after every changing statement: the layer's version.
-- SECURITY DEFINER because whoever may change a layer need not be able to write its state.
CREATE OR REPLACE FUNCTION geoloket.touch_layer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = geoloket, pg_temp
AS $$
BEGIN
    INSERT INTO layer_state (layer) VALUES (TG_ARGV[0])
    ON CONFLICT (layer) DO UPDATE SET version = layer_state.version + 1, changed_at = clock_timestamp();
    RETURN NULL;
END
$$;
