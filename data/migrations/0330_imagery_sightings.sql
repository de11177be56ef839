-- On what the lines of sight of a campaign were worked out, so that a page can tell when it changed since.
CREATE TABLE imagery.sightings (
    campaign  text COLLATE "C" PRIMARY KEY REFERENCES imagery.campaigns ON UPDATE CASCADE ON DELETE CASCADE,
    places    text NOT NULL,
    parcels   bigint NOT NULL,
    buildings bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE imagery.sightings IS 'When the lines of sight of a campaign were worked out, and on what';
COMMENT ON COLUMN imagery.sightings.places IS 'where its pictures were taken, as a checksum: imagery.places()';
COMMENT ON COLUMN imagery.sightings.parcels IS 'version of the layer, as are buildings';
