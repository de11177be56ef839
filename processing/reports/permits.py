"""The process ``permit-report``: a year of permits, read as any visitor reads them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median_low
from typing import Any, Final
from zoneinfo import ZoneInfo

import shapely
from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose, statements
from geoloket.access import VISITOR, AccessPolicy
from geoloket.database import connect
from geoloket.layer import Layer
from geoloket.permits.groups import OPEN
from geoloket.permits.words import words
from geoloket.process import StoredFile
from geoloket.registry import LayerRegistry
from processing.context import JobContext, Rejected
from processing.reports.permit_page import Area, Page, page
from processing.reports.processes import PermitReportInputs, PermitReportOutputs

_SHAPES: Final = ("Polygon", "MultiPolygon")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ELSEWHERE: Final = "elders"


def run(context: JobContext, inputs: PermitReportInputs) -> PermitReportOutputs:
    """Read, count, draw. Raises Rejected for areas that there are not."""
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/Brussels")).date()
    layer = _areas_of(context, inputs)
    context.step("reading")
    with connect(context.dsn, role=VISITOR.role.database_role) as connection:
        areas = _areas(connection, layer, inputs.area) if layer else []
        fixed = statements.read("permit_report")["files"]
        rows = connection.execute(fixed, {"year": inputs.year, "today": today}).fetchall()
    if inputs.area and not areas:
        raise Rejected(f"area: there is no {inputs.area[:100]!r} in {inputs.areas}")
    files = _placed(rows, areas, today)
    if inputs.area:
        files = [one for one in files if one["area"] != _ELSEWHERE]
    context.step("writing", 60)
    start = f"jobs/{context.job}/permits-{inputs.year}"
    with context.storage.write(f"{start}.html") as path:
        told = Page(inputs.year, today, files, areas, whole=inputs.area is None)
        path.write_text(page(told), encoding="utf-8")
    with context.storage.write(f"{start}.csv") as path:
        _table(path, files)
    days = [one["days"] for one in files if one["days"] is not None]
    return PermitReportOutputs(
        files=len(files),
        decided=len(days),
        median_days=median_low(days) if days else None,
        overdue=sum(1 for one in files if one["overdue"]),
        report=StoredFile(key=f"{start}.html", media_type="text/html"),
        table=StoredFile(key=f"{start}.csv", media_type="text/csv"),
    )


def _areas_of(context: JobContext, inputs: PermitReportInputs) -> Layer | None:
    if inputs.areas is None:
        if inputs.area:
            raise Rejected("area: say of which layer of areas")
        return None
    known = LayerRegistry.read(context.settings.layers).get(inputs.areas)
    layer = AccessPolicy().layer(known, VISITOR) if known else None
    if layer is None or layer.geometry is None or layer.geometry.type not in _SHAPES:
        raise Rejected(f"areas: there is no public layer of areas {inputs.areas!r}")
    return layer


def _areas(connection: Connection[DictRow], layer: Layer, only: str | None) -> list[Area]:
    label = (layer.map and layer.map.label) or "id"
    statement = sql.SQL(
        "SELECT {}::text AS name, ST_AsBinary(geom) AS shape FROM {} "
        "WHERE retired_on IS NULL AND geom IS NOT NULL "
        "AND (%(only)s::text IS NULL OR id = %(only)s) AND {} ORDER BY 1, id LIMIT %(most)s"
    ).format(sql.Identifier(label), compose.table(layer), AccessPolicy().rows(layer, VISITOR))
    rows = connection.execute(statement, {"only": only, "most": _MOST_AREAS}).fetchall()
    return [Area(row["name"] or "?", shapely.from_wkb(bytes(row["shape"]))) for row in rows]


_MOST_AREAS: Final = 2000


def _placed(
    rows: Sequence[dict[str, Any]], areas: Sequence[Area], today: date
) -> list[dict[str, Any]]:
    """Each file with the area that its site lies in, and whether it is late."""
    tree: Any = shapely.STRtree([area.shape for area in areas])
    found: list[dict[str, Any]] = []
    for row in rows:
        hits: list[int] = []
        if row["x"] is not None and areas:
            spot = shapely.Point(row["x"], row["y"])
            hits = sorted(int(at) for at in tree.query(spot, predicate="within"))
        due = row["decision_due"]
        found.append(
            row
            | {
                "area": areas[hits[0]].name if hits else _ELSEWHERE,
                "overdue": due is not None and row["status"] in OPEN and due < today,
                "late": due is not None
                and row["decided_on"] is not None
                and row["decided_on"] > due,
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    name: str


_COLUMNS: Final = (
    _Column("dossiernummer", "file_number"),
    _Column("onderwerp", "title"),
    _Column("adres", "address"),
    _Column("gebied", "area"),
    _Column("procedure", "procedure"),
    _Column("status", "status"),
    _Column("ingediend op", "submitted_on"),
    _Column("beslissing uiterlijk op", "decision_due"),
    _Column("eerste beslissing op", "decided_on"),
    _Column("dagen", "days"),
    _Column("over tijd", "overdue"),
    _Column("te laat beslist", "late"),
    _Column("x", "x"),
    _Column("y", "y"),
)


def _table(path: Path, files: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.head for column in _COLUMNS])
        for one in files:
            writer.writerow([_cell(column.name, one[column.name]) for column in _COLUMNS])


def _cell(name: str, value: Any) -> str:
    """As a spreadsheet takes it; a text that it would run as a formula is shown as text."""
    if value is None:
        return ""
    if name in ("status", "procedure"):
        return words()[name].get(str(value), str(value))
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and isinstance(value, str) else text
