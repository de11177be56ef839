"""The demo's pictures: parcels on which was built side by side, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fixtures.panoramas import PLACE, Surroundings, deliver, jpeg, picture
from fixtures.server import settings_for
from psycopg.types.json import Jsonb

from geoloket.database import connect
from processing.demo.pictures.steps import FOLDER, advance
from processing.demo.pictures.steps import told as said
from processing.panorama import ingest, visibility
from processing.panorama.processes import IngestInputs, VisibilityInputs

YEARS = (2021, 2023)
SEEN = "parcels through the years"


def _built(capakey: str, kind: str, seen_from: str) -> dict[str, Any]:
    return {"parcel": capakey, "kind": kind, "seen_from": seen_from}


CHANGES = [
    _built("99001A0001/00A000", "new", "2022-05-01"),
    _built("99001A0002/00A000", "extended", "2022-05-01"),
    _built("99001A0003/00A000", "rebuilt", "2025-05-01"),
    _built("99001A0004/00A000", "new", "2022-05-01"),
]
"""Of the first three, which lie along the street, one was built on between the two campaigns."""


def test_the_demo_sets_parcels_side_by_side_that_were_built_on(
    fresh_dsn: str, tmp_path: Path
) -> None:
    job = Surroundings(settings_for(fresh_dsn, tmp_path), fresh_dsn)
    home = job.settings.home
    with connect(job.dsn) as owner:
        for place in range(3):
            owner.execute(
                "INSERT INTO geoloket.parcels (id, capakey, geom) SELECT %s, %s, ST_Multi("
                "ST_Translate(ST_MakeEnvelope(%s, 5, %s, 25, 31370), ST_X(p), ST_Y(p))) "
                "FROM geoloket.from_lonlat(%s, %s, 31370) AS p",
                [f"p{place + 1}", f"99001A000{place + 1}/00A000",
                 10 * place, 10 * place + 10, *PLACE],
            )  # fmt: skip
        owner.execute("INSERT INTO geoloket.site (key, value) VALUES ('demo', '{}')")
        owner.execute(
            "INSERT INTO geoloket.site (key, value) VALUES ('demo_pictures', %s)",
            [Jsonb({"step": 5, "jobs": []})],
        )
    for year in YEARS:
        name = f"{FOLDER}/straat/zandwijk-{year}"
        deliver(home, name, {"1.jpg": jpeg(picture(year))}, year=year, id=f"zandwijk-{year}")
        truth = {"driven_on": f"{year}-04-22", "panoramas": {}, "changes": CHANGES}
        (home / "incoming" / name / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
        told = job.through(ingest, IngestInputs(folder=name))
        assert told.taken == 1, told
    assert visibility.run(job, VisibilityInputs()).parcels >= 2
    with connect(job.dsn) as owner:
        owner.execute("UPDATE geoloket.panoramas SET blurred = true, derived_key = 'd'")
        assert said(owner, asked=True) == f"{SEEN}, which are made now: some minutes"
        assert not advance(owner, home)
        rows = owner.execute("SELECT process, inputs FROM jobs.job").fetchall()
        assert [row["process"] for row in rows] == ["panorama-series"]
        assert rows[0]["inputs"]["parcels"] == ["p1"]
        assert not advance(owner, home), "it is still to be done"
        owner.execute("UPDATE jobs.job SET status = 'successful', finished_at = now()")
        assert advance(owner, home), "nothing is left"
        assert advance(owner, home)
        assert len(owner.execute("SELECT FROM jobs.job").fetchall()) == 1
        assert said(owner, asked=True) == SEEN


def test_the_demo_names_the_pictures_that_there_are_or_will_be(fresh_dsn: str) -> None:
    making = f"{SEEN}, which are made now: some minutes"
    with connect(fresh_dsn) as owner:
        assert said(owner, asked=True) is None, "a municipality of somebody's own"
        owner.execute("INSERT INTO geoloket.site (key, value) VALUES ('demo', '{}')")
        assert (said(owner, asked=True), said(owner, asked=False)) == (making, None)
        owner.execute(
            "INSERT INTO imagery.campaigns (id, title, year) VALUES ('c', '{\"nl\": \"C\"}', 2024)"
        )
        owner.execute(
            "INSERT INTO geoloket.panoramas (id, campaign, year, captured_at, heading_deg, width, "
            "height, sha256, geom) VALUES ('p', 'c', 2024, now(), 0, 4096, 2048, 'x', "
            "ST_Point(70000, 211900, 31370))"
        )
        assert (said(owner, asked=True), said(owner, asked=False)) == (making, SEEN)
