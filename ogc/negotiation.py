"""Which format and language an answer has, and which query parameters a request may carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from geoloket.errors import InvalidParameter, NotAcceptable, UnknownParameter
from geoloket.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Format:
    """A value of ``f=``, the media type that it stands for, and types that ask for it as well."""

    name: str
    media_type: str
    also: tuple[str, ...] = ()


JSON: Final = Format("json", "application/json")
HTML: Final = Format("html", "text/html", ("application/xhtml+xml",))
GEOJSON: Final = Format(
    "json", "application/geo+json", ("application/json", "application/vnd.geo+json")
)
JSONLD: Final = Format("jsonld", "application/ld+json")
TURTLE: Final = Format("ttl", "text/turtle")
CATALOG: Final = Format("json", "application/ogc-catalog+json", ("application/json",))
SCHEMA: Final = Format("json", "application/schema+json", ("application/json",))
OPENAPI: Final = Format(
    "json",
    "application/vnd.oai.openapi+json;version=3.0",
    ("application/vnd.oai.openapi+json", "application/openapi+json", "application/json"),
)
MVT: Final = Format(
    "mvt",
    "application/vnd.mapbox-vector-tile",
    ("application/x-protobuf", "application/vnd.mapbox-tile", "application/octet-stream"),
)
TILEJSON: Final = Format("tilejson", "application/vnd.mapbox.tile+json", ("application/json",))


def parameters(request: Request, known: Iterable[str] = ()) -> dict[str, str]:
    """The query parameters: ``f``, ``lang`` and the ``known`` ones, each at most once.

    Raises UnknownParameter for any other (OGC 17-069r4 /req/core/query-param-unknown) and
    InvalidParameter for a repeated one or a NUL byte, which no value of ours can hold.
    """
    found: dict[str, str] = {}
    allowed = {"f", "lang", *known}
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise UnknownParameter(
                f"There is no parameter {name[:100]!r} here.", parameter=name[:100]
            )
        if name in found:
            raise InvalidParameter(f"{name}: given more than once", parameter=name)
        if "\0" in value:
            raise InvalidParameter(f"{name}: holds a NUL byte", parameter=name)
        found[name] = value
    language = found.get("lang")
    if language is not None and language not in LANGUAGES:
        raise InvalidParameter(f"lang: one of {', '.join(LANGUAGES)}", parameter="lang")
    return found


def choose(request: Request, asked: str | None, offers: tuple[Format, ...]) -> Format:
    """The format of the answer: ``f=`` before the Accept header, the first offer by default.

    Raises InvalidParameter for a value of ``f`` that is not offered, NotAcceptable when the header
    excludes every offer.
    """
    if asked is not None:
        for offer in offers:
            if offer.name == asked:
                return offer
        names = ", ".join(offer.name for offer in offers)
        raise InvalidParameter(f"f: {asked[:50]!r} is not one of {names}", parameter="f")
    header = request.headers.get("accept")
    if not header or header == "*/*":
        return offers[0]
    chosen = _preferred(header, offers)
    if chosen is None:
        types = ", ".join(offer.media_type for offer in offers)
        raise NotAcceptable(f"This address answers in {types}.")
    return chosen


@lru_cache(maxsize=512)
def _preferred(header: str, offers: tuple[Format, ...]) -> Format | None:
    """The offer with the highest quality; the earlier offer wins a draw (RFC 9110 §12.5.1)."""
    ranges = [_range(part) for part in header.lower().split(",")]
    qualities = [(_quality(offer, ranges), -place) for place, offer in enumerate(offers)]
    best, place = max(qualities)
    return offers[-place] if best > 0 else None


def _range(part: str) -> tuple[str, float]:
    name, *settings = (piece.strip() for piece in part.split(";"))
    for setting in settings:
        if setting.startswith("q="):
            try:
                return name, float(setting[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(offer: Format, ranges: Sequence[tuple[str, float]]) -> float:
    names = (offer.media_type.split(";")[0], *offer.also)
    best_fit, quality = -1, 0.0
    for name, weight in ranges:
        kind = name.split("/")[0]
        if name in names:
            fit = 2
        elif name.endswith("/*") and any(own.startswith(f"{kind}/") for own in names):
            fit = 1
        else:
            fit = 0 if name == "*/*" else -1
        # The most specific range decides; of equally specific ones the most wished for.
        if fit > best_fit or (fit == best_fit >= 0 and weight > quality):
            best_fit, quality = fit, weight
    return quality
