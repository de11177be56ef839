"""A search as STAC words it, out of a query string or a JSON body: strict, one fault at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import orjson

from geoloket import crs, filters
from geoloket.crs import CRS84
from geoloket.errors import InvalidParameter
from geoloket.filters import text
from geoloket.layer import Layer
from geoloket.query import MAX_OFFSET, Query
from ogc import parameters, selecting
from ogc.stac.items import COLLECTIONS, NAMES

Json = dict[str, Any]

PARAMETERS: Final = (
    *("bbox", "datetime", "limit", "ids", "collections", "intersects", "token"),
    *("filter", "filter-lang", "filter-crs", "sortby", "fields"),
)
MOST: Final = 1000
_MOST_IDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; ``offsets`` is where the page starts in each collection."""

    collections: tuple[str, ...] = COLLECTIONS
    limit: int = 10
    query: Query = field(default_factory=Query)
    conditions: tuple[Json, ...] = ()
    """CQL2 JSON with STAC's names; an item meets all of them."""
    order: tuple[tuple[str, bool], ...] = ()
    offsets: Mapping[str, int] = field(default_factory=dict[str, int])
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()


def from_query(given: Mapping[str, str]) -> Search:
    """Of a GET. Raises InvalidParameter."""
    body: Json = dict(given)
    for name in ("ids", "collections", "bbox"):
        if name in given:
            body[name] = given[name].split(",")
    if "limit" in given:
        body["limit"] = int(given["limit"]) if given["limit"].isdecimal() else given["limit"]
    if "intersects" in given:
        body["intersects"] = _json(given["intersects"], "intersects")
    if "sortby" in given:
        body["sortby"] = [_key(one) for one in given["sortby"].split(",")]
    if "fields" in given:
        names = [one.strip() for one in given["fields"].split(",") if one.strip()]
        out = [one[1:] for one in names if one.startswith("-")]
        body["fields"] = {
            "include": [one.removeprefix("+") for one in names if not one.startswith("-")],
            "exclude": out,
        }
    if "filter" in given and given.get("filter-lang", "cql2-text") == "cql2-json":
        body["filter"] = _json(given["filter"], "filter")
    body.setdefault("filter-lang", "cql2-text")
    return from_body(body)


def from_body(body: Json) -> Search:
    """Of a POST. Raises InvalidParameter."""
    for name in body:
        if name not in PARAMETERS:
            raise _fault(name[:60], "is not a member of a search")
    if "bbox" in body and "intersects" in body:
        raise _fault("bbox", "not together with intersects")
    include, exclude = _fields(body.get("fields"))
    return Search(
        _collections(body),
        _limit(body.get("limit", 10)),
        _query(body),
        tuple(_conditions(body)),
        _order(body.get("sortby")),
        _offsets(body.get("token")),
        include,
        exclude,
    )


def query_of(search: Search, layer: Layer) -> Query:
    """The same for one collection. Raises InvalidParameter for a name that it does not have."""
    names = NAMES[layer.id]
    found: Json = {}
    if search.conditions:
        parts = [_renamed(one, names) for one in search.conditions]
        whole = parts[0] if len(parts) == 1 else {"op": "and", "args": parts}
        tree = filters.read_json(orjson.dumps(whole).decode(), layer, crs.SUPPORTED[CRS84])
        found["filter"] = tree
    if search.order:
        keys = [("-" if down else "") + _own(name, names) for name, down in search.order]
        found["order"] = selecting.order(layer, ",".join(keys))
    offset = search.offsets.get(layer.id, 0)
    return search.query.model_copy(update={**found, "limit": search.limit, "offset": offset})


def _own(name: str, names: Mapping[str, str]) -> str:
    plain = name.removeprefix("properties.")
    return names.get(plain, plain)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        known = cast("Json", node)
        if isinstance(known.get("property"), str) and len(known) == 1:
            return {"property": _own(known["property"], names)}
        return {key: _renamed(value, names) for key, value in known.items()}
    return (
        [_renamed(one, names) for one in cast("list[Any]", node)]
        if isinstance(node, list)
        else node
    )


def _query(body: Json) -> Query:
    found: Json = {}
    if "datetime" in body:
        moments = _text(body, "datetime")
        if not any("T" in part.upper() for part in moments.split("/")) or moments.count("/") > 1:
            # STAC knows no days, and no interval that is open at both sides.
            raise _fault("datetime", "an RFC 3339 moment, or an interval with one in it")
        found["begin"], found["end"] = parameters.interval(moments)
    if "bbox" in body:
        box = body["bbox"]
        if not isinstance(box, list):
            raise _fault("bbox", "a list of four or six numbers")
        sides = ",".join(map(str, cast("list[Any]", box)))
        found["bbox"] = parameters.box(sides, crs.SUPPORTED[CRS84])
    return Query(**found)


def _conditions(body: Json) -> list[Json]:
    found: list[Json] = []
    if "ids" in body:
        ids = _texts(body, "ids")
        found.append({"op": "in", "args": [{"property": "id"}, ids[:_MOST_IDS]]})
    if "intersects" in body:
        shape = body["intersects"]
        if not isinstance(shape, dict):
            raise _fault("intersects", "a GeoJSON geometry")
        found.append({"op": "s_intersects", "args": [{"property": "geometry"}, shape]})
    language = body.get("filter-lang", "cql2-json")
    if language not in selecting.FILTER_LANGUAGES:
        raise _fault("filter-lang", f"one of {', '.join(selecting.FILTER_LANGUAGES)}")
    if body.get("filter-crs", CRS84) != CRS84:
        raise _fault("filter-crs", f"only {CRS84}")
    if "filter" in body:
        given = body["filter"]
        parsed = text.parsed(given) if isinstance(given, str) and language == "cql2-text" else given
        if not isinstance(parsed, dict):
            raise _fault("filter", f"not a filter in {language}")
        found.append(cast("Json", parsed))
    return found


def _collections(body: Json) -> tuple[str, ...]:
    if "collections" not in body:
        return COLLECTIONS
    names = _texts(body, "collections")
    return tuple(one for one in COLLECTIONS if one in names)


def _limit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not value >= 1:
        raise _fault("limit", "a whole number from 1")
    return min(value, MOST)


def _order(given: Any) -> tuple[tuple[str, bool], ...]:
    if given is None:
        return ()
    found: list[tuple[str, bool]] = []
    for one in cast("list[Any]", given) if isinstance(given, list) else [None]:
        match one:
            case {"field": str(name)} if one.get("direction", "asc") in ("asc", "desc"):
                found.append((name, one.get("direction") == "desc"))
            case _:
                raise _fault("sortby", "a list of fields with a direction, asc or desc")
    return tuple(found[:8])


def _offsets(token: Any) -> dict[str, int]:
    """Where the page starts: ``orthophotos:10,panoramas:0``."""
    if token is None:
        return {}
    found: dict[str, int] = {}
    for part in str(token).split(","):
        name, _, number = part.partition(":")
        known = name in COLLECTIONS and number.isascii() and number.isdigit() and len(number) < 10
        if not known or int(number) > MAX_OFFSET:
            raise _fault("token", "not one that we gave")
        found[name] = int(number)
    return found


def _fields(given: Any) -> tuple[frozenset[str], frozenset[str]]:
    if given is None:
        return frozenset(), frozenset()
    if not isinstance(given, dict):
        raise _fault("fields", "lists of names to include and to exclude")
    known = cast("Json", given)
    lists = [_texts(known, name) if known.get(name) else [] for name in ("include", "exclude")]
    return frozenset(lists[0]), frozenset(lists[1])


def _key(text_: str) -> Json:
    down = text_.startswith("-")
    return {
        "field": text_[1:] if text_[:1] in "+- " else text_,
        "direction": "desc" if down else "asc",
    }


def _json(source: str, name: str) -> Any:
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError:
        raise _fault(name, "not JSON") from None


def _text(body: Json, name: str) -> str:
    if not isinstance(body[name], str):
        raise _fault(name, "a text")
    return body[name]


def _texts(body: Json, name: str) -> list[str]:
    given = body[name]
    listed = cast("list[Any]", given) if isinstance(given, list) else []
    if not listed or len(listed) > _MOST_IDS or not all(isinstance(one, str) for one in listed):
        raise _fault(name, f"a list of at most {_MOST_IDS} texts")
    if any("\0" in one for one in listed):
        raise _fault(name, "holds a NUL byte")
    return listed


def _fault(name: str, reason: str) -> InvalidParameter:
    return InvalidParameter(f"{name}: {reason}", parameter=name)
