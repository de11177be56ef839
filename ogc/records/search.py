"""What to find in the catalogue: the core query parameters of OGC 20-004r1 §7.4, and sorting.

The records are few and in memory, so that they are looked through one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from typing import Any, Final

from geoloket import crs
from geoloket.errors import InvalidParameter
from geoloket.features import Period
from geoloket.query import DEFAULT_LIMIT, MAX_LIMIT, Box
from ogc.parameters import box, interval
from ogc.records.entries import Entry

Json = dict[str, Any]

FILTERS: Final = ("q", "bbox", "datetime", "type", "ids", "externalIds")
QUERYABLES: Final = ("title", "keywords", "themes", "license")
"""Properties of a record that are parameters too; ``themes`` are the codes of concepts."""
SORTABLES: Final = ("id", "title", "type", "updated")
DEFAULT_ORDER: Final = (("title", False),)
PAGING: Final = ("limit", "offset")
PARAMETERS: Final = (*PAGING, *FILTERS, "bbox-crs", "crs", "sortby", *QUERYABLES)

_DIGITS: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Search:
    """A selection of records; what is empty or None selects all."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    terms: tuple[re.Pattern[str], ...] = ()
    bbox: Box | None = None
    begin: datetime | None = None
    end: datetime | None = None
    types: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    external: frozenset[str] = frozenset()
    equals: tuple[tuple[str, frozenset[str]], ...] = ()
    order: tuple[tuple[str, bool], ...] = DEFAULT_ORDER
    """Sortable, and whether it is descending."""

    def selects(self, entry: Entry, record: Json) -> bool:
        """Whether a record satisfies every predicate (/req/records-api/query-params)."""
        properties = record["properties"]
        return (
            (not self.ids or record["id"] in self.ids)
            and (not self.types or properties["type"] in self.types)
            and (not self.terms or _says(properties, record["id"], self.terms))
            and (self.bbox is None or entry.box is None or _overlap(self.bbox, entry.box))
            and self._dates(entry.period)
            and (not self.external or _known_as(properties, self.external))
            and all(wanted & _values(properties, name) for name, wanted in self.equals)
        )

    def _dates(self, period: Period | None) -> bool:
        """A record without dates is found too, like a feature without them."""
        if period is None:
            return True
        begin, end = _moment(period.begin, clock.min), _moment(period.end, clock.max)
        starts_in_time = begin is None or self.end is None or begin <= self.end
        ends_in_time = end is None or self.begin is None or end >= self.begin
        return starts_in_time and ends_in_time

    def sorted(self, records: Sequence[Json]) -> list[Json]:
        """By the keys of ``order``, then by id."""
        found = sorted(records, key=lambda record: record["id"])
        for name, descending in reversed(self.order):
            found.sort(key=lambda record: _sort_value(record, name), reverse=descending)
        return found


def search(given: Mapping[str, str]) -> Search:
    """The selection that the parameters ask for; one without a value does not count.

    Raises InvalidParameter (/req/record-core-query-parameters/empty-value and the others).
    """
    told = {name: value for name, value in given.items() if value.strip()}
    for name in ("crs", "bbox-crs"):
        if name in told and crs.parse(told[name], name).uri != crs.CRS84:
            raise InvalidParameter(f"{name}: records are in {crs.CRS84}", parameter=name)
    begin, end = interval(told["datetime"]) if "datetime" in told else (None, None)
    return Search(
        limit=min(_whole(told, "limit", DEFAULT_LIMIT, 1), MAX_LIMIT),
        offset=_whole(told, "offset", 0, 0),
        terms=tuple(_term(term) for term in _listed(told.get("q", ""))),
        bbox=box(told["bbox"], crs.SUPPORTED[crs.CRS84]) if "bbox" in told else None,
        begin=begin,
        end=end,
        types=frozenset(_listed(told.get("type", ""))),
        ids=frozenset(_listed(told.get("ids", ""))),
        external=frozenset(_listed(told.get("externalIds", ""))),
        equals=tuple((name, frozenset(_listed(told[name]))) for name in QUERYABLES if name in told),
        order=_order(told["sortby"]) if "sortby" in told else DEFAULT_ORDER,
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _whole(given: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not _DIGITS.fullmatch(text) or int(text) < least:
        raise InvalidParameter(f"{name}: a whole number from {least}", parameter=name)
    return int(text)


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    """``sortby``: names with ``+`` (ascending, the default) or ``-`` before them."""
    found: list[tuple[str, bool]] = []
    for part in text.split(","):
        # A plus sign that was not escaped comes as a space.
        name = part.strip().removeprefix("+").removeprefix("-")
        if name not in SORTABLES:
            names = ", ".join(SORTABLES)
            raise InvalidParameter(f"sortby: each is one of {names}", parameter="sortby")
        found.append((name, part.strip().startswith("-")))
    return tuple(found)


def _term(words: str) -> re.Pattern[str]:
    """Words that must stand behind each other, with any white space between."""
    return re.compile(r"\s+".join(re.escape(word) for word in folded(words).split()))


def folded(text: str) -> str:
    """Without capitals and accents, to be compared.

    >>> folded("Coördinaten")
    'coordinaten'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _says(properties: Json, name: str, terms: Sequence[re.Pattern[str]]) -> bool:
    themes = [concept["title"] for concept in _concepts(properties)]
    texts = [name, properties["title"], properties["description"], *themes]
    texts += properties.get("keywords", ())
    return any(term.search(folded(text)) for term in terms for text in texts)


def _concepts(properties: Json) -> list[Json]:
    return [concept for theme in properties["themes"] for concept in theme["concepts"]]


def _values(properties: Json, name: str) -> frozenset[str]:
    if name == "themes":
        return frozenset(concept["id"] for concept in _concepts(properties))
    value = properties.get(name, ())
    return frozenset([value] if isinstance(value, str) else value)


def _known_as(properties: Json, wanted: frozenset[str]) -> bool:
    """By value, by scheme and value, or by scheme alone (/req/…/externalIds-response)."""
    for one in properties.get("externalIds", ()):
        scheme, value = one.get("scheme", ""), one["value"]
        if wanted & {value, f"{scheme}:{value}", *([scheme, f"{scheme}:"] if scheme else ())}:
            return True
    return False


def _overlap(asked: Box, found: Box) -> bool:
    """Whether two boxes touch; the first may cross the antimeridian (west above east)."""
    west, south, east, north = asked
    if found[3] < south or found[1] > north:
        return False
    if west <= east:
        return found[0] <= east and found[2] >= west
    return found[2] >= west or found[0] <= east


def _moment(value: date | datetime | None, side: clock) -> datetime | None:
    if isinstance(value, datetime) or value is None:
        return value
    return datetime.combine(value, side, UTC)


def _sort_value(record: Json, name: str) -> str:
    return record["id"] if name == "id" else folded(record["properties"][name])
