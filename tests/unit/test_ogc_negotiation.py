"""Which format an Accept header gets."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from geoloket.errors import NotAcceptable
from ogc.negotiation import GEOJSON, HTML, JSON, JSONLD, MVT, OPENAPI, Format, choose

FEATURES = (GEOJSON, HTML, JSONLD)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


def request(accept: str | None) -> Request:
    headers = [(b"accept", accept.encode())] if accept is not None else []
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        (None, FEATURES, GEOJSON),
        ("", FEATURES, GEOJSON),
        ("*/*", FEATURES, GEOJSON),
        (BROWSER, FEATURES, HTML),
        ("application/geo+json, application/json", FEATURES, GEOJSON),
        ("application/json", FEATURES, GEOJSON),
        ("application/ld+json", FEATURES, JSONLD),
        ("application/ld+json;q=0.4, text/html;q=0.5", FEATURES, HTML),
        ("application/geo+json;q=0, */*", FEATURES, HTML),
        ("application/*", FEATURES, GEOJSON),
        ("text/*", FEATURES, HTML),
        ("application/vnd.oai.openapi+json;version=3.0", (OPENAPI, HTML), OPENAPI),
        ("application/vnd.mapbox-vector-tile", (MVT,), MVT),
        ("text/html;q=x, application/json", (JSON, HTML), JSON),
    ],
)
def test_chosen(accept: str | None, offers: tuple[Format, ...], chosen: Format) -> None:
    assert choose(request(accept), None, offers) == chosen


@pytest.mark.parametrize("accept", ["image/png", "application/geo+json;q=0", "application/xml"])
def test_nothing_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        choose(request(accept), None, (GEOJSON,) if "q=0" not in accept else (MVT,))
