"""Kinds of building front: how wide and deep the lots are and how houses stand on them."""

import math
from dataclasses import dataclass
from random import Random

from processing.demo.axis import XY
from processing.demo.chance import Drift
from processing.demo.plan import SETTLEMENTS, STATION_QUARTER


@dataclass(frozen=True, slots=True)
class Front:
    """Lot sizes in metres (least, usual, most), building line, the share of each house form.

    `reach` is how deep a lot may go to meet the lots of the next street in the middle of the block.
    """

    name: str
    width: tuple[float, float, float]
    depth: tuple[float, float]
    setback: tuple[float, float]
    forms: dict[str, float]
    vacant: float = 0.03
    reach: float = 45.0
    gaps: bool = False


CORE = Front("core", (5.0, 7.4, 14.0), (24, 44), (0, 0), {"terrace": 1}, 0.01, reach=62)
ROWS = Front(
    "rows", (5.6, 8.0, 12.5), (30, 48), (0, 0), {"terrace": 0.93, "semi": 0.07}, 0.03, reach=64
)
HIGH_STREET = Front("core", (7.6, 9.0, 11.5), (37, 43), (0, 0), {"terrace": 1}, 0)
TOWN = Front(
    "town",
    (8.5, 12.5, 21.0),
    (34, 56),
    (2.5, 6),
    {"terrace": 0.25, "semi": 0.5, "detached": 0.25},
    0.04,
    reach=72,
)
SUBURB = Front(
    "suburb", (14, 17.5, 24), (27, 37), (5, 7), {"detached": 0.85, "semi": 0.15}, 0.03, reach=46
)
NEW = Front(
    "new",
    (9.5, 14, 21),
    (23, 33),
    (4, 5.5),
    {"detached": 0.5, "semi": 0.38, "terrace": 0.12},
    0.12,
    reach=40,
)
RIBBON = Front(
    "ribbon",
    (14, 21, 40),
    (38, 92),
    (6, 14),
    {"detached": 0.82, "semi": 0.18},
    0.06,
    reach=96,
    gaps=True,
)
HIGHWAY = Front(
    "highway",
    (17, 27, 52),
    (50, 88),
    (10, 20),
    {"detached": 0.5, "shop": 0.5},
    0.1,
    reach=90,
    gaps=True,
)
WORKS = Front("works", (38, 58, 105), (60, 105), (9, 16), {"hall": 1}, 0.1, reach=115)
SQUARE = Front("core", (6.0, 8.2, 14), (24, 42), (0, 0), {"terrace": 1}, 0, reach=55)

_NAMED = {
    "square": SQUARE, "high_street": HIGH_STREET, "suburb": SUBURB, "new": NEW, "town": TOWN,
    "rows": ROWS, "works": WORKS,
}  # fmt: skip


def front_at(point: XY, fronts: str, drift: Drift, distance: float) -> Front:
    """The kind of front at a point of a street, from what is drawn or from how near a core is."""
    if fronts in _NAMED:
        return _NAMED[fronts]
    loose = 1 + 0.16 * drift.at(distance)
    zones = [(math.dist(point, s.centre) * loose, s) for s in (*SETTLEMENTS, STATION_QUARTER)]
    if any(d < s.core for d, s in zones):
        return CORE
    if any(d < s.rows for d, s in zones):
        return ROWS if fronts != "highway" else TOWN
    if fronts == "highway":
        return WORKS if 700 < point[0] < 1560 else HIGHWAY
    return TOWN if any(d < s.edge for d, s in zones) else RIBBON


def remoteness(point: XY) -> float:
    """Metres to the nearest edge of a town or village; 0 inside."""
    zones = (*SETTLEMENTS, STATION_QUARTER)
    return max(0.0, min(math.dist(point, s.centre) - s.edge for s in zones))


def form_for(front: Front, chance: Random) -> str:
    names = list(front.forms)
    return chance.choices(names, [front.forms[n] for n in names])[0]
