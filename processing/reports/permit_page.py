"""A year of permits as one page, in Dutch, that asks nobody for anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from statistics import median_low
from typing import Any, Final

from geoloket.permits.groups import GROUPS, group
from geoloket.permits.words import words
from processing.reports.permit_map import Area, drawing, key

__all__ = ["Area", "Page", "page"]

_MOST_NAMED: Final = 200
"""Files that are overdue are named, at most so many; the table beside the page has them all."""
_MONTHS: Final = [
    "jan",
    "feb",
    "mrt",
    "apr",
    "mei",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec",
]

_STYLE: Final = """
body { color: #1b1f1e; font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem }
h2 { margin-top: 2.5rem }
svg { height: auto; max-width: 100% }
svg.map { background: #fff; border: 1px solid #767b7a; max-height: 75vh; width: 100% }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }
th, td { border-bottom: 1px solid #cfd3d2; padding: .35rem .75rem; text-align: right;
  vertical-align: top }
th:first-child, td:first-child, .text { text-align: left }
.scroll { overflow-x: auto }
.facts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
  list-style: none; padding: 0 }
.facts li { border-left: 4px solid #0b5563; padding-left: .75rem }
.facts strong { display: block; font-size: 1.75rem; line-height: 1.2 }
.bar { background: #0b5563; display: inline-block; height: .75rem; min-width: 1px }
.key span { display: inline-block; margin-right: 1rem; white-space: nowrap }
.key svg { vertical-align: middle }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What is told: the files of ``permit_report.sql``, with ``area``, ``overdue`` and ``late``."""

    year: int
    today: date
    files: Sequence[dict[str, Any]]
    areas: Sequence[Area]
    whole: bool
    """Whether it is about all areas."""


def page(told: Page) -> str:
    """The whole page."""
    name = "" if told.whole or not told.areas else f", {told.areas[0].name}"
    title = escape(f"Vergunningen {told.year}{name}")
    parts = [
        f"<h1>{title}</h1><p>Omgevingsvergunningen die in {told.year} ingediend zijn. Stand van "
        f"{_day(told.today)}. Alle datums zijn indicatief: alleen het officiële dossier telt.</p>",
        _facts(told),
    ]
    if told.files:
        parts += [
            _section("Waar de dossiers staan", _statuses(told.files)),
            _section("Wanneer ze ingediend zijn", _months(told.files)),
            _section("Hoe lang een beslissing duurde", _durations(told.files)),
            _section("Over tijd", _overdue(told.files)),
        ]
        if told.whole and len(told.areas) > 1:
            parts.append(_section("Per gebied", _per_area(told.files)))
        parts.append(_section("Op de kaart", drawing(told.files, told.areas) + key()))
    parts.append(_section("Hoe dit geteld is", _HOW))
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}</main>"
        "</body></html>"
    )


_HOW: Final = (
    "<p>Een dossier telt in het jaar waarin het ingediend is, en in het gebied waarin een punt van "
    "zijn terrein ligt. De duur is het aantal kalenderdagen van de indiening tot de eerste "
    "beslissing, of tot het antwoord op een melding. De mediaan is de middelste: de helft was "
    "sneller. Over tijd is een dossier dat nog open is na de uiterste dag van de beslissing. Dit "
    "rapport komt uit gegevens die iedereen mag zien.</p>"
)


def _section(heading: str, inner: str) -> str:
    return f"<section><h2>{heading}</h2>{inner}</section>"


def _facts(told: Page) -> str:
    days = _days(told.files)
    facts = (
        (len(told.files), "dossiers ingediend"),
        (len(days), "met een beslissing"),
        (_number(median_low(days)) if days else "–", "dagen tot een beslissing (mediaan)"),
        (sum(1 for one in told.files if one["overdue"]), "nog open en over tijd"),
    )
    lines = "".join(f"<li><strong>{number}</strong>{text}</li>" for number, text in facts)
    return f'<ul class="facts">{lines}</ul>'


def _statuses(files: Sequence[dict[str, Any]]) -> str:
    """Every status that there is, in the order of a file's way, with a bar."""
    counts = Counter(one["status"] or "unknown" for one in files)
    order = [status for members in GROUPS.values() for status in members]
    known = sorted(counts, key=lambda one: order.index(one) if one in order else len(order))
    most = max(counts.values())
    rows = (
        (
            escape(words()["status"].get(status, status)),
            str(counts[status]),
            _share(counts[status], len(files)),
            _bar(counts[status], most),
        )
        for status in known
    )
    return _table(("Stand", "Dossiers", "Deel", ""), rows, texts=(3,))


def _months(files: Sequence[dict[str, Any]]) -> str:
    """A bar per month, with its number above it."""
    counts = Counter(one["submitted_on"].month for one in files)
    most = max(counts.values())
    bars: list[str] = []
    for month, name in enumerate(_MONTHS, 1):
        number, x = counts[month], (month - 1) * 60
        height = 140 * number / most
        bars.append(
            f'<rect x="{x + 8}" y="{170 - height:.1f}" width="44" height="{height:.1f}" '
            f'fill="#0b5563"/><text x="{x + 30}" y="{164 - height:.1f}">{number}</text>'
            f'<text x="{x + 30}" y="190">{name}</text>'
        )
    spoken = ", ".join(f"{name} {counts[month]}" for month, name in enumerate(_MONTHS, 1))
    return (
        '<svg viewBox="0 0 720 200" role="img" font-size="15" text-anchor="middle" '
        f'aria-label="Dossiers per maand: {spoken}">{"".join(bars)}</svg>'
    )


def _durations(files: Sequence[dict[str, Any]]) -> str:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in files:
        by_kind.setdefault(one["procedure"] or "unknown", []).append(one)
    rows: list[tuple[str, ...]] = []
    for kind, members in sorted(by_kind.items()):
        days = _days(members)
        rows.append(
            (
                escape(words()["procedure"].get(kind, kind)),
                str(len(members)),
                str(len(days)),
                _number(median_low(days)) if days else "–",
                _number(days[int(0.9 * (len(days) - 1))]) if days else "–",
                str(sum(1 for one in members if one["late"])),
            )
        )
    heads = ("Procedure", "Dossiers", "Beslist", "Mediaan", "9 op 10 binnen", "Te laat beslist")
    return _table(heads, rows) + "<p>Mediaan en “9 op 10 binnen” zijn in dagen.</p>"


def _overdue(files: Sequence[dict[str, Any]]) -> str:
    late = sorted((one for one in files if one["overdue"]), key=lambda one: one["decision_due"])
    if not late:
        return "<p>Geen enkel open dossier is over tijd.</p>"
    rows = (
        (
            escape(one["file_number"] or one["id"]),
            escape(one["title"] or ""),
            escape(words()["status"].get(one["status"], str(one["status"]))),
            _day(one["decision_due"]),
        )
        for one in late[:_MOST_NAMED]
    )
    more = len(late) - _MOST_NAMED
    rest = f"<p>En nog {more}: die staan in de tabel bij dit rapport.</p>" if more > 0 else ""
    return _table(("Dossier", "Onderwerp", "Stand", "Uiterlijk op"), rows, texts=(1, 2)) + rest


def _per_area(files: Sequence[dict[str, Any]]) -> str:
    by_area: dict[str, list[dict[str, Any]]] = {}
    for one in files:
        by_area.setdefault(one["area"], []).append(one)
    rows: list[tuple[str, ...]] = []
    for name, members in sorted(by_area.items()):
        days = _days(members)
        groups = Counter(group(one["status"], one["decision_result"]) for one in members)
        rows.append(
            (
                escape(name),
                str(len(members)),
                str(groups["granted"]),
                str(groups["refused"]),
                _number(median_low(days)) if days else "–",
                str(sum(1 for one in members if one["overdue"])),
            )
        )
    return _table(("Gebied", "Dossiers", "Vergund", "Geweigerd", "Mediaan", "Over tijd"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: Sequence[int] = ()) -> str:
    """A table; the cells are HTML. The first column heads its row."""
    mark = [' class="text"' if at in texts else "" for at in range(len(heads))]
    head = "".join(f'<th scope="col"{mark[at]}>{one}</th>' for at, one in enumerate(heads))
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{mark[at]}>{cell}</td>" for at, cell in enumerate(row) if at)
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Tabel"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _bar(number: int, most: int) -> str:
    return f'<span class="bar" style="width:{8 * number / most:.2f}rem"></span>'


def _days(files: Sequence[dict[str, Any]]) -> list[int]:
    return sorted(one["days"] for one in files if one["days"] is not None and one["days"] >= 0)


def _share(number: int, of: int) -> str:
    return f"{100 * number / of:.0f} %"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _day(value: date) -> str:
    return f"{value.day}/{value.month}/{value.year}"
