"""Parcels and how much they changed: a drawing in SVG, and the same as a table."""

from __future__ import annotations

from html import escape
from typing import Any, Final

_WIDTH: Final = 900
_STEPS: Final = ((0.02, "#f4f1e6"), (0.1, "#f3d9a0"), (0.25, "#e0a050"), (1.01, "#b0413e"))
_STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
svg { background: #fff; border: 1px solid #777; height: auto; max-height: 75vh; width: 100% }
path { stroke: #333; stroke-width: .6 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right }
th:first-child, td:first-child { text-align: left }
.scroll { overflow-x: auto }
.key span { display: inline-block; margin-right: 1rem; white-space: nowrap }
"""


def report(rows: list[dict[str, Any]], shapes: dict[str, Any]) -> str:
    """The whole page; ``shapes`` are the parcels by name, in metres."""
    most = {name: _largest(rows, name) for name in shapes}
    ordered = sorted(rows, key=lambda row: (-(row.get("change") or -1), row["parcel"], row["year"]))
    lines = "".join(_line(row) for row in ordered)
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Percelen door de jaren</title><style>{_STYLE}</style></head><body>"
        "<h1>Percelen door de jaren</h1><p>Hoe groot een deel van elk perceel er van boven anders "
        "uitziet dan in het jaar ervoor. Een hoog cijfer is een reden om te kijken. Het zegt niet "
        "wat er veranderd is.</p>"
        f"{_drawing(most, shapes)}{_key()}<h2>Dezelfde gegevens als tabel</h2>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Tabel"><table><thead>'
        f"<tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div></body></html>"
    )


_HEADS: Final = ("Perceel", "Jaar", "Sinds", "Veranderd", "Onzekerheid", "Groen (NDVI)")


def _line(row: dict[str, Any]) -> str:
    change = row.get("change")
    cells = (
        row["year"],
        row.get("since") if change is not None else "",
        _share(change),
        f"± {_share(row.get('uncertainty'))}" if change is not None else "",
        _number(row.get("ndvi_mean")),
    )
    rest = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(row["parcel"])}</th>{rest}</tr>'


def _largest(rows: list[dict[str, Any]], name: str) -> float | None:
    found = [
        row["change"] for row in rows if row["parcel"] == name and row.get("change") is not None
    ]
    return max(found, default=None)


def _drawing(most: dict[str, float | None], shapes: dict[str, Any]) -> str:
    bounds = [shape.bounds for shape in shapes.values()]
    west, south = (min(one[side] for one in bounds) for side in (0, 1))
    east, north = (max(one[side] for one in bounds) for side in (2, 3))
    scale = _WIDTH / max(east - west, 1)

    def ring(points: Any) -> str:
        placed = (f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y, *_ in points)
        return f"M{'L'.join(placed)}Z"

    paths: list[str] = []
    for name, shape in shapes.items():
        parts = getattr(shape, "geoms", [shape])
        rings = "".join(
            ring(one.coords) for part in parts for one in (part.exterior, *part.interiors)
        )
        title = f"{escape(name)}: {_share(most[name]) or 'onbekend'}"
        colour = _colour(most[name])
        paths.append(
            f'<path d="{rings}" fill="{colour}" fill-rule="evenodd"><title>{title}</title></path>'
        )
    height = (north - south) * scale
    label = "Kaart van de percelen, gekleurd naar hun grootste verandering"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{label}">'
        f"{''.join(paths)}</svg>"
    )


def _key() -> str:
    parts, low = list[str](), 0.0
    for high, colour in _STEPS:
        label = f"{low:.0%} tot {min(high, 1):.0%}"
        parts.append(
            f'<span><svg width="24" height="16" style="width:24px" aria-hidden="true">'
            f'<rect width="24" height="16" fill="{colour}"/></svg> {label}</span>'
        )
        low = high
    return f'<p class="key">Grootste verandering: {"".join(parts)}</p>'


def _colour(value: float | None) -> str:
    if value is None:
        return "#ddd"
    return next(colour for high, colour in _STEPS if value < high)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}".replace(".", ",")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")
