-- What belongs to a picture goes with it, and is seen by whoever sees the picture: the conditions below
-- ask the layer's table, where the rules of the asking role hold.
ALTER TABLE imagery.sights ADD FOREIGN KEY (panorama) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE imagery.comparisons
    ADD FOREIGN KEY (earlier) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE,
    ADD FOREIGN KEY (later) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE imagery.blur_areas ADD FOREIGN KEY (panorama) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE imagery.review_samples ADD FOREIGN KEY (panorama) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE imagery.blur_requests ADD FOREIGN KEY (panorama) REFERENCES geoloket.panoramas ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE imagery.campaigns ENABLE ROW LEVEL SECURITY;
CREATE POLICY reader_rows ON imagery.campaigns FOR SELECT TO geoloket_reader
    USING (EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.campaign = campaigns.id));
CREATE POLICY staff_rows ON imagery.campaigns FOR SELECT TO geoloket_staff USING (true);
CREATE POLICY worker_rows ON imagery.campaigns TO geoloket_worker USING (true);

ALTER TABLE imagery.sights ENABLE ROW LEVEL SECURITY;
CREATE POLICY reader_rows ON imagery.sights FOR SELECT TO geoloket_reader
    USING (EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.id = sights.panorama));
CREATE POLICY staff_rows ON imagery.sights FOR SELECT TO geoloket_staff USING (true);
CREATE POLICY worker_rows ON imagery.sights TO geoloket_worker USING (true);

ALTER TABLE imagery.comparisons ENABLE ROW LEVEL SECURITY;
CREATE POLICY reader_rows ON imagery.comparisons FOR SELECT TO geoloket_reader
    USING (EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.id = comparisons.earlier)
        AND EXISTS (SELECT FROM geoloket.panoramas AS p WHERE p.id = comparisons.later));
CREATE POLICY staff_rows ON imagery.comparisons FOR SELECT TO geoloket_staff USING (true);
CREATE POLICY worker_rows ON imagery.comparisons TO geoloket_worker USING (true);
