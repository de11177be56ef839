-- What is kept beside the layer of panoramas: campaigns, what each picture sees, what was made
-- unrecognisable in it, who reviewed it, and what residents asked. Visitors read of it what belongs to
-- pictures that they may see (0210_post_imagery.sql), and write by functions alone.
CREATE SCHEMA IF NOT EXISTS imagery;
COMMENT ON SCHEMA imagery IS 'Street pictures: campaigns, sight lines, blurring and review';

CREATE TABLE imagery.campaigns (
    id               text COLLATE "C" PRIMARY KEY,
    title            jsonb NOT NULL,
    year             integer NOT NULL CHECK (year BETWEEN 1850 AND 2200),
    captured_from    date,
    captured_to      date,
    supplier         text,
    licence          text,
    supplier_blurred boolean NOT NULL DEFAULT false,
    released_at      timestamptz,
    released_by      text,
    ingested_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN imagery.campaigns.supplier_blurred IS 'the supplier declares that faces and plates were made unrecognisable';
COMMENT ON COLUMN imagery.campaigns.released_at IS 'since when its blurred pictures may be seen by visitors; NULL: by staff alone';
COMMENT ON COLUMN imagery.campaigns.released_by IS 'who released it: a person, or supplier where its declaration was enough';

CREATE TABLE imagery.fronts (
    parcel    text COLLATE "C" NOT NULL,
    number    integer NOT NULL,
    building  text,
    facing_deg double precision NOT NULL,
    length_m  double precision NOT NULL,
    geom      geometry NOT NULL,
    PRIMARY KEY (parcel, number)
);
COMMENT ON TABLE imagery.fronts IS 'Walls of buildings, or sides of a parcel without any, that a street picture may see';
COMMENT ON COLUMN imagery.fronts.building IS 'NULL: the side of a parcel on which nothing stands';
COMMENT ON COLUMN imagery.fronts.facing_deg IS 'where it looks at, clockwise from true north';

CREATE TABLE imagery.sights (
    panorama    text COLLATE "C" NOT NULL,
    parcel      text COLLATE "C" NOT NULL,
    front       integer NOT NULL,
    bearing_deg double precision NOT NULL,
    distance_m  double precision NOT NULL,
    fraction    double precision NOT NULL CHECK (fraction > 0 AND fraction <= 1),
    angle_deg   double precision NOT NULL,
    score       double precision NOT NULL,
    PRIMARY KEY (panorama, parcel, front),
    FOREIGN KEY (parcel, front) REFERENCES imagery.fronts (parcel, number) ON DELETE CASCADE
);
COMMENT ON TABLE imagery.sights IS 'Which picture sees which front';
COMMENT ON COLUMN imagery.sights.bearing_deg IS 'from the camera to the middle of what it sees, clockwise from true north';
COMMENT ON COLUMN imagery.sights.fraction IS 'part of the front that no building hides';
COMMENT ON COLUMN imagery.sights.angle_deg IS 'between line of sight and wall: 90 is straight in front of it';
COMMENT ON COLUMN imagery.sights.score IS 'how well it shows the front: higher is better';
CREATE INDEX sights_of_front ON imagery.sights (parcel, front, score DESC);

CREATE TABLE imagery.comparisons (
    parcel   text COLLATE "C" NOT NULL,
    earlier  text COLLATE "C" NOT NULL,
    later    text COLLATE "C" NOT NULL,
    verdict  text NOT NULL CHECK (verdict IN ('comparable', 'uncertain')),
    matches  integer NOT NULL,
    offset_deg double precision,
    made_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (parcel, earlier, later)
);
COMMENT ON TABLE imagery.comparisons IS 'Whether two pictures of a front show the same place; never whether something changed';
COMMENT ON COLUMN imagery.comparisons.matches IS 'details found in both, at places that agree';
COMMENT ON COLUMN imagery.comparisons.offset_deg IS 'what to turn the later one by to have it where the earlier one is';

CREATE TABLE imagery.blur_areas (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    panorama   text COLLATE "C" NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('face', 'plate', 'other')),
    source     text NOT NULL CHECK (source IN ('detector', 'staff', 'request')),
    x          double precision NOT NULL CHECK (x >= 0 AND x < 1),
    y          double precision NOT NULL CHECK (y >= 0 AND y < 1),
    width      double precision NOT NULL CHECK (width > 0 AND width <= 1),
    height     double precision NOT NULL CHECK (height > 0 AND y + height <= 1.000001),
    confidence double precision,
    added_at   timestamptz NOT NULL DEFAULT now(),
    added_by   text,
    removed_at timestamptz,
    removed_by text
);
COMMENT ON TABLE imagery.blur_areas IS 'What is made unrecognisable in a picture; what was taken away stays as a note';
COMMENT ON COLUMN imagery.blur_areas.x IS 'left side, as part of the width of the levelled picture; x + width may pass 1: across the seam';
COMMENT ON COLUMN imagery.blur_areas.added_by IS 'who of the staff, or the detector by name';
CREATE INDEX blur_areas_of ON imagery.blur_areas (panorama) WHERE removed_at IS NULL;

CREATE TABLE imagery.review_samples (
    campaign   text COLLATE "C" NOT NULL REFERENCES imagery.campaigns ON DELETE CASCADE,
    round      integer NOT NULL,
    panorama   text COLLATE "C" NOT NULL,
    verdict    text CHECK (verdict IN ('clean', 'missed')),
    judged_at  timestamptz,
    judged_by  text,
    PRIMARY KEY (campaign, round, panorama)
);
COMMENT ON TABLE imagery.review_samples IS 'Pictures that somebody looks at before the campaign is released';
COMMENT ON COLUMN imagery.review_samples.verdict IS 'missed: a face or plate is still to be seen; then the campaign needs a next round';

CREATE TABLE imagery.blur_requests (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    panorama      text COLLATE "C" NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('person', 'plate', 'home', 'other')),
    x             double precision CHECK (x >= 0 AND x < 1),
    y             double precision CHECK (y >= 0 AND y <= 1),
    message       text CHECK (length(message) <= 2000),
    email         text CHECK (length(email) <= 254),
    received_at   timestamptz NOT NULL DEFAULT now(),
    handle_before date NOT NULL DEFAULT current_date + 15,
    handled_at    timestamptz,
    handled_by    text,
    outcome       text CHECK (outcome IN ('blurred', 'refused'))
);
COMMENT ON TABLE imagery.blur_requests IS 'What residents ask to have made unrecognisable, within 15 days';
COMMENT ON COLUMN imagery.blur_requests.email IS 'where to answer to; removed when it is handled';
CREATE INDEX blur_requests_open ON imagery.blur_requests (received_at) WHERE handled_at IS NULL;
