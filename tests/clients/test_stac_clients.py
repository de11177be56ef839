"""pystac-client and stac-api-validator against a running server with photos and panoramas."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures.database import Dsn, copied
from fixtures.photos import Workbench, field, taken_in, write
from fixtures.server import serving, settings_for

from geoloket.database import connect
from geoloket.embedded import OWNER

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def address(server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("stac")
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        bench = Workbench(settings_for(dsn, home), dsn, tmp_path_factory.mktemp("scratch"))
        write(home / "incoming" / "photo.tif", field())
        assert taken_in(bench, year=2024, review_state="reviewed").taken == 1
        with connect(dsn) as owner:
            owner.execute(
                "INSERT INTO geoloket.panoramas (id, campaign, year, sequence, rank, captured_at, "
                "heading_deg, width, height, blurred, review_state, sha256, geom) SELECT 'p' || n, "
                "'c', 2024, 's', n, timestamptz '2024-05-01T10:00Z' + make_interval(secs => n), "
                "n, 4096, 2048, true, 'reviewed', 'x' || n, ST_Point(70000 + n, 211900, 31370) "
                "FROM generate_series(1, 60) AS n"
            )
            owner.commit()
        with serving(dsn, home) as base:
            yield f"{base}/stac"


def test_pystac_client(address: str) -> None:
    """Opens the catalogue, follows its pages, filters and sorts."""
    import pystac_client  # noqa: PLC0415  # slow to load

    opened: Any = pystac_client.Client.open(address)
    assert {one.id for one in opened.get_collections()} == {"orthophotos", "panoramas"}
    every = list(opened.search(collections=["panoramas"], limit=25).items())
    assert len(every) == len({one.id for one in every}) == 60
    found = opened.search(
        collections=["panoramas"],
        filter={"op": ">", "args": [{"property": "view:azimuth"}, 55]},
        sortby=["-datetime"],
    )
    assert [one.id for one in found.items()] == ["p60", "p59", "p58", "p57", "p56"]
    by_get = opened.search(method="GET", datetime="2024-05-01T10:00:58Z/..", limit=1)
    assert {one.id for one in by_get.items()} >= {"p58", "p59", "p60"}
    [photo] = opened.search(collections=["orthophotos"]).items()
    assert photo.assets["data"].roles == ["data"]
    assert opened.get_collection("orthophotos").get_item(photo.id).id == photo.id


def test_stac_api_validator(address: str, tmp_path: Path) -> None:
    """The suite of the STAC API; schemas of other sites are not asked for."""
    program = Path(sys.executable).with_name("stac-api-validator")
    ring = [[3, 51], [3.5, 51], [3.5, 51.4], [3, 51.4], [3, 51]]
    box = json.dumps({"type": "Polygon", "coordinates": [ring]})
    run = subprocess.run(
        [
            str(program), "--root-url", address, "--geometry", box, "--collection", "panoramas",
            *(part for name in ("core", "collections", "item-search") for part in
              ("--conformance", name)),
        ],
        capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False,
    )  # fmt: skip
    told = run.stdout + run.stderr
    assert "Item Search" in told
    faults = [line for line in told.split("Errors:")[-1].splitlines() if line.startswith("- [")]
    assert not [line for line in faults if "://schemas." not in line and "schemas.st" not in line]
