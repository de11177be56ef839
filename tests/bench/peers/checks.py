"""Whether the answers are alike, before anything is timed; the outcome is printed in the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
from bench.peers.data import FIELDS
from bench.peers.programs import Failed
from bench.peers.workloads import Ask, Workload

PATIENCE_S = 40
"""How long one answer is waited for."""


@dataclass(frozen=True)
class Answer:
    """What one answer holds, as far as it is compared."""

    status: int
    size: int
    ids: tuple[str, ...] = ()
    matched: int | None = None
    fields: frozenset[str] = frozenset()
    digits: int = 0
    """Most decimals of a coordinate of the first feature."""
    features: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Likeness:
    """How answers differ from Geoloket's; ``timed`` when they hold as many features."""

    timed: bool
    words: str


def read(workload: Workload, base: str, ask: Ask) -> Answer:
    """Ask once and read the answer. Raises Failed when there is none to compare."""
    headers = {"accept-encoding": "identity"} | ({"if-none-match": ask.etag} if ask.etag else {})
    try:
        response = httpx.get(base + ask.path, headers=headers, timeout=PATIENCE_S)
    except httpx.TransportError as error:
        raise Failed(f"no answer within {PATIENCE_S} s: {type(error).__name__}") from None
    wanted = 304 if workload.kind == "unchanged" else 200
    kind = response.headers.get("content-type", "")
    if response.status_code != wanted or kind.startswith("text/html"):
        words = re.sub(r"<[^>]*>|\s+", " ", response.text)[:200].strip()
        raise Failed(f"answered {response.status_code} {words}")
    size, seconds = len(response.content), response.elapsed.total_seconds()
    match workload.kind:
        case "unchanged":
            return Answer(response.status_code, size, seconds=seconds)
        case "tile":
            features = features_of_tile(response.content)
            return Answer(response.status_code, size, features=features, seconds=seconds)
        case "items" | "item":
            return _features(response, seconds)


def _features(response: httpx.Response, seconds: float) -> Answer:
    document: dict[str, Any] = orjson.loads(response.content)
    features: list[dict[str, Any]] = document.get("features", [document])
    decimals = re.findall(rb"\d\.(\d+)", _coordinates(response.content))
    return Answer(
        response.status_code,
        len(response.content),
        ids=tuple(str(one["id"]) for one in features),
        matched=document.get("numberMatched"),
        fields=frozenset(features[0]["properties"]) - {"id"} if features else frozenset(),
        digits=max(map(len, decimals), default=0),
        features=len(features),
        seconds=seconds,
    )


def _coordinates(body: bytes) -> bytes:
    """The coordinates of the first feature, as written."""
    begin = body.find(b'"coordinates"')
    return body[begin : body.find(b"]]]", begin)]


def compare(ours: Sequence[Answer], theirs: Sequence[Answer]) -> Likeness:
    """In words; answers with another number of features are not timed against ours.

    A slow server may have been asked for fewer addresses than we. Of each kind of unlikeness the
    first is told.
    """
    pairs = list(zip(ours, theirs, strict=False))
    unlike: dict[str, str] = {}
    for pair in pairs:
        for kind, words in _unlike(*pair):
            unlike.setdefault(kind, words)
    ratio = sum(one.size for _, one in pairs) / max(1, sum(one.size for one, _ in pairs))
    if not 0.8 < ratio < 1.25:
        unlike["size"] = f"{ratio:.2f} × the bytes"
    return Likeness(all(_as_many(*pair) for pair in pairs), "; ".join(unlike.values()))


def _as_many(ours: Answer, theirs: Answer) -> bool:
    """Some servers leave the margin of a tile empty: what only lies there may be missing.

    Others find what touches a box in another way: some of a large page may be missing too.
    """
    slack = ours.features // 20 if ours.ids else max(2, ours.features // 6)
    return abs(ours.features - theirs.features) <= slack


def _unlike(ours: Answer, theirs: Answer) -> Iterator[tuple[str, str]]:
    if ours.features != theirs.features:
        yield "features", f"{theirs.features} features for {ours.features}"
    elif ours.ids != theirs.ids:
        same = len(set(ours.ids) & set(theirs.ids))
        whole = same == len(ours.ids)
        yield "order", "other order" if whole else f"{same} of {len(ours.ids)} features the same"
    if ours.matched != theirs.matched:
        told = "no numberMatched" if theirs.matched is None else f"numberMatched {theirs.matched}"
        yield "matched", f"{told} for {ours.matched}"
    if ours.digits != theirs.digits:
        yield "digits", f"{theirs.digits} decimals for {ours.digits}"
    if missing := (ours.fields & set(FIELDS)) - theirs.fields:
        yield "fields", f"without {', '.join(sorted(missing))}"


def features_of_tile(body: bytes) -> int:
    """Features of all layers of a Mapbox Vector Tile (layers are field 3, features field 2)."""
    return sum(
        sum(1 for number, _ in _fields(layer) if number == 2)
        for number, layer in _fields(body)
        if number == 3
    )


def _fields(message: bytes) -> list[tuple[int, bytes]]:
    """Number and content of each length-delimited field of a protobuf message."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 2:
                size, at = _varint(message, at)
                found.append((key >> 3, message[at : at + size]))
                at += size
            case 0:
                _, at = _varint(message, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case other:
                raise Failed(f"not a tile: wire type {other}")
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
        shift += 7
