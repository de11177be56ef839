"""Who sees which aerial photo by which door: a visitor, staff, and tokens of either scope."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import numpy as np
import pytest
import rasterio
from fixtures.database import Dsn, copied
from fixtures.identity import HERE, Loket, Rogue, by_rogue, identified, loket
from fixtures.photos import NORTH, WEST, Workbench, field, taken_in, write
from fixtures.server import settings_for
from PIL import Image

from geoloket.access import Duty, person
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.people import DECLARED

pytestmark = pytest.mark.xdist_group("sign-in")

JORIS = person("joris", "Joris Wouters", [Duty.STAFF])
BLUE = (0, 0, 255)
BOX = f"{WEST + 40},{NORTH - 200},{WEST + 200},{NORTH - 40}&bbox-crs=EPSG:31370"
STAC = "/stac/collections"


@pytest.fixture(scope="module")
async def counter(
    server: Dsn, template: str, rogue_process: Rogue, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Loket]:
    """2024 is reviewed, 2025 is not and is blue; of two panoramas one is."""
    home = tmp_path_factory.mktemp("home")
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        bench = Workbench(settings_for(dsn, home), dsn, tmp_path_factory.mktemp("scratch"))
        blue = field()
        blue[:3] = np.array(BLUE, np.uint8)[:, None, None]
        for year, pixels, state in ((2024, field(), "reviewed"), (2025, blue, "in_review")):
            place = write(home / "incoming" / str(year) / "photo.tif", pixels)
            place.with_suffix(".json").write_text(json.dumps({"id": f"town-{year}", "year": year}))
            assert taken_in(bench, folder=str(year), review_state=state).taken == 1
        with connect(dsn) as owner:
            owner.execute(
                "INSERT INTO geoloket.panoramas (id, campaign, year, sequence, rank, captured_at, "
                "heading_deg, width, height, blurred, review_state, sha256, geom) SELECT id, 'c', "
                "2024, 's', 1, timestamptz '2024-05-01T10:00Z', 0, 4096, 2048, true, state, id, "
                "ST_Point(70000, 211900, 31370) "
                "FROM (VALUES ('p1', 'reviewed'), ('p2', 'staff')) AS one (id, state)"
            )
            owner.commit()
        async with loket(identified(dsn, home, by_rogue(rogue_process))) as one:
            yield one


@pytest.fixture(params=["visitor", "staff", "token", "token of another layer"])
async def who(
    request: pytest.FixtureRequest, counter: Loket, rogue: Rogue
) -> AsyncGenerator[tuple[httpx.AsyncClient, bool, bool]]:
    """A client, and whether it may see photos and panoramas that are not reviewed."""
    browser = counter.browser()
    async with browser.client as client:
        match request.param:
            case "staff":
                assert (await browser.sign_in("joris")).status_code == 303
                yield client, True, True
            case "visitor":
                yield client, False, False
            case kind:
                desk = counter.hall.access_tokens
                assert desk
                await desk.knows("joris", JORIS.duties)
                photos = kind == "token"
                layer = "orthophotos" if photos else "panoramas"
                token = await desk.make(JORIS, kind, [layer], 30, purpose=DECLARED, writes=False)
                client.headers["authorization"] = f"Bearer {token}"
                yield client, photos, not photos


async def test_stac(who: tuple[httpx.AsyncClient, bool, bool]) -> None:
    client, photos, panoramas = who
    wanted = {"town-2024", "p1"} | ({"town-2025"} if photos else set())
    wanted |= {"p2"} if panoramas else set()
    for answer in (
        await client.get("/stac/search?limit=100"),
        await client.post("/stac/search", json={"limit": 100}, headers={"origin": HERE}),
        await client.get("/stac/search?limit=100&datetime=2000-01-01T00:00:00Z/.."),
    ):
        page = answer.json()
        assert {one["id"] for one in page["features"]} == wanted
        assert page["numberMatched"] == len(wanted)
        assert _is_kept_by_nobody(answer) == (photos or panoramas)
    for name, may in (("orthophotos/items/town-2025", photos), ("panoramas/items/p2", panoramas)):
        assert (await client.get(f"{STAC}/{name}")).status_code == (200 if may else 404)
    whole = await client.get(f"{STAC}/orthophotos/items/town-2025/photo.tif")
    assert whole.status_code == (200 if photos else 404)
    years = (await client.get(f"{STAC}/orthophotos")).json()["extent"]["temporal"]["interval"][0]
    assert ("2025" in json.dumps(years)) == photos


async def test_maps_tiles_and_coverages(who: tuple[httpx.AsyncClient, bool, bool]) -> None:
    """The newest that somebody may see is on top; a year that is hidden is as if it were not."""
    client, photos, panoramas = who
    start = "/ogc/collections/orthophotos"
    newest = await client.get(f"{start}/map?f=png&width=8&height=8&crs=EPSG:31370&bbox={BOX}")
    assert _is_blue(newest) == photos
    assert _is_kept_by_nobody(newest) == (photos or panoramas)
    year = await client.get(
        f"{start}/map?f=png&width=8&height=8&crs=EPSG:31370&year=2025&bbox={BOX}"
    )
    assert _is_blue(year) == photos
    told = (await client.get("/ogc/tileMatrixSets/BPL72VL")).json()["tileMatrices"][8]
    side = told["cellSize"] * 256
    column = int((WEST + 128 - told["pointOfOrigin"][0]) / side)
    row = int((told["pointOfOrigin"][1] - NORTH + 128) / side)
    tile = f"{start}/map/tiles/BPL72VL/{told['id']}/{row}/{column}?f=png&year=2025"
    assert (await client.get(tile)).status_code == (200 if photos else 204)
    part = await client.get(f"{start}/coverage?bbox={BOX}")
    with rasterio.MemoryFile(part.content) as memory, memory.open() as opened:
        pixel: Any = opened.read()[:3, 9, 9]
    assert (tuple(pixel) == BLUE) == photos
    hidden = await client.get(f"{start}/coverage?year=2025&bbox={BOX}")
    assert hidden.status_code == (200 if photos else 204)


def _is_kept_by_nobody(answer: httpx.Response) -> bool:
    return "no-store" in answer.headers.get("cache-control", "")


def _is_blue(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    pixel: Any = Image.open(io.BytesIO(answer.content)).convert("RGBA").getpixel((4, 4))
    return bool(pixel[2] > 200 and pixel[0] < 60)
