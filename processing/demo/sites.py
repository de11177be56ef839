"""Places with a purpose, drawn by hand: churches, schools, parks, cemeteries, the castle."""

from dataclasses import dataclass

from shapely import Polygon

from processing.demo.axis import XY


@dataclass(frozen=True, slots=True)
class Site:
    """A drawn place; `use` decides what is built on it and which green it is."""

    use: str
    name: str
    outline: tuple[XY, ...]

    @property
    def polygon(self) -> Polygon:
        return Polygon(self.outline)


# fmt: off
SITES: tuple[Site, ...] = (
    Site("church", "Sint-Janskerk", (
        (-40, -15), (-41, 12), (-30, 19), (-6, 20), (15, 14), (18, -6), (4, -17), (-20, -20))),
    Site("church", "Onze-Lieve-Vrouwkerk", (
        (-1503, 731), (-1503, 751), (-1488, 757), (-1471, 750), (-1470, 731), (-1488, 726))),
    Site("church", "Sint-Amanduskerk", (
        (1426, 868), (1428, 890), (1448, 895), (1470, 888), (1471, 868), (1448, 860))),
    Site("park", "Dorpspark", (
        (180, 60), (182, 150), (196, 222), (240, 268), (330, 296), (400, 286), (470, 254),
        (530, 200), (566, 130), (556, 92), (500, 72), (400, 62), (330, 60))),
    Site("cemetery", "Begraafplaats Zandwijk", ((-150, 306), (-48, 322), (-46, 388), (-160, 384))),
    Site("school", "Basisschool De Zandloper", (
        (-318, 6), (-214, 8), (-196, 50), (-200, 70), (-312, 84))),
    Site("park", "Kasteel Ter Zande", (
        (-322, -150), (-420, -122), (-500, -140), (-520, -190), (-490, -210), (-420, -222),
        (-370, -228), (-322, -214))),
    Site("sports", "Sportpark De Wulf", (
        (-700, -600), (-706, -700), (-668, -784), (-540, -822), (-500, -812), (-490, -650),
        (-520, -612))),
    Site("station", "Station Zandwijk", ((8, -892), (6, -850), (96, -846), (112, -892))),
    Site("park", "Stationsplantsoen", ((-30, -888), (-30, -866), (-150, -872), (-152, -898))),
    Site("school", "Vrije Basisschool 's-Gravendijk", (
        (-1600, 850), (-1566, 904), (-1520, 924), (-1500, 880), (-1530, 842))),
    Site("cemetery", "Begraafplaats 's-Gravendijk", (
        (-1436, 800), (-1380, 812), (-1386, 862), (-1442, 856))),
    Site("sports", "Terrein FC Dijkzonen", (
        (-1350, 740), (-1306, 744), (-1300, 860), (-1352, 870))),
    Site("school", "Gemeenteschool Sint-Amandskerke", (
        (1500, 900), (1560, 888), (1590, 940), (1596, 968), (1490, 970))),
    Site("cemetery", "Begraafplaats Sint-Amandskerke", (
        (1340, 920), (1396, 914), (1404, 960), (1346, 972))),
    Site("sports", "Terrein VK Amands", ((1476, 1000), (1560, 1000), (1548, 1060), (1466, 1056))),
    Site("park", "Speelplein De Vogelzang", (
        (556, 262), (640, 252), (700, 268), (730, 330), (696, 410), (610, 432), (540, 392),
        (516, 330))),
    Site("hall", "Gemeenteloods", ((130, 455), (190, 450), (200, 520), (136, 526))),
    Site("care", "Woonzorgcentrum Ter Beke", (
        (230, -190), (330, -180), (400, -196), (400, -270), (300, -290), (226, -270))),
)

FOREST: tuple[XY, ...] = (
    (250, 1030), (420, 1010), (600, 1060), (700, 1120), (860, 1180), (930, 1260), (800, 1370),
    (600, 1395), (390, 1470), (240, 1430), (160, 1250), (180, 1120),
)
FOREST_SOUTH: tuple[XY, ...] = (
    (-1560, -1240), (-1320, -1220), (-1120, -1230), (-1080, -1420), (-1350, -1440), (-1560, -1420),
)
PONDS: tuple[tuple[str, tuple[XY, ...]], ...] = (
    ("", ((262, 128), (290, 112), (330, 122), (352, 150), (330, 172), (300, 166),
                    (272, 182), (254, 160))),
    ("Kasteelgracht", ((-448, -142), (-410, -138), (-376, -146), (-372, -186), (-408, -196),
                       (-450, -190), (-464, -164))),
    ("Amandsput", ((1690, 300), (1640, 330), (1590, 320), (1560, 270), (1600, 236), (1660, 250))),
    ("", ((-960, 330), (-930, 342), (-912, 322), (-934, 304), (-958, 310))),
    ("", ((640, -1120), (668, -1104), (690, -1124), (670, -1146), (644, -1142))),
    ("", ((1260, 1380), (1286, 1392), (1300, 1370), (1276, 1352))),
)
CASTLE_ISLAND: tuple[XY, ...] = ((-436, -152), (-392, -150), (-388, -180), (-434, -182))
# fmt: on
