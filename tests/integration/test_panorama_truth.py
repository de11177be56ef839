"""Lines of sight and series against the truth of drawn pictures: a floor under both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fixtures.panoramas import Surroundings
from fixtures.pictured import Pictured, lay_out
from fixtures.server import settings_for

from geoloket.database import connect
from processing.demo.pictures.campaigns import driven
from processing.demo.pictures.make import Wish, Work, campaign_id
from processing.demo.pictures.scene import Track, build_scene
from processing.demo.town import SEED

TODAY = date(2026, 11, 23)
TRACK = Track("Kastanjelaan", 60, 140)


def test_what_is_worked_out_is_what_the_pictures_show(fresh_dsn: str, tmp_path: Path) -> None:
    """A street in two years, between which houses were built."""
    scene = build_scene(SEED, TODAY, TODAY)
    folders = [tmp_path / campaign_id(one.year) for one in (driven(TODAY)[0], driven(TODAY)[2])]
    wish = Wish(width=768, step=25, tracks=(TRACK,))
    for folder, campaign in zip(folders, (driven(TODAY)[0], driven(TODAY)[2]), strict=True):
        Work(scene, wish, lambda progress, message: None, 1).drive(campaign, folder)
    with connect(fresh_dsn) as owner:
        lay_out(owner, scene, [TRACK.street])
    job = Surroundings(settings_for(fresh_dsn, tmp_path / "home"), fresh_dsn)
    pictured = Pictured(job, folders)
    seeing = pictured.seeing()
    assert seeing.there > 20 and seeing.precision >= 0.9 and seeing.recall >= 0.9, seeing.line()
    missed = sum(n for why, n in seeing.why.items() if why.startswith("missed: "))
    assert missed == seeing.there - seeing.found, "each has its reason"
    facing = pictured.facing()
    lines = {kind: score.line() for kind, score in facing.items()}
    right, told = (sum(getattr(s, name) for s in facing.values()) for name in ("right", "told"))
    found, there = (sum(getattr(s, name) for s in facing.values()) for name in ("found", "there"))
    assert told > 10 and right / told >= 0.8, lines
    assert there > 10 and found / there >= 0.8, lines
    assert "new" in facing, "a house was built between the two"
    assert pictured.apart()[len(pictured.apart()) // 2] <= 6, "one place in both years"
