"""What a plan of the invented town is made of, and the ground it stands on."""

from dataclasses import dataclass
from typing import Literal

from processing.demo.axis import XY

type RoadClass = Literal["main", "local", "path"]

ORIGIN: XY = (69958.0, 211724.0)
"""Lambert 72 position of the plan's (0, 0), the church square of Zandwijk."""

NIS_CODE = "99001"
MUNICIPALITY = "Zandwijk"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village: where its core is and how far each kind of street reaches, in metres."""

    postcode: str
    name: str
    division: str
    homonym: str
    centre: XY
    core: float
    rows: float
    edge: float


ZANDWIJK = Settlement("9999", "Zandwijk", "99001", "", (20, 10), 165, 350, 640)
GRAVENDIJK = Settlement("9998", "'s-Gravendijk", "99002", "GRA", (-1490, 745), 70, 150, 330)
AMANDSKERKE = Settlement("9997", "Sint-Amandskerke", "99003", "AMA", (1450, 885), 75, 165, 350)
SETTLEMENTS = (ZANDWIJK, GRAVENDIJK, AMANDSKERKE)
STATION_QUARTER = Settlement("9999", "Zandwijk", "99001", "", (-10, -600), 0, 250, 480)


@dataclass(frozen=True, slots=True)
class DrawnStreet:
    """A street as drawn: points in plan metres, from the end where the house numbers begin.

    `fronts` names the kind of lots along it ("auto": by the distance to the nearest core,
    "none": no lots); `sides` are the sides with lots (+1 left, -1 right).
    """

    name: str
    settlement: Settlement
    road_class: RoadClass
    points: tuple[XY, ...]
    fronts: str = "auto"
    sides: tuple[int, ...] = (1, -1)
    even_side: int = -1
    head: bool = False
    wavering: float = 2.5


BOUNDARY: tuple[XY, ...] = (
    (-2330, 380), (-2250, 820), (-2310, 1050), (-1980, 1160), (-1760, 1330), (-1640, 1640),
    (-1120, 1560), (-930, 1720), (-420, 1590), (-60, 1640), (330, 1760), (640, 1580),
    (900, 1540), (1260, 1660), (1610, 1620), (1830, 1370), (1880, 1190), (2230, 1120),
    (2400, 760), (2180, 500), (2330, 190), (2450, -120), (2250, -420), (2400, -860),
    (2460, -1180), (2230, -1430), (1820, -1460), (1430, -1620), (1120, -1420), (700, -1560),
    (380, -1720), (80, -1560), (-240, -1680), (-620, -1500), (-880, -1660), (-1180, -1570),
    (-1420, -1330), (-1830, -1330), (-2150, -1230), (-2010, -980), (-2230, -760), (-2210, -420),
    (-2100, -80),
)  # fmt: skip

SQUARE: tuple[XY, ...] = (
    (-62, -32), (-66, 14), (-46, 40), (-8, 45), (30, 38), (58, 27), (62, -6), (50, -27), (8, -41),
    (-30, -42),
)  # fmt: skip
GRAVENDIJK_SQUARE: tuple[XY, ...] = (
    (-1514, 722), (-1512, 757), (-1490, 771), (-1464, 764), (-1458, 738), (-1468, 717),
    (-1490, 711),
)  # fmt: skip
AMANDSKERKE_SQUARE: tuple[XY, ...] = (
    (1418, 848), (1412, 886), (1430, 906), (1468, 908), (1488, 890), (1484, 862), (1460, 842),
)  # fmt: skip

STREAM: tuple[XY, ...] = (
    (2500, -60), (2330, -110), (2180, -70), (2040, -160), (1880, -120), (1760, -210), (1600, -170),
    (1470, -250), (1330, -215), (1210, -285), (1060, -215), (930, -250), (800, -160), (680, -180),
    (570, -110), (440, -135), (330, -92), (230, -112), (130, -100), (50, -140), (-50, -150),
    (-130, -215), (-250, -195), (-370, -245), (-500, -205), (-620, -270), (-760, -225),
    (-880, -290), (-1010, -225), (-1150, -260), (-1270, -190), (-1400, -260), (-1540, -200),
    (-1680, -290), (-1830, -240), (-1990, -330), (-2150, -270), (-2400, -340),
)  # fmt: skip
BROOK: tuple[XY, ...] = (
    (1700, 1800), (1660, 1640), (1720, 1500), (1640, 1390), (1680, 1260), (1600, 1180),
    (1270, 1060), (1250, 960), (1160, 860), (1190, 720), (1090, 620), (1120, 480), (1010, 370),
    (1060, 250), (960, 130), (1000, 20), (930, -110), (960, -235),
)  # fmt: skip
RAILWAY: tuple[XY, ...] = (
    (-2600, -1130), (-1900, -1010), (-1200, -935), (-500, -902), (0, -898), (600, -925),
    (1200, -985), (1900, -1100), (2600, -1250),
)  # fmt: skip
