-- Called by triggers on each layer table: the reprojected columns follow from geom.
CREATE OR REPLACE FUNCTION geoloket.place_geometry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    NEW.geom_crs84 := geoloket.to_crs84(NEW.geom);
    NEW.geom_3857 := ST_Transform(NEW.geom_crs84, 3857);
    RETURN NEW;
END
$$;
