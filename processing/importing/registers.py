"""Answers of the Adressenregister API (v2) as rows: single addresses, and pages of a list.

A list has no positions: only single answers (``/v2/adressen/{id}``) can be imported, which is what
the service reader fetches. Their position is a GML point in a string, with its own CRS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import IO, Any, Final, cast

import orjson
import shapely

from processing.importing.source import GEOMETRY, Rows

COLUMNS: Final = (
    "adresid", "versieid", "posspec", "posgeommet", "straatnmid", "straatnm", "huisnr", "busnr",
    "postcode", "postnaam", "gemeenteid", "gemeentenm", "status", "offtoegknd", "voladres",
)  # fmt: skip
"""Columns as the register's own download names them, so that one section of load.sql takes both."""

_POSITION: Final = re.compile(
    r'srsName="[^"]*[/:](?P<srid>\d{4,5})"[^>]*>.*?<gml:pos>\s*(?P<x>[-\d.]+)\s+(?P<y>[-\d.]+)',
    re.DOTALL,
)


def read(name: str, opener: Callable[[], IO[bytes]]) -> Rows | None:
    """The addresses of a file with one answer of the API, or a list; None for anything else."""
    if not name.lower().endswith(".json"):
        return None
    with opener() as stream:
        content = stream.read()
    if b'"adresPositie"' not in content:
        return None
    document: Any = orjson.loads(content)
    answers = cast("list[Any]", document) if isinstance(document, list) else [document]
    rows = [address(answer) for answer in answers]
    return Rows(name, COLUMNS, rows, srid=srid_of(answers), total=len(rows))


def address(answer: Mapping[str, Any]) -> dict[str, object]:
    """One answer of ``/v2/adressen/{id}`` under the column names of the download."""
    position: Mapping[str, Any] = answer.get("adresPositie") or {}
    municipality: Mapping[str, Any] = answer.get("gemeente") or {}
    street: Mapping[str, Any] = answer.get("straatnaam") or {}
    postal: Mapping[str, Any] = answer.get("postinfo") or {}
    identity: Mapping[str, Any] = answer["identificator"]
    return {
        "adresid": identity.get("objectId"),
        "versieid": identity.get("versieId"),
        "posspec": position.get("positieSpecificatie"),
        "posgeommet": position.get("positieGeometrieMethode"),
        "straatnmid": street.get("objectId"),
        "straatnm": _spelling(street.get("straatnaam")),
        "huisnr": answer.get("huisnummer"),
        "busnr": answer.get("busnummer"),
        "postcode": postal.get("objectId"),
        "gemeenteid": municipality.get("objectId"),
        "gemeentenm": _spelling(municipality.get("gemeentenaam")),
        "status": answer.get("adresStatus"),
        "offtoegknd": answer.get("officieelToegekend"),
        "voladres": _spelling(answer.get("volledigAdres")),
        GEOMETRY: _point(position),
    }


def srid_of(answers: list[Any]) -> int | None:
    """EPSG number of the positions: read each time, the register moves to Lambert 2008 one day.

    None when they differ; then the Lambert guard tells them apart.
    """
    found = {_gml(answer.get("adresPositie") or {}) for answer in answers}
    numbers = {int(match["srid"]) for match in found if match}
    return numbers.pop() if len(numbers) == 1 else None


def _gml(position: Mapping[str, Any]) -> re.Match[str] | None:
    geometry: Mapping[str, Any] = position.get("geometrie") or {}
    return _POSITION.search(str(geometry.get("gml", "")))


def _point(position: Mapping[str, Any]) -> Any:
    match = _gml(position)
    return shapely.Point(float(match["x"]), float(match["y"])) if match else None


def _spelling(name: Any) -> str | None:
    return name["geografischeNaam"]["spelling"] if name else None
