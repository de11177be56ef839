"""The same parcels as a drawing in SVG: for paper, and where no scripts run."""

from __future__ import annotations

from html import escape
from typing import Any, Final

_WIDTH: Final = 900


def drawing(shapes: dict[str, Any], colours: dict[str, str], titles: dict[str, str]) -> str:
    """Outlines in metres, each in its colour and with its title."""
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
        paths.append(
            f'<path d="{rings}" fill="{colours[name]}" fill-rule="evenodd">'
            f"<title>{escape(titles[name])}</title></path>"
        )
    height = (north - south) * scale
    label = "Tekening van de percelen, gekleurd naar hun grootste verandering"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{label}">'
        f"{''.join(paths)}</svg>"
    )
