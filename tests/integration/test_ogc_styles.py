"""OGC API Styles (20-009, draft): MapLibre, SLD, QML and legends of the same styles."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring

WEB = Path(__file__).parents[2] / "web"
SLD = "{http://www.opengis.net/sld}"
SE = "{http://www.opengis.net/se}"
SVG = "{http://www.w3.org/2000/svg}"
TYPES = {
    "mapbox": "application/vnd.mapbox.style+json",
    "sld": "application/vnd.ogc.sld+xml;version=1.1",
    "qml": "application/vnd.qgis.qml",
}


async def listed(ogc: httpx.AsyncClient, path: str = "/styles") -> dict[str, dict[str, Any]]:
    return {style["id"]: style for style in (await ogc.get(path)).json()["styles"]}


def sheets(style: dict[str, Any]) -> dict[str, str]:
    """Address of each stylesheet by type."""
    return {one["type"]: one["href"] for one in style["links"] if one["rel"] == "stylesheet"}


async def test_list(ogc: httpx.AsyncClient) -> None:
    """/req/core/styles-success: every style, with its stylesheets and its metadata."""
    document = (await ogc.get("/styles")).json()
    styles = await listed(ogc)
    assert len(styles) == len(document["styles"])
    assert document["default"] in styles
    assert {"basiskaart", "parcels", "permits", "events"} <= set(styles)
    assert "housing_inspections" not in styles
    for style in styles.values():
        assert {"stylesheet", "describedby", "preview"} <= {one["rel"] for one in style["links"]}
    assert set(sheets(styles["permits"])) == set(TYPES.values())


@pytest.mark.parametrize("path", ["", "/collections/parcels"])
async def test_what_has_styles_leads_to_them(ogc: httpx.AsyncClient, path: str) -> None:
    """/req/core/base-resource-link."""
    links = (await ogc.get(path)).json()["links"]
    rel = "http://www.opengis.net/def/rel/ogc/1.0/styles"
    [address] = [one["href"] for one in links if one["rel"] == rel]
    assert (await ogc.get(address)).json()["styles"]


async def test_stylesheets_are_of_the_type_that_is_promised(ogc: httpx.AsyncClient) -> None:
    """/req/core/style-success, for the styles of the service and of a collection."""
    own = await listed(ogc, "/collections/permits/styles")
    for style in [*(await listed(ogc)).values(), *own.values()]:
        for media_type, address in sheets(style).items():
            answer = await ogc.get(address)
            assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
            assert answer.headers["etag"]


async def test_accept_chooses(ogc: httpx.AsyncClient) -> None:
    for media_type in TYPES.values():
        answer = await ogc.get("/styles/parcels", headers={"accept": media_type})
        assert answer.headers["content-type"] == media_type
    assert (await ogc.get("/styles/parcels")).headers["content-type"] == TYPES["mapbox"]
    assert (await ogc.get("/styles/basiskaart?f=qml")).status_code == 400


async def test_metadata(ogc: httpx.AsyncClient) -> None:
    """/req/core/style-md-success."""
    document = (await ogc.get("/styles/permits/metadata")).json()
    assert (document["id"], document["scope"]) == ("permits", "style")
    assert [one["native"] for one in document["stylesheets"]] == [True, False, False]
    assert {one["link"]["type"] for one in document["stylesheets"]} == set(TYPES.values())
    assert [layer["id"] for layer in document["layers"]] == ["permits"]


@pytest.mark.parametrize("part", ["", "/metadata", "/legend"])
@pytest.mark.parametrize(
    "path",
    [
        "/styles/housing_inspections",
        "/styles/nothing",
        "/collections/housing_inspections/styles/housing_inspections",
        "/collections/parcels/styles/permits",
    ],
)
async def test_what_is_hidden_has_no_style(ogc: httpx.AsyncClient, path: str, part: str) -> None:
    assert (await ogc.get(f"{path}{part}")).status_code == 404


async def test_every_maplibre_style_is_valid(ogc: httpx.AsyncClient, tmp_path: Path) -> None:
    """By the validator of the specification, and without a word to anybody else's server."""
    node = shutil.which("node")
    assert node
    files: list[str] = []
    for name, style in (await listed(ogc)).items():
        answer = await ogc.get(sheets(style)[TYPES["mapbox"]])
        file = tmp_path / f"{name}.json"
        file.write_text(answer.text)
        files.append(str(file))
        document = answer.json()
        addresses = [document.get("sprite"), *document["sources"]["geoloket"]["tiles"]]
        assert all(urlsplit(one).netloc == "loket.test" for one in addresses if one)
        assert "glyphs" not in document
    script = (
        "import {validateStyleMin} from '@maplibre/maplibre-gl-style-spec';"
        "import {readFileSync} from 'node:fs';"
        "const told = process.argv.slice(1).map((file) => "
        "validateStyleMin(JSON.parse(readFileSync(file))).map((one) => file + one.message));"
        "console.log(JSON.stringify(told.flat()));"
    )
    command = [node, "--input-type=module", "-e", script, *files]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


async def test_tiles_of_a_style_hold_its_layers(ogc: httpx.AsyncClient) -> None:
    document = (await ogc.get("/styles/basiskaart")).json()
    [address] = document["sources"]["geoloket"]["tiles"]
    drawn = {one["source-layer"] for one in document["layers"] if "source-layer" in one}
    assert drawn == set(address.partition("collections=")[2].split(","))
    tile = address.replace("{z}", "15").replace("{y}", "0").replace("{x}", "0")
    assert (await ogc.get(tile)).status_code == 204


async def test_patterns_have_pictures(ogc: httpx.AsyncClient) -> None:
    """Each pattern of a style is a square in the sprite, of some ink and some nothing."""
    document = (await ogc.get("/styles/permits")).json()
    used = {one["paint"].get("fill-pattern") for one in document["layers"]} - {None}
    assert len(used) == 4
    for ratio in ("", "@2x"):
        places = (await ogc.get(f"{document['sprite']}{ratio}.json")).json()
        assert used <= set(places)
        answer = await ogc.get(f"{document['sprite']}{ratio}.png")
        assert answer.headers["content-type"] == "image/png"
        width, height, rows = pixels(answer.content)
        for place in places.values():
            assert place["x"] + place["width"] <= width
            assert place["height"] == height == 8 * place["pixelRatio"]
            left = 1 + place["x"] * 4
            alphas = [a for row in rows for a in row[left + 3 : left + place["width"] * 4 : 4]]
            assert min(alphas) == 0
            assert max(alphas) > 100


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of an unfiltered PNG, each with its filter byte in front."""
    width, height = struct.unpack(">II", png[16:24])
    at, packed = 8, b""
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    plain, step = zlib.decompress(packed), width * 4 + 1
    return width, height, [plain[n * step : (n + 1) * step] for n in range(height)]


async def test_sld_has_a_rule_for_each_look(ogc: httpx.AsyncClient) -> None:
    root: Element = fromstring((await ogc.get("/styles/permits?f=sld")).content)
    assert (root.tag, root.get("version")) == (f"{SLD}StyledLayerDescriptor", "1.1.0")
    assert root.findtext(f"{SLD}NamedLayer/{SE}Name") == "permits"
    rules = root.findall(f".//{SE}Rule")
    names = [rule.findtext(f"{SE}Name") for rule in rules]
    assert len(set(names)) == len(names) > 20
    for rule in rules:
        low, high = (rule.findtext(f"{SE}{side}ScaleDenominator") for side in ("Min", "Max"))
        assert not (low and high) or float(low) < float(high)
    colors = {part.text for part in root.iter(f"{SE}SvgParameter")}
    assert {"#007A5A", "#B0203A", "#E69F00"} <= colors
    whole: Element = fromstring((await ogc.get("/styles/basiskaart?f=sld")).content)
    assert len(whole.findall(f"{SLD}NamedLayer")) == 8


async def test_qml_has_a_symbol_for_each_rule(ogc: httpx.AsyncClient) -> None:
    for name, style in (await listed(ogc)).items():
        if name == "basiskaart":
            continue
        root: Element = fromstring((await ogc.get(sheets(style)[TYPES["qml"]])).content)
        rules = root.findall("renderer-v2/rules/rule")
        symbols = {symbol.get("name") for symbol in root.findall("renderer-v2/symbols/symbol")}
        assert {rule.get("symbol") for rule in rules} == symbols
        labels = root.findall("labeling/rules/rule/settings/text-style")
        assert rules or labels


@pytest.mark.parametrize(("language", "words"), [("nl", "Vergund"), ("en", "Granted")])
async def test_legend(ogc: httpx.AsyncClient, language: str, words: str) -> None:
    """A picture that a screen reader can read, in the asked language."""
    answer = await ogc.get(f"/styles/permits/legend?lang={language}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-language"] == language
    root: Element = fromstring(answer.content)
    assert (root.tag, root.get("role"), root.get("lang")) == (f"{SVG}svg", "img", language)
    assert root.findtext(f"{SVG}title")
    assert words in (root.findtext(f"{SVG}desc") or "")
    assert words in [text.text for text in root.iter(f"{SVG}text")]
    assert len(root.findall(f".//{SVG}path")) >= 7
    named = set((root.get("aria-labelledby") or "").split())
    assert named == {
        one.get("id") for part in ("title", "desc") for one in root.findall(f"{SVG}{part}")
    }


async def test_legend_of_everything(ogc: httpx.AsyncClient) -> None:
    for name in await listed(ogc):
        root: Element = fromstring((await ogc.get(f"/styles/{name}/legend")).content)
        assert len(root.findall(f"{SVG}text")) > 1
        drawn = root.findall(f"{SVG}path") + root.findall(f"{SVG}circle")
        assert drawn or name == "addresses"
