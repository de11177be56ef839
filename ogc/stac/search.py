"""The page of items that a search finds, over all its collections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geoloket.errors import InvalidParameter
from geoloket.layer import Layer
from geoloket.query import Query
from ogc.stac.asking import Search, query_of
from ogc.stac.items import NAMES, Place, item
from ogc.visit import Visit

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Items of a page, how many there are on all pages, and the token of the next one."""

    items: list[Json]
    matched: int
    exact: bool
    token: str | None


async def find(visit: Visit, search: Search, layers: list[Layer], place: Place) -> Found:
    """The page. Raises InvalidParameter when no collection has what the search names."""
    asked = _asked(search, layers)
    matched, exact = 0, True
    pages: dict[str, list[Json]] = {}
    room = search.limit
    for layer, query in asked:
        seen = await visit.seen(layer)
        found = await visit.service.memory.count(seen, query)
        matched, exact = matched + found.count, exact and found.exact
        if room < 1 or query.offset >= found.count:
            pages[layer.id] = []
            continue
        # Without an order one collection comes behind the other: the second fills what is left.
        limit = search.limit if search.order else room
        near = visit.service.landmarks.near(seen.key, query.model_copy(update={"limit": limit}))
        page = await visit.service.store.page(layer, near, visit.who)
        pages[layer.id] = [item(layer.id, one, place) for one in page.features]
        room -= 0 if search.order else len(page.features)
    merged = _merged(search, pages)
    offsets = {layer.id: query.offset for layer, query in asked}
    for one in merged:
        offsets[one["collection"]] += 1
    more = sum(offsets.values()) < matched and bool(merged)
    token = ",".join(f"{name}:{offset}" for name, offset in offsets.items()) if more else None
    return Found([_narrowed(one, search) for one in merged], matched, exact, token)


def _asked(search: Search, layers: list[Layer]) -> list[tuple[Layer, Query]]:
    """A query for each collection that has all that the search names."""
    asked: list[tuple[Layer, Query]] = []
    fault: InvalidParameter | None = None
    for layer in layers:
        try:
            asked.append((layer, query_of(search, layer)))
        except InvalidParameter as error:
            fault = fault or error
    if fault and not asked:
        raise fault
    return asked


def _merged(search: Search, pages: dict[str, list[Json]]) -> list[Json]:
    """One list in the order of the search; what has no value comes last."""
    every = [one for page in pages.values() for one in page]
    if len(pages) > 1:
        for name, down in reversed(search.order):
            known = [one for one in every if _value(one, name) is not None]
            known.sort(key=lambda one, name=name: _value(one, name), reverse=down)
            every = known + [one for one in every if _value(one, name) is None]
    return every[: search.limit]


def _value(one: Json, name: str) -> Any:
    plain = name.removeprefix("properties.")
    if plain == "id":
        return one["id"]
    own = NAMES[one["collection"]].get(plain, plain)
    return one["properties"].get(plain, one["properties"].get(own))


_ALWAYS = frozenset({"type", "stac_version", "id", "collection", "links"})


def _narrowed(one: Json, search: Search) -> Json:
    """The item with the members that ``fields`` asks for."""
    if not search.include and not search.exclude:
        return one
    kept = dict(one)
    if search.include:
        tops = {name.split(".")[0] for name in search.include} | _ALWAYS
        kept = {name: value for name, value in kept.items() if name in tops}
        inner = {n.split(".", 1)[1] for n in search.include if n.startswith("properties.")}
        if inner and "properties" not in search.include:
            shown = {name: value for name, value in one["properties"].items() if name in inner}
            kept["properties"] = shown
    for name in search.exclude - _ALWAYS:
        top, _, rest = name.partition(".")
        if not rest:
            kept.pop(top, None)
        elif isinstance(kept.get(top), dict):
            kept[top] = {key: value for key, value in kept[top].items() if key != rest}
    return kept
