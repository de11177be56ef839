"""Parcels and how much they changed: a map, pictures of the largest changes, and a table."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Final

from processing.reports.background import Background, data_address
from processing.reports.drawing import drawing
from processing.reports.plan import Parcel, plan

MOST: Final = 1000
"""Parcels that a report shows, those that changed most first; the tables beside it have all."""
_STEPS: Final = ((0.02, "#f4f1e6"), (0.1, "#f3d9a0"), (0.25, "#e0a050"), (1.01, "#b0413e"))
_UNKNOWN: Final = "#dddddd"
_STYLE: Final = """
html, body { height: auto; width: auto }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
main > svg { background: #fff; border: 1px solid #777; height: auto; max-height: 75vh; width: 100% }
main > svg path { stroke: #333; stroke-width: .6 }
.plan { border: 1px solid #777; isolation: isolate }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right }
th:first-child, td:first-child { text-align: left }
.scroll { overflow-x: auto }
.key span { display: inline-block; margin-right: 1rem; white-space: nowrap }
.key svg { width: 24px }
.looks { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr));
  list-style: none; padding: 0 }
figure { margin: 0 }
figure img { height: auto; width: 100% }
@media (max-width: 24rem) { .looks { grid-template-columns: 1fr } }
@media print { .plan { display: none } }
"""
_HEADS: Final = (
    "Perceel", "Jaar", "Sinds", "Veranderd", "Onzekerheid", "Oppervlakte", "Groen (NDVI)"
)  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A quick-look: two years of a parcel and what changed, as PNG."""

    parcel: str
    since: int
    year: int
    picture: bytes


def report(
    rows: list[Json], shapes: dict[str, Any], looks: list[Look], background: Background | None
) -> str:
    """The whole page; ``shapes`` are the parcels by name, in metres."""
    most = _most(rows)
    names = sorted(shapes, key=lambda name: (-_change(most.get(name)), name))[:MOST]
    shown = {name: shapes[name] for name in names}
    colours = {name: _colour(most.get(name)) for name in names}
    titles = {name: f"{name}: {_said(most.get(name))[0]}" for name in names}
    parcels = [
        Parcel(name, shape, (name, *_said(most.get(name))), colours[name])
        for name, shape in shown.items()
    ]
    parts = plan(parcels, ("Perceel", "Grootste verandering", "Tussen"), background)
    drawn = drawing(shown, colours, titles)
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Percelen door de jaren</title>{parts.head if parts else ''}"
        f"<style>{_STYLE}</style></head><body><main>"
        "<h1>Percelen door de jaren</h1><p>Hoe groot een deel van elk perceel er van boven anders "
        "uitziet dan op de vorige luchtfoto van hetzelfde seizoen. Een hoog cijfer is een reden om "
        "te kijken. Het zegt niet wat er veranderd is. Schaduw en auto's tellen zo weinig mogelijk "
        f"mee; de onzekerheid zegt hoeveel ze kunnen schelen.</p>{_left_out(shapes)}"
        f"{parts.body if parts else ''}{_key()}{_pictures(looks)}"
        f"<h2>De percelen als tekening</h2>{drawn}"
        f"<h2>Dezelfde gegevens als tabel</h2>{_table(rows, shown)}"
        f"</main>{parts.script if parts else ''}</body></html>"
    )


def _most(rows: list[Json]) -> dict[str, Json]:
    """Of each parcel the row of its largest change."""
    most: dict[str, Json] = {}
    for row in rows:
        known = most.get(row["parcel"])
        if row.get("change") is not None and (known is None or row["change"] > known["change"]):
            most[row["parcel"]] = row
    return most


def _change(row: Json | None) -> float:
    return -1.0 if row is None else float(row["change"])


def _left_out(shapes: dict[str, Any]) -> str:
    if len(shapes) <= MOST:
        return ""
    return (
        f"<p>Dit verslag toont de {MOST} percelen die het meest veranderden, van de {len(shapes)}. "
        "Alle percelen staan in de tabel (CSV of GeoParquet) bij dit verslag.</p>"
    )


def _pictures(looks: list[Look]) -> str:
    if not looks:
        return ""
    items = "".join(
        f'<li><figure><img src="{data_address(one.picture, "image/png")}" loading="lazy" '
        f'alt="Perceel {escape(one.parcel)} in {one.since}, in {one.year}, en in het rood wat er '
        f'anders uitziet"><figcaption>{escape(one.parcel)}: {one.since}, {one.year}, en in het '
        "rood het verschil</figcaption></figure></li>"
        for one in looks
    )
    return (
        "<h2>De grootste veranderingen</h2><p>Links de eerste foto, in het midden de laatste, "
        "rechts in het rood wat er anders uitziet. Van elk perceel staat zo een beeld in "
        f'quicklooks.zip.</p><ul class="looks">{items}</ul>'
    )


def _table(rows: list[Json], shown: dict[str, Any]) -> str:
    kept = [row for row in rows if row["parcel"] in shown]
    kept.sort(key=lambda row: (-(row.get("change") or -1), row["parcel"], row["year"]))
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Tabel"><table><thead>'
        f"<tr>{heads}</tr></thead><tbody>{''.join(map(_line, kept))}</tbody></table></div>"
    )


def _line(row: Json) -> str:
    change = row.get("change")
    cells = (
        row["year"],
        row.get("since") if change is not None else "",
        _share(change),
        f"± {_share(row.get('uncertainty'))}" if change is not None else "",
        f"{row.get('changed_m2') or 0:.0f} m²" if change is not None else "",
        _number(row.get("ndvi_mean")),
    )
    rest = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(row["parcel"])}</th>{rest}</tr>'


def _said(row: Json | None) -> tuple[str, str]:
    """The largest change of a parcel with its uncertainty, and between which years."""
    if row is None:
        return "onbekend", ""
    spread = _share(row.get("uncertainty"))
    return f"{_share(row['change'])} (± {spread})", f"{row['since']} en {row['year']}"


def _key() -> str:
    parts, low = list[str](), 0.0
    for high, colour in _STEPS:
        label = f"{low:.0%} tot {min(high, 1):.0%}"
        parts.append(
            f'<span><svg width="24" height="16" aria-hidden="true">'
            f'<rect width="24" height="16" fill="{colour}"/></svg> {label}</span>'
        )
        low = high
    return f'<p class="key">Grootste verandering: {"".join(parts)}</p>'


def _colour(row: Json | None) -> str:
    if row is None:
        return _UNKNOWN
    return next(colour for high, colour in _STEPS if row["change"] < high)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}".replace(".", ",")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")
