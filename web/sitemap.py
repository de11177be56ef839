"""For search engines: ``/sitemap.xml`` in both languages, ``/robots.txt``, and how to search us.

The protocol of sitemaps.org: at most 50 000 addresses a file. What is more comes in parts, of which
``/sitemap.xml`` is then the list. Files are written while rows are read: memory stays flat.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.errors import NotFound
from geoloket.language import DEFAULT, LANGUAGES
from web.manual.documents import manual
from web.paths import PATHS, language_of, path
from web.sentences import sentences
from web.view import View

MOST: Final = 50_000 // len(LANGUAGES)
"""Things a file: each has an address per language."""
_BATCH: Final = 2_000
_KINDS: Final = {"permits": "permit", "events": "event", "parcels": "parcel"}
"""List in ``sitemap.sql``, and the page of one of it."""
_PAGES: Final = (
    "home",
    "map",
    "permits",
    "events",
    "datasets",
    "about",
    "accessibility",
    "privacy",
    "map_help",
    "manual",
)
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML: Final = "application/xml"
_NOT_FOR_ROBOTS: Final = (
    "search",
    "embedded_map",
    "alerts_manage",
)
"""Pages that are made for one question, one frame or one person."""

Thing = tuple[str, str | None, date | None]
"""Page, id, and when it last changed."""


def router(view: View) -> APIRouter:
    """``/sitemap.xml`` with its parts, ``/robots.txt`` and ``/opensearch.xml``."""
    pages = APIRouter()

    async def sitemap(request: Request) -> Response:
        origin, sizes = view.origin(request), await _sizes(view)
        if sum(sizes.values()) + len(_fixed(view)) <= MOST:
            return StreamingResponse(_urls(view, origin, list(_KINDS)), media_type=_XML)
        return Response(_index(origin, sizes), media_type=_XML)

    async def part(request: Request, kind: str, number: int) -> Response:
        sizes = await _sizes(view)
        if kind == "pages" and number == 1:
            return StreamingResponse(_urls(view, view.origin(request), []), media_type=_XML)
        if kind not in sizes or not 1 <= number <= _parts(sizes[kind]):
            raise NotFound("There is no such part of the sitemap.")
        lines = _part(view, view.origin(request), kind, number)
        return StreamingResponse(lines, media_type=_XML)

    async def robots(request: Request) -> Response:
        return PlainTextResponse(_robots(view.origin(request)))

    async def opensearch(request: Request) -> Response:
        name = (await view.site()).name
        body = _opensearch(view.origin(request), language_of(request), name)
        return Response(body, media_type="application/opensearchdescription+xml")

    pages.add_api_route("/sitemap.xml", sitemap, methods=["GET", "HEAD"], response_model=None)
    pages.add_api_route(
        "/sitemap-{kind}-{number:int}.xml", part, methods=["GET", "HEAD"], response_model=None
    )
    pages.add_api_route("/robots.txt", robots, methods=["GET", "HEAD"], response_model=None)
    for address in ("/opensearch.xml", "/en/opensearch.xml"):
        pages.add_api_route(address, opensearch, methods=["GET", "HEAD"], response_model=None)
    return pages


async def _sizes(view: View) -> dict[str, int]:
    async with view.hall.database.session(VISITOR) as connection:
        row = await (await connection.execute(statements.read("sitemap")["sizes"])).fetchone()
    return {kind: int(row[kind]) if row else 0 for kind in _KINDS}


def _parts(size: int) -> int:
    return -(-size // MOST)


def _fixed(view: View) -> list[Thing]:
    """The pages that are always there, and one for each dataset and document of the manual."""
    layers = view.hall.features.layers(VISITOR)
    found: list[Thing] = [(page, None, None) for page in _PAGES]
    found += [("dataset", layer.id, None) for layer in layers]
    return found + [("manual_page", name, None) for name in manual(DEFAULT).documents if name]


def _index(origin: str, sizes: Mapping[str, int]) -> str:
    """The list of parts."""
    names = ["pages-1"]
    names += [f"{kind}-{n}" for kind, size in sizes.items() for n in range(1, _parts(size) + 1)]
    lines = (
        f"<sitemap><loc>{escape(f'{origin}/sitemap-{name}.xml')}</loc></sitemap>" for name in names
    )
    return f'{_HEAD}<sitemapindex xmlns="{_SPACE}">\n' + "\n".join(lines) + "\n</sitemapindex>\n"


_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OPEN: Final = f'{_HEAD}<urlset xmlns="{_SPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
_CLOSE: Final = "</urlset>\n"


async def _urls(view: View, origin: str, kinds: Sequence[str]) -> AsyncIterator[str]:
    """Everything in one file: the fixed pages, and all of these kinds."""
    yield _OPEN
    yield "".join(_entry(origin, thing) for thing in _fixed(view))
    for kind in kinds:
        async for things in _read(view, kind, skip=0, most=MOST):
            yield "".join(_entry(origin, thing) for thing in things)
    yield _CLOSE


async def _part(view: View, origin: str, kind: str, number: int) -> AsyncIterator[str]:
    yield _OPEN
    async for things in _read(view, kind, skip=(number - 1) * MOST, most=MOST):
        yield "".join(_entry(origin, thing) for thing in things)
    yield _CLOSE


async def _read(view: View, kind: str, *, skip: int, most: int) -> AsyncIterator[list[Thing]]:
    """The things of a kind by id, some thousand at a time; a connection is held for each batch."""
    statement = statements.read("sitemap")[kind]
    after: str | None = None
    left = most
    while left > 0:
        limit = min(left, _BATCH)
        values = {"after": after, "limit": limit, "skip": 0 if after else skip}
        async with view.hall.database.session(VISITOR) as connection:
            rows = await (await connection.execute(statement, values)).fetchall()
        if rows:
            yield [(_KINDS[kind], row["id"], row["changed"]) for row in rows]
            after = rows[-1]["id"]
        if len(rows) < limit:
            return
        left -= limit


def _entry(origin: str, thing: Thing) -> str:
    """The thing in each language; every one of them names all."""
    page, id, changed = thing
    twins = {language: origin + path(page, language, id=id) for language in LANGUAGES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
        for language, address in twins.items()
    )
    moment = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return "".join(
        f"<url><loc>{escape(address)}</loc>{moment}{links}</url>\n" for address in twins.values()
    )


def _robots(origin: str) -> str:
    """Crawlers take the pages; what they would only turn round in is not for them."""
    return "\n".join(("User-agent: *", *_closed(), "", f"Sitemap: {origin}/sitemap.xml", ""))


def _closed() -> Iterator[str]:
    for page in _NOT_FOR_ROBOTS:
        for address in PATHS[page].values():
            yield f"Disallow: {address.removesuffix('{id}')}"
    for language in LANGUAGES:
        yield f"Disallow: {path('map', language)}?*"
    yield "Disallow: /api/"
    yield "Disallow: /ogc/collections/*/items"
    yield "Disallow: /ogc/collections/*/tiles"
    yield "Disallow: /ogc/tiles"


def _opensearch(origin: str, language: str, name: str) -> str:
    """OpenSearch 1.1: a browser can search the counter from its address bar."""
    say = sentences(language)
    short = f"{say('site.name')} {name}".strip()[:16]
    target = origin + path("search", language) + "?q={searchTerms}"
    tongue = "nl-BE" if language == DEFAULT else language
    return (
        f'{_HEAD}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(short)}</ShortName>\n"
        f"<Description>{escape(say('search.label'))}</Description>\n"
        f"<Language>{tongue}</Language>\n<InputEncoding>UTF-8</InputEncoding>\n"
        '<Image height="64" width="64" type="image/svg+xml">'
        f"{escape(origin)}/static/icon.svg</Image>\n"
        f'<Url type="text/html" template={quoteattr(target)}/>\n'
        "</OpenSearchDescription>\n"
    )
