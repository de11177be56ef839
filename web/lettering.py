"""Names and numbers on the static plan: written where they fit, left out where they would collide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import Any, Final

from markupsafe import Markup, escape

_LOOKS: Final = {
    "streets": ("#5A5142", "#FFFFFF", ""),
    "water": ("#25566B", "#EAF3F7", ' font-style="italic"'),
    "green": ("#3F5A2A", "#F4F7EE", ""),
}
_NAME_SIZE: Final = 15.0
_NUMBER_SIZE: Final = 11.0
_LETTER: Final = 0.56  # mean width of a letter, in heights


@dataclass(slots=True)
class Sheet:
    """What is written so far on a drawing of some width and height."""

    width: float
    height: float
    taken: list[tuple[float, float, float, float]] = field(
        default_factory=list[tuple[float, float, float, float]]
    )

    def place(self, x: float, y: float, across: float, down: float) -> bool:
        """Take the box around (x, y) when it is free and inside; tells whether it was."""
        box = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
        inside = box[0] > 4 and box[1] > 4 and box[2] < self.width - 4 and box[3] < self.height - 4
        free = not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self.taken
        )
        if inside and free:
            self.taken.append(box)
        return inside and free


def names(rows: Iterable[Mapping[str, Any]], sheet: Sheet, scale: float) -> Markup:
    """Street names along their street, names of water and green flat; each name once."""
    written: dict[tuple[str, str], Markup] = {}
    for row in rows:
        key = (row["layer"], row["name"])
        length = len(row["name"]) * _NAME_SIZE * _LETTER
        room = row["metres"] * scale
        if key in written or room < (length * 1.1 if row["layer"] == "streets" else length * 0.7):
            continue
        angle = _upright(row["azimuth"] or 90)
        across = abs(length * cos(radians(angle))) + _NAME_SIZE
        down = abs(length * sin(radians(angle))) + _NAME_SIZE
        if sheet.place(row["x"], row["y"], across, down):
            written[key] = _name(row, angle)
    return Markup("").join(written.values())


def _upright(azimuth: float) -> float:
    """The turn of a text along a line, clockwise in degrees, so that it never hangs upside down."""
    angle = azimuth - 90
    while angle > 90:
        angle -= 180
    while angle <= -90:
        angle += 180
    return angle


def _name(row: Mapping[str, Any], angle: float) -> Markup:
    ink, halo, extra = _LOOKS[row["layer"]]
    turn = f' rotate({angle:.1f})' if abs(angle) > 0.5 else ""
    return Markup(
        f'<text class="name" transform="translate({row["x"]:.1f} {row["y"]:.1f}){turn}" dy="0.35em" '
        f'font-size="{_NAME_SIZE:g}" text-anchor="middle" fill="{ink}" stroke="{halo}" '
        f'stroke-width="3" stroke-linejoin="round" paint-order="stroke"{extra}>'
        f"{escape(row['name'])}</text>"
    )


def numbers(rows: Iterable[Mapping[str, Any]], sheet: Sheet) -> Markup:
    """House numbers; those of the parcel that the plan is about come first and bold."""
    written: list[Markup] = []
    for row in sorted(rows, key=lambda row: not row["here"]):
        size = 15.0 if row["here"] else _NUMBER_SIZE
        across = len(row["house_number"]) * size * 0.6 + 2
        if sheet.place(row["x"], row["y"], across, size):
            written.append(_number(row, size))
    return Markup("").join(written)


def _number(row: Mapping[str, Any], size: float) -> Markup:
    kind = "number here" if row["here"] else "number"
    ink = "#16242B" if row["here"] else "#5A5142"
    weight = ' font-weight="750"' if row["here"] else ""
    return Markup(
        f'<text class="{kind}" x="{row["x"]:.1f}" y="{row["y"]:.1f}" dy="0.35em" font-size="{size:g}" '
        f'text-anchor="middle" fill="{ink}" stroke="#FBFAF6" stroke-width="2.5" '
        f'stroke-linejoin="round" paint-order="stroke"{weight}>{escape(row["house_number"])}</text>'
    )
