"""The fast lane: a page of features, and one feature, as the database wrote them.

Feature text goes from PostgreSQL to the socket as bytes: nothing is parsed, reprojected or
serialised here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

import orjson
from starlette.responses import Response

from geoloket import compose
from geoloket.crs import CRS84, Crs
from geoloket.errors import InvalidParameter, NotFound
from geoloket.features import Page
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.query import Query
from ogc import editing, exports, formats, parameters, selecting, state
from ogc.exports import streams
from ogc.links import OGC_REL, Link, link, segment, with_query
from ogc.negotiation import HTML, JSON, SCHEMA
from ogc.paging import After
from ogc.state import Matched, Seen
from ogc.visit import Visit

WHOLE: Final = 1000
"""Features up to which a page is one piece; a larger one goes out in parts, as they come."""
_READ_WITHIN_S: Final = 300.0
"""A client that takes longer has stopped reading."""


async def items(visit: Visit) -> Response:
    """``/collections/{id}/items``: a page of features; a POST makes one."""
    if visit.request.method == "POST":
        return await editing.create(visit)
    layer = visit.layer()
    chosen = visit.ask(exports.FORMATS, (*parameters.ITEMS, *parameters.queryables(layer)))
    query, crs = parameters.items_query(layer, visit.given, await visit.service.cursors())
    hits = selecting.is_hits(visit.given.get("resulttype"))
    profiles = selecting.profiles(visit.given.get("profile"))
    writer = exports.writer(visit, layer, query, crs)
    query, crs = (writer.query, writer.crs) if writer else (query, crs)
    seen = await visit.seen(layer)
    headers = _headers(visit, seen, crs) | _queryables_link(visit, layer)
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    if chosen in exports.DOWNLOADS:
        if hits:
            detail = f"resulttype: f={chosen.name} has no place for a count alone"
            raise InvalidParameter(detail, parameter="resulttype")
        return await exports.respond(visit, layer, query, crs, chosen, headers)
    write = writer or formats.GeoJson()
    if query.limit > WHOLE and chosen != HTML and not hits:
        parts = _parts(visit, seen, query, write, profiles)
        return await streams.begun(visit.request, parts, headers, within=_READ_WITHIN_S)
    page, matched = await _found(visit, seen, query, hits)
    found = await _page_links(visit, layer, query, page.next_after, profiles)
    if chosen == HTML:
        return _with(headers, await _table(visit, layer, query, page, matched, found))
    visit.may_be_kept([seen], headers)
    return Response(formats.page(write, page.features, matched, found), headers=headers)


async def _parts(
    visit: Visit, seen: Seen, query: Query, write: formats.Writer, profiles: Sequence[str]
) -> AsyncGenerator[bytes]:
    """A large page as bytes: all its features are of one moment, and one part is in memory."""
    lead, returned, after = write.head(), 0, None
    near = visit.service.landmarks.near(seen.key, query)
    async with aclosing(visit.service.store.parts(seen.layer, near, visit.who)) as parts:
        async for part in parts:
            if part.features:
                yield lead + b",".join(part.features)
                lead = b","
            returned += len(part.features)
            after = part.next_after
    matched = await _matched(visit, seen, query, returned, after)
    links = await _page_links(visit, seen.layer, query, after, profiles)
    yield (b"" if returned else lead) + write.tail(returned, matched, links)


async def _found(visit: Visit, seen: Seen, query: Query, hits: bool) -> tuple[Page, Matched]:
    """The page and how many features there are."""
    service = visit.service
    if hits:
        return Page((), None), await service.memory.count(seen, query, exact=True)
    near = service.landmarks.near(seen.key, query)
    page = await service.store.page(seen.layer, near, visit.who)
    if page.after is not None:
        service.landmarks.passed(seen.key, query, query.offset, page.after)
    return page, await _matched(visit, seen, query, len(page.features), page.next_after)


async def _matched(
    visit: Visit, seen: Seen, query: Query, returned: int, after: After | None
) -> Matched:
    """How many features there are; a page that is the last tells that itself."""
    if after is not None:
        visit.service.landmarks.passed(seen.key, query, query.offset + query.limit, after)
    elif query.after is None and (returned or not query.offset):
        return Matched(query.offset + returned)
    return await visit.service.memory.count(seen, query)


async def item(visit: Visit) -> Response:
    """``/collections/{id}/items/{feature}``: one feature, also when it is retired, or changed."""
    if visit.request.method not in editing.READ:
        return await editing.change(visit)
    layer = visit.layer()
    chosen = visit.ask(exports.PAGES, ("crs",))
    crs = parameters.crs_of(visit.given)
    query = Query(srid=crs.srid, swapped=crs.swapped)
    writer = exports.writer(visit, layer, query, crs)
    query, crs = (writer.query, writer.crs) if writer else (query, crs)
    name = str(visit.request.path_params["feature"])
    seen = await visit.seen(layer)
    headers = _headers(visit, seen, crs, weak=False)
    if layer.editable and chosen != HTML:
        headers |= await editing.tag(visit, layer, name, chosen.name, visit.language, crs.uri)
        headers.pop("last-modified", None)
    body = await visit.service.store.feature(layer, name, visit.who, query)
    if body is None:
        raise NotFound(f"There is no feature {name[:100]!r} in {layer.id}.")
    if unchanged := state.not_modified(visit.request, headers):
        return unchanged
    found = visit.representations(f"{visit.base}/collections/{layer.id}/items/{segment(name)}")
    found.append(_collection_link(visit, layer))
    if chosen == HTML:
        feature = orjson.loads(body)
        page = await visit.page("item.html", name, layer=layer, feature=feature, links=found)
        return _with(headers, page)
    visit.may_be_kept([seen], headers)
    return Response((writer or formats.GeoJson()).one(body, found), headers=headers)


def _headers(visit: Visit, seen: Seen, crs: Crs, *, weak: bool = True) -> dict[str, str]:
    """A page of features tells the time: its tag is weak. A web page is tagged when it is made."""
    name = visit.chosen.name
    if name == HTML.name and crs.uri != CRS84:
        raise InvalidParameter(f"crs: f={name} answers in CRS84 only", parameter="crs")
    headers = visit.headers() | {"content-crs": f"<{crs.uri}>"}
    if name == HTML.name:
        return headers
    variant = (name, visit.language, visit.base)
    return headers | state.validators([seen], *variant, weak=weak)


def _queryables_link(visit: Visit, layer: Layer) -> dict[str, str]:
    """What may be filtered on, in a header (OGC 19-079r2 /req/queryables/queryables-link)."""
    address, rel = f"{visit.base}/collections/{layer.id}/queryables", f"{OGC_REL}/queryables"
    return {"link": f'<{address}>; rel="{rel}"; type="{SCHEMA.media_type}"'}


def _with(headers: dict[str, str], response: Response) -> Response:
    response.headers.update(headers)
    return response


async def _page_links(
    visit: Visit, layer: Layer, query: Query, after: After | None, profiles: Sequence[str]
) -> list[Link]:
    address = f"{visit.base}/collections/{layer.id}/items"
    found = visit.representations(address)
    if after is not None:
        cursors = await visit.service.cursors()
        further = {name: value for name, value in visit.kept.items() if name not in _START}
        further |= {"f": visit.chosen.name, "cursor": cursors.make(layer, query, after)}
        href = with_query(address, further)
        found.append(link(href, "next", visit.chosen.media_type, visit.texts["next"]))
    found.append(_collection_link(visit, layer))
    return found + [link(uri, "profile", "text/html") for uri in profiles]


_START: Final = ("offset", "cursor")


def _collection_link(visit: Visit, layer: Layer) -> Link:
    href = f"{visit.base}/collections/{layer.id}"
    return link(href, "collection", JSON.media_type, visit.texts["collection"])


async def _table(  # noqa: PLR0913, PLR0917  # what a page shows
    visit: Visit, layer: Layer, query: Query, page: Page, matched: Matched, links: list[Link]
) -> Response:
    return await visit.page(
        "items.html",
        pick(layer.title, visit.language),
        layer=layer,
        fields=compose.answered(layer, query),
        rows=[orjson.loads(feature) for feature in page.features],
        matched=matched,
        links=links,
        next=next((one["href"] for one in links if one["rel"] == "next"), None),
    )
