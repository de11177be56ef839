"""Where files lie: areas and a mark for each file, by form and colour, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from geoloket.permits.groups import group
from geoloket.permits.words import words

_WIDTH: Final = 900
_MARGIN: Final = 12
_DETAIL: Final = 1.0
"""Outlines keep what is larger than this, in the units of the drawing."""
_MARKS: Final = {
    "open": ("nog niet beslist", "#8f4700", "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z"),
    "granted": ("vergund of akte genomen", "#0f6b4f", "M-4.5-4.5H4.5V4.5H-4.5Z"),
    "refused": ("geweigerd", "#a3213c", "M0-5.5L5.5 4.5H-5.5Z"),
    "stopped": ("gestopt of niet gekend", "#4a5560", "M-4-5.5L0-1.5 4-5.5 5.5-4 1.5 0 5.5 4 4 5.5 "
                "0 1.5-4 5.5-5.5 4-1.5 0-5.5-4Z"),
}  # fmt: skip
_OF_GROUP: Final = {
    "submitted": "open",
    "review": "open",
    "inquiry": "open",
    "appeal": "open",
    "granted": "granted",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the municipality, in metres."""

    name: str
    shape: Any


def drawing(files: Sequence[dict[str, Any]], areas: Sequence[Area]) -> str:
    """The map; files without a place are not on it, and that is said."""
    placed = [one for one in files if one["x"] is not None]
    boxes = [area.shape.bounds for area in areas]
    boxes += [(one["x"], one["y"], one["x"], one["y"]) for one in placed]
    if not boxes:
        return "<p>Van geen enkel dossier is gekend waar het ligt.</p>"
    west, south = (min(box[at] for box in boxes) for at in (0, 1))
    east, north = (max(box[at] for box in boxes) for at in (2, 3))
    scale = (_WIDTH - 2 * _MARGIN) / max(east - west, north - south, 1)

    def place(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + (x - west) * scale, _MARGIN + (north - y) * scale

    outlines = "".join(_outline(area, scale, place) for area in areas)
    marks = "".join(_mark(one, *place(one["x"], one["y"])) for one in placed)
    width, height = (2 * _MARGIN + span * scale for span in (east - west, north - south))
    missing = len(files) - len(placed)
    note = f"<p>Zonder plaats, dus niet op de kaart: {missing}.</p>" if missing else ""
    return (
        f'<svg class="map" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="Kaart met {len(placed)} dossiers; dezelfde gegevens staan in de tabel">'
        f"{outlines}{marks}</svg>{note}"
    )


def _outline(area: Area, scale: float, place: Any) -> str:
    shape = area.shape.simplify(_DETAIL / scale)
    data = "".join(_ring(points, place) for points in _rings(shape))
    return (
        f'<path d="{data}" fill="#f4f1ea" fill-rule="evenodd" stroke="#767b7a">'
        f"<title>{escape(area.name)}</title></path>"
    )


def _rings(shape: Any) -> Iterator[Any]:
    for part in getattr(shape, "geoms", [shape]):
        yield part.exterior.coords
        for hole in part.interiors:
            yield hole.coords


def _ring(points: Any, place: Any) -> str:
    placed = (place(x, y) for x, y, *_ in points)
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in placed)}Z"


def _mark(one: dict[str, Any], x: float, y: float) -> str:
    kind = _OF_GROUP.get(group(one["status"], one["decision_result"]), "stopped")
    _, colour, form = _MARKS[kind]
    status = words()["status"].get(one["status"], str(one["status"]))
    told = escape(f"{one['file_number'] or one['id']}: {one['title'] or ''} ({status})")
    return (
        f'<path d="{form}" transform="translate({x:.1f} {y:.1f})" fill="{colour}" stroke="#fff">'
        f"<title>{told}</title></path>"
    )


def key() -> str:
    """What the marks mean."""
    parts = "".join(
        '<span><svg width="18" height="18" viewBox="-8 -8 16 16" aria-hidden="true">'
        f'<path d="{form}" fill="{colour}"/></svg> {name}</span>'
        for name, colour, form in _MARKS.values()
    )
    return f'<p class="key">{parts}</p>'
