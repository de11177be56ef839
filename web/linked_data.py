"""schema.org for search engines, as JSON-LD in a block of data, which no browser runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from markupsafe import Markup

from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.licences import Licence
from geoloket.query import Box
from web.paths import path
from web.view import Site


def block(told: Mapping[str, Any]) -> Markup:
    """A script element that holds data; nothing in it may look like its end."""
    text = orjson.dumps({"@context": "https://schema.org"} | dict(told)).decode()
    safe = text.replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">{safe}</script>')  # noqa: S704  # made safe


def dataset(  # noqa: PLR0913  # each of them is told
    layer: Layer,
    *,
    language: str,
    origin: str,
    publisher: str,
    terms: Licence,
    changed: datetime | None,
    box: Box | None,
    downloads: Sequence[tuple[str, str]],
) -> Markup:
    """A dataset with its downloads (address from the root of the site, media type)."""
    told: dict[str, Any] = {
        "@type": "Dataset",
        "@id": f"{origin}/ogc/collections/{layer.id}",
        "url": origin + path("dataset", language, id=layer.id),
        "name": pick(layer.title, language),
        "description": pick(layer.description, language),
        "keywords": list(layer.keywords),
        "inLanguage": language,
        "isAccessibleForFree": True,
        "license": terms.readable_at or terms.name,
        "creator": {"@type": "GovernmentOrganization", "name": publisher, "url": f"{origin}/"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": origin + href}
            for href, kind in downloads
        ],
    }
    if changed:
        told["dateModified"] = changed.isoformat()
    if box:
        west, south, east, north = box
        told["spatialCoverage"] = {
            "@type": "Place",
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        }
    return block(told)


def site(known: Site, origin: str, language: str) -> Markup:
    """The website and whose it is, with the search that it has."""
    name = known.name
    search = origin + path("search", language) + "?q={search_term_string}"
    organisation: dict[str, Any] = {
        "@type": "GovernmentOrganization",
        "@id": f"{origin}/#municipality",
        "name": name,
        "url": f"{origin}/",
    }
    if known.contact:
        organisation["email"] = known.contact
    website = {
        "@type": "WebSite",
        "@id": f"{origin}/#website",
        "url": origin + path("home", language),
        "name": f"Geoloket {name}".strip(),
        "inLanguage": language,
        "publisher": {"@id": organisation["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }
    return block({"@graph": [website, organisation] if name else [website]})
