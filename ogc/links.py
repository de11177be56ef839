"""Links of OGC API documents, and the address under which clients reach us."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

from geoloket.origin import origin
from geoloket.settings import Settings
from ogc.negotiation import GEOJSON, Format

Link = dict[str, object]

PREFIX: Final = "/ogc"
OGC_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0"

TEXTS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)
"""Every sentence of the room, by language and key."""
_NAMES: Final = {
    "json": "JSON",
    "html": "HTML",
    "jsonld": "JSON-LD",
    "jsonfg": "JSON-FG",
    "geojsonseq": "GeoJSON Text Sequences",
    "csv": "CSV",
    "gpkg": "GeoPackage",
    "fgb": "FlatGeobuf",
    "parquet": "GeoParquet",
    "ttl": "Turtle",
    "tilejson": "TileJSON",
    "mapbox": "MapLibre Style",
    "sld": "SLD 1.1",
    "qml": "QGIS QML",
    "svg": "SVG",
}


def name_of(offer: Format) -> str:
    """What people call a format."""
    return "GeoJSON" if offer == GEOJSON else _NAMES[offer.name]


def base_url(request: Request, settings: Settings) -> str:
    """Address of the landing page, without a slash at the end.

    It is the configured public address, else what the request says. Raises BadRequest for a Host
    header that is not a host, because it would be copied into every link.
    """
    host, root = request.headers.get("host"), str(request.scope.get("root_path", ""))
    return origin(settings, scheme=request.scope["scheme"], host=host, root_path=root) + PREFIX


def link(href: str, rel: str, media_type: str, title: str | None = None, **more: object) -> Link:
    """A link object (OGC 17-069r4 §7.5; RFC 8288)."""
    made: Link = {"href": href, "rel": rel, "type": media_type}
    if title:
        made["title"] = title
    return made | more


def segment(text: str) -> str:
    """A text as one segment of a path; a slash in it is escaped."""
    return quote(text, safe="")


def with_query(address: str, values: Mapping[str, str]) -> str:
    """An address with a query string; commas and colons stay readable."""
    return f"{address}?{urlencode(values, quote_via=quote, safe=',:/')}" if values else address


def representations(
    address: str,
    chosen: Format,
    offers: Iterable[Format],
    language: str,
    given: Mapping[str, str] | None = None,
) -> list[Link]:
    """``self`` and ``alternate`` links of a resource, one per format (/req/core/fc-links)."""
    kept = with_query(address, {**(given or {}), "f": ""})
    named = _named(chosen, tuple(offers), language)
    return [link(kept + name, rel, kind, title) for rel, name, kind, title in named]


@lru_cache(maxsize=256)
def _named(
    chosen: Format, offers: tuple[Format, ...], language: str
) -> tuple[tuple[str, str, str, str], ...]:
    """Relation, value of ``f``, type and title of each format, the chosen one first."""
    found: list[tuple[str, str, str, str]] = []
    for offer in sorted(offers, key=lambda one: one != chosen):
        rel = "self" if offer == chosen else "alternate"
        title = TEXTS[language][rel].format(format=name_of(offer))
        found.append((rel, segment(offer.name), offer.media_type, title))
    return tuple(found)
