"""Parameters of ``items`` beyond Features core: filter, order, search, and what an answer holds.

Follows OGC 19-079r2 (filtering), OGC 24-030 (sorting), OGC 20-004r1 §8 (``q``) and OGC 23-058r1 §13
(``profile``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from geoloket import crs, filters
from geoloket.errors import BadRequest, InvalidParameter
from geoloket.layer import Layer

FILTER_LANGUAGES: Final = ("cql2-text", "cql2-json")
RESULT_TYPES: Final = ("results", "hits")
_READERS: Final = dict(zip(FILTER_LANGUAGES, (filters.read_text, filters.read_json), strict=True))
_MOST_KEYS: Final = 8
_MOST_WORDS: Final = 10
_LONGEST_WORDS: Final = 200

PROFILES: Final = ("rel-as-key", "rel-as-uri", "rel-as-link", "rfc7946")
"""No property of ours refers to another feature, so that each is what an answer is anyway."""
PROFILE_REGISTER: Final = "http://www.opengis.net/def/profile/OGC/0/"


def filtered(layer: Layer, given: Mapping[str, str]) -> dict[str, Any]:
    """Members of a Query for ``filter``, ``filter-lang`` and ``filter-crs``."""
    language = given.get("filter-lang", FILTER_LANGUAGES[0])
    if language not in _READERS:
        raise InvalidParameter(
            f"filter-lang: one of {', '.join(FILTER_LANGUAGES)}", parameter="filter-lang"
        )
    system = crs.parse(given["filter-crs"], "filter-crs") if "filter-crs" in given else None
    if "filter" not in given:
        if system is not None or "filter-lang" in given:
            raise BadRequest("filter-lang and filter-crs: have no meaning without filter")
        return {}
    system = system or crs.SUPPORTED[crs.CRS84]
    tree = _READERS[language](given["filter"], layer, system)
    return {"filter": tree, "filter_srid": system.srid}


def sortables(layer: Layer) -> tuple[str, ...]:
    """What features may be ordered by: the key, and the fields that say so."""
    return ("id", *(field.name for field in layer.fields if field.sortable))


def order(layer: Layer, text: str) -> tuple[tuple[str, bool], ...]:
    """``sortby``: names with ``+`` (ascending, the default) or ``-`` before them.

    A ``+`` that was not escaped arrives as a space.
    """
    known, found = sortables(layer), dict[str, bool]()
    for key in text.split(","):
        name = key[1:] if key[:1] in ("+", "-", " ") else key
        if name not in known:
            raise InvalidParameter(
                f"sortby: {name[:60]!r} is not a sortable of this collection", parameter="sortby"
            )
        if name in found:
            raise InvalidParameter(f"sortby: {name} is given twice", parameter="sortby")
        found[name] = key.startswith("-")
    if len(found) > _MOST_KEYS:
        raise InvalidParameter(f"sortby: at most {_MOST_KEYS} names", parameter="sortby")
    names = list(found)
    if "id" in found:  # it decides: what comes behind it changes nothing
        names = names[: names.index("id") + 1]
    return tuple((name, found[name]) for name in names)


def words(text: str) -> tuple[str, ...]:
    """``q``: terms with commas between, of which a feature holds one, each as a whole."""
    found = tuple(" ".join(term.split()) for term in text.split(","))
    if not all(found) or len(found) > _MOST_WORDS or len(text) > _LONGEST_WORDS:
        raise InvalidParameter(
            f"q: at most {_MOST_WORDS} terms with commas between, {_LONGEST_WORDS} characters",
            parameter="q",
        )
    return found


def properties(layer: Layer, text: str) -> tuple[str, ...]:
    """``properties``: names of fields, in the order of the layer; an empty text is none of them."""
    names = set(text.split(",")) if text else set[str]()
    known = [field.name for field in layer.fields]
    for name in names:
        if name not in known:
            raise InvalidParameter(
                f"properties: {name[:60]!r} is not a property of this collection",
                parameter="properties",
            )
    return tuple(name for name in known if name in names)


def skips_geometry(text: str | None) -> bool:
    """``skipGeometry``: true or false."""
    if text not in (None, "true", "false"):
        raise InvalidParameter("skipGeometry: true or false", parameter="skipGeometry")
    return text == "true"


def is_hits(text: str | None) -> bool:
    """``resulttype``: ``hits`` for the count alone."""
    if text is not None and text not in RESULT_TYPES:
        raise InvalidParameter(
            f"resulttype: one of {', '.join(RESULT_TYPES)}", parameter="resulttype"
        )
    return text == "hits"


def profiles(text: str | None) -> tuple[str, ...]:
    """URIs of the profiles of ``profile``: by identifier, URI or safe CURIE."""
    found: list[str] = []
    for part in text.split(",") if text is not None else ():
        name = part.removeprefix(PROFILE_REGISTER)
        if part.startswith("[ogc-profile:") and part.endswith("]"):
            name = part.removeprefix("[ogc-profile:").removesuffix("]")
        if name not in PROFILES:
            raise InvalidParameter(f"profile: one of {', '.join(PROFILES)}", parameter="profile")
        found.append(f"{PROFILE_REGISTER}{name}")
    return tuple(dict.fromkeys(found))
