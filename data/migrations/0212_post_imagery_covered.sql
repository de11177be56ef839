-- What was noted of a picture goes with it.
ALTER TABLE imagery.lookings ADD FOREIGN KEY (panorama) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;
