"""Values and geometries that somebody sends, held against the declaration of their layer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

from geoloket import crs
from geoloket.crs import Crs
from geoloket.errors import InvalidFeature
from geoloket.field import LayerField
from geoloket.layer import Layer

Json = Mapping[str, Any]

_OWN: Final = "retired_on"
"""What we write among the properties ourselves, and what comes back with them: null, here."""
_LONGEST: Final = 20_000
"""Characters of a text."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXPECTED: Final = {
    "text": "a text",
    "uri": "an address with a scheme, such as https://…",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2026-05-31",
    "instant": "a moment with its zone, such as 2026-05-31T14:00:00Z",
}


def values(layer: Layer, properties: Json) -> dict[str, Any]:
    """What the properties mean, by column; raises InvalidFeature with every fault at once."""
    faults: list[str] = []
    found: dict[str, Any] = {}
    for name, given in properties.items():
        field = layer.field(name)
        if field is None:
            if name != _OWN or given is not None:
                faults.append(f"{name[:60]}: {layer.id} has no such property")
            continue
        try:
            found[name] = None if given is None else _value(field, given)
        except (ValueError, OverflowError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise InvalidFeature("; ".join(faults[:10]))
    return found


def _value(field: LayerField, given: Any) -> Any:
    wrong = ValueError(f"must be {_EXPECTED[field.type]}, or null")
    match field.type:
        case "boolean":
            value, fits = given, isinstance(given, bool)
        case "integer":
            fits = not isinstance(given, bool) and isinstance(given, int | float)
            fits = fits and float(given).is_integer() and abs(given) < 2**63
            value = int(given) if fits else None
        case "number":
            fits = not isinstance(given, bool) and isinstance(given, int | float)
            value = float(given) if fits else math.nan
            fits = fits and math.isfinite(value)
        case "date":
            fits = isinstance(given, str) and _DATE.fullmatch(given) is not None
            value = _parsed(date.fromisoformat, given, wrong) if fits else None
        case "instant":
            value = (
                _parsed(datetime.fromisoformat, given, wrong) if isinstance(given, str) else None
            )
            fits = value is not None and value.tzinfo is not None
        case "text" | "uri":
            value, fits = given, _is_text(given) and (field.type == "text" or _is_address(given))
    if not fits:
        raise wrong
    if field.codes and value not in field.codes:
        raise ValueError(f"must be one of {', '.join(field.codes)}")
    return value


def _parsed(read: Any, text: str, wrong: ValueError) -> Any:
    try:
        return read(text)
    except ValueError:
        raise wrong from None


def _is_text(given: object) -> bool:
    return isinstance(given, str) and "\0" not in given and len(given) <= _LONGEST


def _is_address(given: str) -> bool:
    try:
        return bool(urlsplit(given).scheme)
    except ValueError:
        return False


def checked_geometry(layer: Layer, given: Any, system: Crs) -> None:
    """Whether a GeoJSON geometry can be in this CRS; the database looks at its shape.

    Raises InvalidFeature: Belgian coordinates tell by themselves which system they are in.
    """
    if layer.geometry is None:
        raise InvalidFeature(f"geometry: {layer.id} has none")
    if not isinstance(given, dict) or not isinstance(cast("Json", given).get("type"), str):
        raise InvalidFeature("geometry: must be a GeoJSON geometry, or null")
    geometry = cast("Json", given)
    if geometry["type"] == "GeometryCollection":
        raise InvalidFeature("geometry: a GeometryCollection cannot be kept")
    if "crs" in geometry:
        raise InvalidFeature("geometry: the CRS is said by the header Content-Crs")
    places = list(_places(geometry.get("coordinates")))
    if not places:
        raise InvalidFeature("geometry: has no coordinates")
    for place in places:
        x, y = (place[1], place[0]) if system.swapped else (place[0], place[1])
        _check_place(x, y, system)


def _check_place(x: float, y: float, system: Crs) -> None:
    guessed = crs.guess_srid(x, y)
    if system.srid == 3857:
        if not (200_000 < x < 750_000 and 6_300_000 < y < 6_800_000):
            raise InvalidFeature("geometry: this is not in Belgium in EPSG:3857")
    elif guessed != system.srid:
        told = f"; they look like EPSG:{guessed}" if guessed else ""
        raise InvalidFeature(
            f"geometry: these coordinates do not lie in Belgium in {system.uri}{told}. "
            "The header Content-Crs says in which system they are; without it that is CRS84."
        )


def _places(given: Any) -> Iterator[tuple[float, float]]:
    """Every position, flat; raises InvalidFeature for what is none."""
    waiting: list[tuple[Any, int]] = [(given, 0)]
    while waiting:
        one, depth = waiting.pop()
        if not isinstance(one, list) or depth > 4:
            raise InvalidFeature("geometry: coordinates must be numbers in lists")
        items = cast("Sequence[Any]", one)
        if items and all(_is_number(item) for item in items):
            if len(items) not in (2, 3):
                raise InvalidFeature("geometry: a position is two numbers, or three")
            yield float(items[0]), float(items[1])
        else:
            waiting += [(item, depth + 1) for item in items]


def _is_number(given: object) -> bool:
    return not isinstance(given, bool) and isinstance(given, int | float) and math.isfinite(given)


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    base: dict[str, Any] = dict(cast("Json", target)) if isinstance(target, dict) else {}
    for name, value in cast("Json", patch).items():
        if value is None:
            base.pop(name, None)
        else:
            base[name] = merged(base.get(name), value)
    return base
