"""Names and numbers on the static plan: where they fit, and left out where they would collide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import Any, Final

from markupsafe import Markup

_LOOKS: Final = {
    "streets": ("#5A5142", "#FFFFFF", "normal"),
    "water": ("#25566B", "#EAF3F7", "italic"),
    "green": ("#3F5A2A", "#F4F7EE", "normal"),
}
_NAME_SIZE: Final = 15.0
_NUMBER_SIZE: Final = 11.0
_HERE: Final = ("number here", "#16242B", 750)
_THERE: Final = ("number", "#5A5142", 400)
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
    ink, halo, slant = _LOOKS[row["layer"]]
    return Markup(
        '<text class="name" transform="translate({x:.1f} {y:.1f}) rotate({angle:.1f})" dy="0.35em" '
        'font-size="{size:g}" font-style="{slant}" text-anchor="middle" fill="{ink}" '
        'stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
        "{name}</text>"
    ).format(
        x=row["x"],
        y=row["y"],
        angle=angle,
        size=_NAME_SIZE,
        slant=slant,
        ink=ink,
        halo=halo,
        name=row["name"],
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
    kind, ink, weight = _HERE if row["here"] else _THERE
    return Markup(
        '<text class="{kind}" x="{x:.1f}" y="{y:.1f}" dy="0.35em" font-size="{size:g}" '
        'font-weight="{weight}" text-anchor="middle" fill="{ink}" stroke="#FBFAF6" '
        'stroke-width="2.5" stroke-linejoin="round" paint-order="stroke">{number}</text>'
    ).format(
        kind=kind,
        x=row["x"],
        y=row["y"],
        size=size,
        weight=weight,
        ink=ink,
        number=row["house_number"],
    )
