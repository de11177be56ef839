"""How to reach a dataset with other programs. Every address and command here is run by a test.

Pure functions: texts and code for one layer, no request and no HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloket.language import pick
from geoloket.layer import Layer
from web.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; ``code`` is what to copy for it, ``name`` what that is."""

    text: str
    code: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program and the steps that bring the data into it."""

    key: str
    name: str
    steps: Sequence[Step]


def tools(origin: str, layer: Layer, say: Sentences) -> tuple[Tool, ...]:
    """The instructions for a layer of the service at ``origin`` (no slash at its end)."""
    service, title = f"{origin}/ogc", pick(layer.title, say.language)
    items = f"{service}/collections/{layer.id}/items"
    return (
        Tool("qgis", "QGIS", _qgis(service, layer, title, say)),
        Tool(
            "arcgis",
            "ArcGIS Pro",
            (
                Step(say("data.copy_address"), service, say("data.address_of_service")),
                Step(say("data.arcgis_menu")),
                Step(say("data.arcgis_choose", title=title)),
            ),
        ),
        Tool(
            "python",
            "Python",
            (
                Step(
                    say("data.python_whole"),
                    f'import geopandas\n\nrows = geopandas.read_file("{items}?f=fgb")',
                    say("data.code_for", tool="GeoPandas"),
                ),
                Step(
                    say("data.python_some"),
                    "from owslib.ogcapi.features import Features\n\n"
                    f'service = Features("{service}")\n'
                    f'page = service.collection_items("{layer.id}", limit=100)',
                    say("data.code_for", tool="OWSLib"),
                ),
            ),
        ),
        Tool(
            "r",
            "R",
            (
                Step(
                    say("data.r_whole"),
                    f'library(sf)\n\nrows <- st_read("{items}?f=fgb")',
                    say("data.code_for", tool="sf"),
                ),
            ),
        ),
        Tool("curl", "curl, GDAL", _shell(service, items, layer, say)),
    )


def _qgis(service: str, layer: Layer, title: str, say: Sentences) -> tuple[Step, ...]:
    features = (
        Step(say("data.copy_address"), service, say("data.address_of_service")),
        Step(say("data.qgis_menu")),
        Step(say("data.qgis_choose", title=title)),
    )
    if layer.map is None or layer.geometry is None:
        return features
    tiles = f"{service}/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    return (*features, Step(say("data.qgis_tiles"), tiles, say("data.address_of_tiles")))


def _shell(service: str, items: str, layer: Layer, say: Sentences) -> tuple[Step, ...]:
    lambert = "http://www.opengis.net/def/crs/EPSG/0/31370"
    return (
        Step(
            say("data.curl_whole"),
            f'curl --fail --output {layer.id}.gpkg "{items}?f=gpkg"',
            say("data.code_for", tool="curl"),
        ),
        Step(
            say("data.curl_lambert"),
            f'curl --fail --output {layer.id}.csv "{items}?f=csv&crs={lambert}"',
            say("data.code_for", tool="curl (Lambert 72)"),
        ),
        Step(
            say("data.gdal_whole"),
            f'ogr2ogr {layer.id}-gdal.gpkg "OAPIF:{service}" {layer.id} -oo PAGE_SIZE=1000',
            say("data.code_for", tool="GDAL"),
        ),
    )
