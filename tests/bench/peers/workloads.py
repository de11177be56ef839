"""What is asked, and of whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

import httpx
from bench.peers import dialects
from bench.peers.dialects import Cannot, Contender, Dialect
from bench.peers.places import Places

CONNECTIONS: Final = (1, 8, 32)
KEPT: Final = 4
"""Tiles and items that are asked over and over."""


@dataclass(frozen=True)
class Ask:
    """One GET: path with query, and the ETag that the client has already."""

    path: str
    etag: str = ""


@dataclass(frozen=True)
class Goals:
    """How many times a peer's rate, at the same connections; and how near the limits."""

    peers: dict[str, float] = field(default_factory=dict[str, float])
    limits: float | None = 1.3
    """Time at most so many times raw SQL + the in-memory answer."""
    memory: float | None = None
    """Time at most so many times the in-memory answer."""


@dataclass(frozen=True)
class Workload:
    """One line of questions; ``ask`` gives the addresses in a contender's words, or Cannot."""

    id: str
    title: str
    kind: Literal["items", "item", "tile", "unchanged"]
    ask: Callable[[Dialect], list[str]]
    contenders: tuple[Contender, ...]
    goals: Goals = Goals()


def workloads(places: Places, cursor: str) -> list[Workload]:
    """All of them, in the order of the table; ``cursor`` is Geoloket's address of the deep page."""
    everybody = (dialects.OURS, *dialects.PEERS, *dialects.FEATURES_PREPARED)
    pages = (*everybody, dialects.UNSORTED)
    ten_three = Goals({"pygeoapi": 10, "tipg": 3})
    deep = f"page of 10 at position {places.deep:,}"

    def at_deep(dialect: Dialect) -> list[str]:
        by_cursor = isinstance(dialect, dialects.Geoloket)
        return [cursor] if by_cursor else [dialect.items(10, offset=places.deep)]

    def by_offset(dialect: Dialect) -> list[str]:
        """As ArcGIS Pro pages: one after the other, of which Geoloket remembers where they end."""
        return [dialect.items(10, offset=places.deep + 10 * page) for page in range(-30, 0)]

    return [
        Workload("items", "items, limit=10", "items", lambda d: [d.items(10)],
                 (*pages, dialects.UNCOUNTED), ten_three),
        Workload("box", "items in a box, limit=1000", "items",
                 lambda d: [d.items(1000, bbox=box) for box in places.boxes],
                 (*pages, dialects.UNCOUNTED), ten_three),
        Workload("cql", "items by a CQL2 filter, limit=100", "items",
                 lambda d: [d.items(100, cql=text) for text in places.filters],
                 (*everybody, dialects.UNCOUNTED), ten_three),
        Workload("deep", f"{deep} (Geoloket by its next link, others by offset)", "items",
                 at_deep, pages, ten_three),
        Workload("offset", f"thirty pages of 10 up to position {places.deep:,}, by offset", "items",
                 by_offset, (dialects.OURS,)),  # remembering where pages end is not keeping them
        Workload("item", "one item", "item",
                 lambda d: [d.item(one) for one in places.ids], everybody, ten_three),
        *(_tiles(places, z, keep=False) for z in places.tiles),
        *(_tiles(places, z, keep=True) for z in places.tiles),
        Workload("kept-items", "items, limit=10, kept", "items",
                 lambda d: [d.items(10)], (dialects.KEPT,), Goals(limits=None, memory=1.2)),
        Workload("kept-item", "one item, kept", "item",
                 lambda d: [d.item(one) for one in places.ids[:KEPT]], (dialects.KEPT,),
                 Goals(limits=None, memory=1.2)),
        Workload("unchanged-items", "304 to items, limit=10", "unchanged",
                 lambda d: [d.items(10)], (dialects.KEPT,), Goals(limits=None, memory=1.2)),
        Workload("unchanged-tile", "304 to a tile at z14", "unchanged",
                 lambda d: [d.tile(places.tiles[14][0])], (dialects.KEPT,),
                 Goals(limits=None, memory=1.2)),
    ]  # fmt: skip


def _tiles(places: Places, z: int, *, keep: bool) -> Workload:
    tiles = places.tiles[z][:KEPT] if keep else places.tiles[z]

    def ask(dialect: Dialect) -> list[str]:
        return [dialect.tile(tile) for tile in tiles]

    if keep:
        goals = Goals(limits=None, memory=1.2)
        return Workload(f"kept-z{z}", f"tile at z{z}, kept", "tile", ask, (dialects.KEPT,), goals)
    makers = (dialects.OURS, *dialects.PEERS, *dialects.TILES_PREPARED)
    if z < 15:
        makers = (*makers, dialects.GENERALISED)
    return Workload(f"made-z{z}", f"tile at z{z}, made", "tile", ask, makers, Goals({"tipg": 2}))


def asks(workload: Workload, contender: Contender, base: str) -> list[Ask]:
    """What wrk is to ask; for a 304 the server's ETag is fetched first. May raise Cannot."""
    paths = workload.ask(contender.dialect)
    if workload.kind != "unchanged":
        return [Ask(path) for path in paths]
    found: list[Ask] = []
    for path in paths:
        # As wrk asks: each encoding has an ETag of its own.
        answer = httpx.get(base + path, headers={"accept-encoding": "identity"}, timeout=60)
        etag = answer.headers.get("etag", "")
        if not etag:
            raise Cannot("no ETag")
        found.append(Ask(path, etag))
    return found


def deep_cursor(base: str, places: Places) -> str:
    """The address that Geoloket's ``next`` link gives for the deep page."""
    before = dialects.Geoloket().items(10, offset=places.deep - 10)
    answer = httpx.get(base + before, timeout=120).raise_for_status().json()
    href = next(link["href"] for link in answer["links"] if link["rel"] == "next")
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}"
