-- Called by a trigger on each layer table after every changing statement: the layer's version.
-- Whoever listens to geoloket_layers hears of it when the transaction commits, and only then.
-- changed_at never goes back, whatever the clock does; a second statement of one transaction is no
-- version that anybody saw, so it does not count in `dated`.
-- SECURITY DEFINER because whoever may change a layer need not be able to write its state.
CREATE OR REPLACE FUNCTION geoloket.touch_layer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = geoloket, pg_temp
AS $$
BEGIN
    INSERT INTO layer_state AS kept (layer) VALUES (TG_ARGV[0])
    ON CONFLICT (layer) DO UPDATE SET
        version = kept.version + 1,
        changed_at = greatest(clock_timestamp(), kept.changed_at + interval '1 microsecond'),
        dated = date_trunc('second', clock_timestamp()) > date_trunc('second', kept.changed_at)
            OR (kept.dated AND kept.xmin = pg_current_xact_id()::xid);
    PERFORM pg_notify('geoloket_layers', TG_ARGV[0]);
    RETURN NULL;
END
$$;
