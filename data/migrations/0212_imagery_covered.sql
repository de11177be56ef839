-- A sample only says something of pictures that were blurred when it was drawn.
ALTER TABLE imagery.review_samples ADD COLUMN drawn_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE imagery.lookings (
    panorama text COLLATE "C" PRIMARY KEY,
    by       text NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE imagery.lookings IS 'When a picture was last searched for faces and plates, and by what';
