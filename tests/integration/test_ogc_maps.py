"""OGC API Maps, map tiles and coverages of the aerial photos (OGC 20-058, 20-057, 19-087)."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import rasterio
from fixtures.database import Dsn, copied
from fixtures.photos import NORTH, PIXEL_M, SIDE, WEST, Workbench, field, taken_in, write
from fixtures.server import inside, settings_for
from PIL import Image
from pyproj import Transformer

from geoloket.embedded import OWNER
from geoloket.rasters import key_of

MAP = "/collections/orthophotos/map"
L72 = "http://www.opengis.net/def/crs/EPSG/0/31370"
BOX = f"{WEST},{NORTH - 256},{WEST + 256},{NORTH}"
"""All of the photo."""
CORNER = f"{WEST},{NORTH - 32},{WEST + 32},{NORTH}"
"""Its red square."""


@pytest.fixture(scope="module")
async def photos(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx.AsyncClient]:
    """2020: brown, 2024: green with a red square, 2025: in review, all of the same place."""
    home = tmp_path_factory.mktemp("photos")
    with copied(server, template) as name:
        dsn = server(OWNER, name)
        bench = Workbench(settings_for(dsn, home), dsn, tmp_path_factory.mktemp("scratch"))
        brown, blue = field(), field()
        brown[:3] = np.array([120, 80, 40], np.uint8)[:, None, None]
        blue[:3] = np.array([0, 0, 255], np.uint8)[:, None, None]
        for year, pixels, state in (
            (2020, brown, "reviewed"),
            (2024, field(), "reviewed"),
            (2025, blue, "in_review"),
        ):
            place = home / "incoming" / str(year) / "orthophoto.tif"
            write(place, pixels)
            told = {"id": f"town-{year}", "year": year, "flown_on": f"{year}-06-01"}
            place.with_suffix(".json").write_text(json.dumps(told))
            assert taken_in(bench, folder=str(year), review_state=state).taken == 1
        async with inside(dsn, home) as client:
            yield client


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


async def asked(client: httpx.AsyncClient, **given: Any) -> Image.Image:
    given = {"bbox": BOX, "bbox-crs": L72, "crs": L72, "f": "png", **given}
    return opened(await client.get(MAP, params=given))


def near(colour: Any, wanted: tuple[int, ...], off: int = 6) -> bool:
    return all(abs(one - other) <= off for one, other in zip(colour, wanted, strict=False))


async def test_pixels_are_those_of_the_photo(photos: httpx.AsyncClient) -> None:
    """At its own size and place nothing is lost: every pixel is as it was delivered."""
    picture = np.asarray(await asked(photos, width=SIDE, height=SIDE))
    assert (np.moveaxis(picture, -1, 0)[:3] == field()[:3]).all()


async def test_the_newest_is_on_top_and_a_year_can_be_chosen(photos: httpx.AsyncClient) -> None:
    middle = (48, 48)
    assert near((await asked(photos, width=64)).getpixel(middle), (60, 140, 60))
    old = await asked(photos, width=64, year=2020)
    assert near(old.getpixel(middle), (120, 80, 40))
    before = await asked(photos, width=64, datetime="../2022-01-01")
    assert near(before.getpixel(middle), (120, 80, 40))


async def test_what_is_in_review_is_for_staff(photos: httpx.AsyncClient) -> None:
    picture = await asked(photos, width=16, height=16, year=2025)
    assert picture.getextrema()[-1] == (0, 0)
    tile = await photos.get(f"{MAP}/tiles/BPL72VL/2/2/0?year=2025")
    assert tile.status_code == 204
    part = await photos.get("/collections/orthophotos/coverage?year=2025")
    assert part.status_code == 204


async def test_near_infrared_as_red(photos: httpx.AsyncClient) -> None:
    picture = await asked(photos, width=64, look="nir")
    assert near(picture.getpixel((48, 48)), (200, 60, 140))


@pytest.mark.parametrize("srid", [4326, 3857, 3812, 31370])
async def test_the_same_place_in_every_system(photos: httpx.AsyncClient, srid: int) -> None:
    """The red square fills a box around it, whatever the system."""
    system = f"http://www.opengis.net/def/crs/EPSG/0/{srid}"
    inner = f"{WEST + 4},{NORTH - 28},{WEST + 28},{NORTH - 4}"
    picture = await asked(photos, bbox=inner, crs=system, width=40, height=40)
    pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert (np.abs(pixels.astype(int) - (200, 20, 20)).max(axis=1) <= 6).all()


async def test_a_box_in_degrees_with_latitude_first(photos: httpx.AsyncClient) -> None:
    turned = Transformer.from_crs(31370, 4326, always_xy=True)
    west, south = turned.transform(WEST + 8, NORTH - 24)
    east, north = turned.transform(WEST + 24, NORTH - 8)
    epsg = "http://www.opengis.net/def/crs/EPSG/0/4326"
    for box, system in (
        (f"{west},{south},{east},{north}", None),
        (f"{south},{west},{north},{east}", epsg),
    ):
        given = {"bbox": box, "f": "png", "width": "8"} | ({"bbox-crs": system} if system else {})
        assert near(opened(await photos.get(MAP, params=given)).getpixel((4, 4)), (200, 20, 20))


async def test_outside_is_transparent_or_of_a_colour(photos: httpx.AsyncClient) -> None:
    beside = f"{WEST - 100},{NORTH - 100},{WEST + 100},{NORTH + 100}"
    clear = await asked(photos, bbox=beside, width=100, height=100)
    assert (clear.mode, clear.getpixel((10, 10))) == ("RGBA", (0, 0, 0, 0))
    assert clear.getpixel((60, 60))[3] == 255  # pyright: ignore
    white = await asked(photos, bbox=beside, width=100, height=100, transparent="false")
    assert (white.mode, white.getpixel((10, 10))) == ("RGB", (255, 255, 255))
    named = await asked(photos, bbox=beside, width=100, height=100, bgcolor="0x0000ff")
    assert named.getpixel((10, 10)) == (0, 0, 255)


@pytest.mark.parametrize(("name", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
async def test_formats(photos: httpx.AsyncClient, name: str, kind: str) -> None:
    picture = await asked(photos, f=name, width=64)
    assert picture.format == kind
    accepted = await photos.get(MAP, headers={"accept": f"image/{name}"})
    assert accepted.headers["content-type"] == f"image/{name}"
    assert accepted.headers["content-crs"] == f"<{L72}>"


async def test_size(photos: httpx.AsyncClient) -> None:
    half = f"{WEST},{NORTH - 128},{WEST + 256},{NORTH}"
    assert (await asked(photos, bbox=half)).size == (1024, 512)
    assert (await asked(photos, bbox=half, width=300)).size == (300, 150)
    assert (await asked(photos, bbox=half, height=300)).size == (600, 300)
    assert (await asked(photos, bbox=half, width=30, height=70)).size == (30, 70)


@pytest.mark.parametrize(
    "query",
    [
        "width=0", "width=4097", "height=abc", "width=4096&height=4096", "transparent=maybe",
        "bgcolor=red", "bbox=1,2,3", "bbox=3,51,3,51", "bbox-crs=EPSG:31370", "crs=EPSG:9999",
        "bbox=0,0,0,0&bbox-crs=EPSG:31370", "year=12", "year=x", "datetime=yesterday", "f=tiff",
        "look=infra", "colour=red", "year=2020&year=2024",
        "bbox=1e9,1e9,1e9,1e9&bbox-crs=EPSG:3857",
    ],
)  # fmt: skip
async def test_refused(photos: httpx.AsyncClient, query: str) -> None:
    answer = await photos.get(f"{MAP}?{query}")
    assert answer.status_code == 400, (query, answer.status_code)
    assert answer.json()["detail"]


@pytest.mark.parametrize("scheme", ["WebMercatorQuad", "WorldCRS84Quad", "BPL72VL", "Lambert2008"])
async def test_tiles_in_every_scheme(photos: httpx.AsyncClient, scheme: str) -> None:
    """The tile of the middle of the red square is where its scheme says."""
    told = (await photos.get(f"/tileMatrixSets/{scheme}")).json()
    srid = {"WorldCRS84Quad": 4326, "WebMercatorQuad": 3857, "Lambert2008": 3812}.get(scheme, 31370)
    moved = Transformer.from_crs(31370, srid, always_xy=True)
    x, y = moved.transform(WEST + 16, NORTH - 16)
    level = told["tileMatrices"][17 if srid in (3857, 4326) else 10]
    side = level["cellSize"] * 256
    column = (x - level["pointOfOrigin"][0]) / side
    row = (level["pointOfOrigin"][1] - y) / side
    address = f"{MAP}/tiles/{scheme}/{level['id']}/{int(row)}/{int(column)}"
    answer = await photos.get(address, params={"f": "png", "year": "2024"})
    picture = opened(answer)
    assert picture.size == (256, 256)
    spot = picture.convert("RGB").getpixel((int(column % 1 * 256), int(row % 1 * 256)))
    assert near(spot, (200, 20, 20))
    again = await photos.get(
        address,
        params={"f": "png", "year": "2024"},
        headers={"if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304
    assert answer.headers["cache-control"] == "public, no-cache"


async def test_nothing_in_a_tile(photos: httpx.AsyncClient) -> None:
    for place in ("WebMercatorQuad/0/0/0", "WebMercatorQuad/12/0/0", "BPL72VL/8/1/1"):
        answer = await photos.get(f"{MAP}/tiles/{place}")
        assert answer.status_code in (200, 204), place
    assert answer.content == b""  # pyright: ignore
    assert (await photos.get(f"{MAP}/tiles/BPL72VL/8/900/1")).status_code == 404
    assert (await photos.get(f"{MAP}/tiles/Nowhere/8/1/1")).status_code == 404


async def test_tile_sets_lead_to_tiles(photos: httpx.AsyncClient) -> None:
    collection = (await photos.get("/collections/orthophotos")).json()
    rels = {one["rel"].rsplit("/", 1)[-1]: one["href"] for one in collection["links"]}
    assert {"map", "tilesets-map", "coverage"} <= rels.keys()
    listed = (await photos.get(rels["tilesets-map"])).json()["tilesets"]
    assert {one["dataType"] for one in listed} == {"map"}
    for one in listed:
        described = (await photos.get(one["links"][0]["href"])).json()
        assert described["tileMatrixSetURI"] == one["tileMatrixSetURI"]
        limits = described["tileMatrixSetLimits"][-1]
        template = next(link["href"] for link in described["links"] if link["rel"] == "item")
        address = (
            template.replace("{tileMatrix}", limits["tileMatrix"])
            .replace("{tileRow}", str((limits["minTileRow"] + limits["maxTileRow"]) // 2))
            .replace("{tileCol}", str((limits["minTileCol"] + limits["maxTileCol"]) // 2))
        )
        assert (await photos.get(address)).status_code == 200, address


async def test_tilejson(photos: httpx.AsyncClient) -> None:
    address = f"{MAP}/tiles/WebMercatorQuad?f=tilejson&year=2020"
    told = (await photos.get(address)).json()
    assert told["tilejson"] == "3.0.0"
    assert told["tiles"][0].endswith("/{z}/{y}/{x}?year=2020&f=webp")
    assert 17 <= told["maxzoom"] <= 19
    assert told["bounds"][0] < told["center"][0] < told["bounds"][2]


async def test_coverage(photos: httpx.AsyncClient, tmp_path: Path) -> None:
    """All four bands as they were measured, of the part that was asked for."""
    given = {"bbox": CORNER, "bbox-crs": L72, "year": "2024"}
    answer = await photos.get("/collections/orthophotos/coverage", params=given)
    assert answer.status_code == 200, answer.text
    (tmp_path / "part.tif").write_bytes(answer.content)
    with rasterio.open(tmp_path / "part.tif") as part:
        assert part.descriptions == ("red", "green", "blue", "nir")
        assert part.crs.to_epsg() == 31370
        assert part.bounds == (WEST, NORTH - 32, WEST + 32, NORTH)
        assert part.res == (PIXEL_M, PIXEL_M)
        assert (part.read() == field()[:, :64, :64]).all()
    scaled = await photos.get(
        "/collections/orthophotos/coverage", params=given | {"scale-factor": "4"}
    )
    (tmp_path / "scaled.tif").write_bytes(scaled.content)
    with rasterio.open(tmp_path / "scaled.tif") as part:
        assert (part.width, part.height) == (16, 16)


COVERAGE = "/collections/orthophotos/coverage"


async def taken(client: httpx.AsyncClient, file: Path, **given: str) -> Any:
    """The coverage as rasterio opens it."""
    answer = await client.get(COVERAGE, params={"year": "2024"} | given)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("image/tiff")
    file.write_bytes(answer.content)
    return rasterio.open(file)


async def test_coverage_by_its_axes(photos: httpx.AsyncClient, tmp_path: Path) -> None:
    """The same pixels by box and by axes; an axis that is not named, or a star, is all of it."""
    across, up = f"E({WEST:.0f}:{WEST + 32:.0f})", f"N({NORTH - 32:.0f}:{NORTH:.0f})"
    with await taken(photos, tmp_path / "a.tif", subset=f"{across},{up}") as part:
        assert (part.read() == field()[:, :64, :64]).all()
        assert part.crs.to_epsg() == 31370
    column = {"subset": f"{across},N(*:*)", "subset-crs": "EPSG:31370"}
    with await taken(photos, tmp_path / "b.tif", **column) as part:
        assert part.width == 64
        assert abs(part.height - SIDE) <= 24  # the box around all photos is known in degrees
    turned = Transformer.from_crs(31370, 4326, always_xy=True)
    (west, south), (east, north) = (
        turned.transform(WEST + x, NORTH - y) for x, y in ((8, 24), (24, 8))
    )
    degrees = f"Lat({south:.7f}:{north:.7f}),Lon({west:.7f}:{east:.7f})"
    with await taken(photos, tmp_path / "c.tif", subset=degrees) as part:
        assert near(part.read()[:3, 16, 16], (200, 20, 20))


@pytest.mark.parametrize("srid", [4326, 3857, 3812])
async def test_coverage_in_another_system(
    photos: httpx.AsyncClient, tmp_path: Path, srid: int
) -> None:
    given = {"bbox": CORNER, "bbox-crs": L72, "crs": f"EPSG:{srid}"}
    with await taken(photos, tmp_path / "part.tif", **given) as part:
        assert part.crs.to_epsg() == srid
        assert part.count == 4
        moved = Transformer.from_crs(31370, srid, always_xy=True)
        [found] = part.sample([moved.transform(WEST + 16, NORTH - 16)])
        assert near(found, (200, 20, 20, 60))


@pytest.mark.parametrize(
    "query",
    [
        "scale-factor=0", "scale-factor=2&width=3", "scale-factor=0.001", "look=nir", "width=9999",
        "subset=E(1:2)&bbox=1,2,3,4", "subset=", "subset=E(70000)", "subset=E(70100:70000)",
        "subset=E(1:2),E(1:2)", "subset=E(1:2),X(1:2)", "subset=E(1:2),Lat(1:2)",
        "subset=time(1:2)",
        "subset=Lat(-90:90),Lon(-180:180)", "subset=Lon(3:4),Lat(1e400:2)", "subset=E(NaN:2)",
        "subset=E(1:2)&subset-crs=EPSG:4326", "subset=Lat(1:2)&subset-crs=EPSG:31370",
        "subset-crs=EPSG:31370", "subset=E(1:2)&subset-crs=nowhere", "crs=EPSG:9999", "bbox-crs=x",
        "subset=Lat(51:51.5)&crs=EPSG:3857",
    ],
)  # fmt: skip
async def test_coverage_refused(photos: httpx.AsyncClient, query: str) -> None:
    answer = await photos.get(f"{COVERAGE}?{query}")
    assert answer.status_code == 400, (query, answer.status_code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10


@pytest.mark.parametrize("subset", ["E(999999999999:*)", "E(1:2)", "Lon(120:121),Lat(-80:-70)"])
async def test_coverage_where_no_photo_is(photos: httpx.AsyncClient, subset: str) -> None:
    answer = await photos.get(COVERAGE, params={"subset": subset})
    assert answer.status_code in (204, 400), answer.text


async def test_a_file_that_is_away(photos: httpx.AsyncClient) -> None:
    """A row whose file is not there (yet) is as if it were not: no fault, and nothing drawn."""
    page = (await photos.get("/collections/orthophotos/items?f=json")).json()
    found = {one["id"]: one["properties"]["checksum"] for one in page["features"]}
    assert set(found) == {"town-2020", "town-2024"}
    assert all(len(one) == 64 and key_of(one) for one in found.values())


async def test_no_photos_at_all(fresh_dsn: str, tmp_path: Path) -> None:
    async with inside(fresh_dsn, tmp_path) as client:
        blank = await client.get(f"{MAP}?f=png&width=8&height=8")
        assert blank.status_code == 200
        assert Image.open(io.BytesIO(blank.content)).getextrema()[-1] == (0, 0)
        for scheme in ("BPL72VL", "WebMercatorQuad"):
            assert (await client.get(f"{MAP}/tiles/{scheme}")).status_code == 200
        assert (await client.get(f"{MAP}/tiles/BPL72VL/8/1/1")).status_code == 204
        assert (await client.get("/collections/orthophotos/coverage")).status_code == 204
