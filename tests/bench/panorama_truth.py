"""Lines of sight and series of the invented town, against what is truly on its pictures.

    python tests/bench/panorama_truth.py [FOLDER] [--parcels 60]

FOLDER has campaigns with their truth, such as ``incoming/zandwijk/straat`` in the home of a demo of
today; without one, two campaigns of a street are drawn. The database is one of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.database import create_database  # noqa: E402
from fixtures.panoramas import Surroundings  # noqa: E402
from fixtures.pictured import Pictured, lay_out  # noqa: E402
from fixtures.server import settings_for  # noqa: E402

from geoloket.database import connect  # noqa: E402
from geoloket.embedded import ADMIN, OWNER, EmbeddedCluster  # noqa: E402
from geoloket.migrate import migrate  # noqa: E402
from geoloket.registry import LayerRegistry  # noqa: E402
from processing.demo.pictures.campaigns import driven  # noqa: E402
from processing.demo.pictures.make import Wish, Work, campaign_id  # noqa: E402
from processing.demo.pictures.scene import TRACKS, build_scene  # noqa: E402
from processing.demo.town import SEED  # noqa: E402

NEAR_M = 6.0
"""Pictures so near each other are taken from one place: half a step of the car, and its GPS."""


def main() -> None:
    """Print precision and recall per kind, and what fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--parcels", type=int, default=60, help="pairs of cut-outs to compare")
    given = parser.parse_args()
    today = date.today()
    scene = build_scene(SEED, today, today)
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        folder = given.folder
        if folder is None:
            folder = home / "straat"
            for campaign in (driven(today)[0], driven(today)[-1]):
                work = Work(scene, Wish(tracks=TRACKS[1:]), lambda _, __: None, 1)
                work.drive(campaign, folder / campaign_id(campaign.year))
        campaigns = sorted(one.resolve() for one in folder.glob("[!.]*"))
        own = EmbeddedCluster(home / "postgres", durable=False)
        with own.running():
            with psycopg.connect(own.dsn(ADMIN, "postgres"), autocommit=True) as admin:
                create_database(admin, own.dsn, "pictured", "geoloket")
            dsn = own.dsn(OWNER, "pictured")
            with connect(dsn) as owner:
                migrate(owner, LayerRegistry.read(), 31370)
                lay_out(owner, scene, [track.street for track in TRACKS])
            report(Pictured(Surroundings(settings_for(dsn, home), dsn), campaigns), given.parcels)


def report(pictured: Pictured, most: int) -> None:
    """Every figure in a line."""
    began = time.perf_counter()
    years = ", ".join(str(year) for year in sorted(pictured.years.values()))
    print(f"{len(pictured.shown)} pictures of {years}")
    print(f"a picture sees a building: {pictured.seeing().line()}")
    print("the middle of a cut-out is the house of the parcel, or its ground without a house:")
    for kind, score in sorted(pictured.facing().items()):
        print(f"  {kind:12} {score.line()}")
    apart = pictured.apart()
    near = sum(one <= NEAR_M for one in apart)
    print(
        f"{len(apart)} parcels in more years than one: places {apart[len(apart) // 2]:.1f} m apart "
        f"(median of the farthest), {near} within {NEAR_M:.0f} m, at most {apart[-1]:.1f} m"
    )
    counts, odd = pictured.comparing(most)
    print("first and last year told comparable:")
    for kind, (pairs, comparable) in sorted(counts.items()):
        print(f"  {kind:20} {comparable} of {pairs}")
    for one in odd:
        print(f"  wrong: {one}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
