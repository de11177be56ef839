"""The main roads, the two villages, and the old roads between them."""

# fmt: off
from processing.demo.plan import AMANDSKERKE, GRAVENDIJK, ZANDWIJK, DrawnStreet

_MAIN = (
    DrawnStreet("Grote Baan", ZANDWIJK, "main", (
        (-2600, -640), (-1900, -590), (-1300, -540), (-700, -476), (-200, -446), (200, -448),
        (700, -476), (1250, -566), (1800, -650), (2600, -700)), "highway", wavering=0),
    DrawnStreet("Amandsbaan", ZANDWIJK, "main", (
        (560, 34), (720, 92), (890, 190), (1070, 330), (1230, 520), (1340, 700), (1438, 858))),
    DrawnStreet("'s-Gravenlaan", ZANDWIJK, "main", (
        (-330, 330), (-520, 436), (-740, 500), (-960, 596), (-1180, 640), (-1380, 704),
        (-1482, 736))),
    DrawnStreet("Heirweg", ZANDWIJK, "local", (
        (60, 680), (120, 860), (126, 1060), (206, 1260), (190, 1500), (236, 1850))),
    DrawnStreet("Westmolenstraat", ZANDWIJK, "local", (
        (-470, -66), (-650, -50), (-850, -92), (-1080, -64), (-1300, -22), (-1560, 58),
        (-1850, 24), (-2400, 96))),
)

_GRAVENDIJK = (
    DrawnStreet("Dorpsstraat", GRAVENDIJK, "local", (
        (-1505, 740), (-1610, 742), (-1750, 704), (-1950, 762), (-2400, 716))),
    DrawnStreet("Dijkstraat", GRAVENDIJK, "local", (
        (-1490, 760), (-1470, 850), (-1494, 990), (-1440, 1150), (-1476, 1400), (-1424, 1780))),
    DrawnStreet("Zeedijk", GRAVENDIJK, "local", (
        (-1484, 722), (-1502, 610), (-1466, 450), (-1490, 280), (-1448, 120), (-1440, 16))),
    DrawnStreet("Schoolstraat", GRAVENDIJK, "local", (
        (-1600, 742), (-1612, 840), (-1570, 930), (-1484, 950))),
    DrawnStreet("Veldstraat", GRAVENDIJK, "local", (
        (-1290, 672), (-1282, 800), (-1340, 910), (-1478, 900))),
    DrawnStreet("Polderstraat", GRAVENDIJK, "local", (
        (-1440, 1150), (-1250, 1116), (-1050, 1184), (-800, 1122), (-560, 1180), (-300, 1104),
        (-60, 1134), (140, 1090))),
    DrawnStreet("Zilvermeeuwstraat", GRAVENDIJK, "local", (
        (-1608, 806), (-1690, 816), (-1744, 896), (-1690, 962), (-1590, 918)), "new", wavering=0),
    DrawnStreet("Sternhof", GRAVENDIJK, "local", ((-1744, 896), (-1810, 900), (-1850, 940)),
        "new", head=True, wavering=0),
    DrawnStreet("Lange Dreef", GRAVENDIJK, "local", (
        (-1850, 724), (-1830, 480), (-1872, 250), (-1850, 24))),
    DrawnStreet("Noordhoekstraat", GRAVENDIJK, "local", (
        (-800, 1122), (-822, 1350), (-760, 1800))),
    DrawnStreet("Kruisstraat", GRAVENDIJK, "local", (
        (-560, 1180), (-540, 960), (-604, 760), (-566, 454))),
    DrawnStreet("Kwakkelhoekstraat", GRAVENDIJK, "local", (
        (-1490, 990), (-1700, 1060), (-1850, 1180), (-2060, 1200))),
    DrawnStreet("Duinkerkestraatje", GRAVENDIJK, "path", (
        (-1480, 300), (-1250, 330), (-1040, 290), (-900, 360), (-780, 510)), "none"),
    DrawnStreet("Weidepad", GRAVENDIJK, "path", (
        (-604, 760), (-800, 800), (-980, 870), (-1160, 860), (-1284, 800)), "none"),
)

_AMANDSKERKE = (
    DrawnStreet("Dorpsstraat", AMANDSKERKE, "local", (
        (1478, 872), (1560, 862), (1660, 890), (1800, 868), (2000, 926), (2450, 890))),
    DrawnStreet("Schoolstraat", AMANDSKERKE, "local", (
        (1450, 900), (1456, 980), (1426, 1080), (1470, 1220), (1436, 1420), (1490, 1780))),
    DrawnStreet("Veldstraat", AMANDSKERKE, "local", (
        (1424, 870), (1330, 904), (1200, 902), (1050, 962), (860, 930), (640, 984), (400, 930),
        (124, 960))),
    DrawnStreet("Bosstraat", AMANDSKERKE, "local", (
        (1430, 1070), (1280, 1150), (1100, 1182), (950, 1290), (800, 1400), (600, 1420),
        (400, 1500), (192, 1470))),
    DrawnStreet("Boomgaardstraat", AMANDSKERKE, "local", (
        (1552, 864), (1570, 746), (1680, 640), (1850, 560), (2050, 524), (2450, 544))),
    DrawnStreet("Zandstraat", AMANDSKERKE, "local", (
        (1652, 888), (1664, 990), (1580, 1070), (1440, 1056))),
    DrawnStreet("Pastorijstraat", AMANDSKERKE, "local", (
        (1458, 965), (1540, 960), (1660, 960)), "auto"),
    DrawnStreet("Korenbloemlaan", AMANDSKERKE, "local", (
        (1390, 780), (1470, 752), (1530, 700), (1500, 620), (1400, 600), (1300, 626)),
        "new", wavering=0),
    DrawnStreet("Klaproosstraat", AMANDSKERKE, "local", ((1520, 690), (1570, 680), (1650, 664)),
        "new", wavering=0),
    DrawnStreet("Oostveldstraat", AMANDSKERKE, "local", (
        (890, 190), (1050, 122), (1250, 104), (1450, 62), (1700, 112), (1950, 42), (2450, 66))),
    DrawnStreet("Kouterstraat", AMANDSKERKE, "local", (
        (1700, 112), (1722, 260), (1690, 420), (1716, 622))),
    DrawnStreet("Hazepad", AMANDSKERKE, "path", (
        (640, 984), (660, 1120), (600, 1270), (604, 1420)), "none"),
    DrawnStreet("Galgestraat", AMANDSKERKE, "path", (
        (1980, 922), (1960, 1060), (1860, 1180), (1740, 1260), (1460, 1290)), "none"),
)

_SOUTH = (
    DrawnStreet("Zuidstraat", ZANDWIJK, "local", (
        (-24, -862), (-10, -960), (-40, -1100), (16, -1260), (-16, -1500), (30, -1800))),
    DrawnStreet("Heidestraat", ZANDWIJK, "local", (
        (-40, -1100), (-250, -1134), (-480, -1084), (-720, -1150), (-1000, -1102), (-1300, -1176),
        (-1700, -1134), (-2300, -1190))),
    DrawnStreet("Kapellestraat", ZANDWIJK, "local", (
        (14, -1250), (250, -1226), (480, -1290), (760, -1224), (1050, -1300), (1400, -1256),
        (1800, -1334), (2450, -1290))),
    DrawnStreet("Steenovenstraat", ZANDWIJK, "local", (
        (-690, -476), (-756, -700), (-704, -900), (-722, -1150))),
    DrawnStreet("Vlasserijstraat", ZANDWIJK, "local", (
        (1052, -1300), (1036, -1120), (1066, -980), (1000, -848))),
    DrawnStreet("Galgenveldstraat", ZANDWIJK, "local", (
        (-1000, -1102), (-1024, -1350), (-960, -1720))),
    DrawnStreet("Meersstraat", ZANDWIJK, "local", (
        (-1200, -530), (-1190, -400), (-1244, -250), (-1216, -130), (-1260, -30))),
    DrawnStreet("Wulfhoekstraat", ZANDWIJK, "local", (
        (-1720, -574), (-1676, -740), (-1722, -900), (-1700, -1134))),
    DrawnStreet("Vaartstraat", ZANDWIJK, "local", (
        (1280, -570), (1256, -380), (1300, -200), (1236, -60), (1256, 104))),
    DrawnStreet("Kleine Vaartstraat", ZANDWIJK, "local", (
        (1900, -660), (1880, -480), (1930, -300), (1900, -100), (1950, 42))),
    DrawnStreet("Lochtingstraat", ZANDWIJK, "local", (
        (1400, -1256), (1440, -1080), (1640, -980), (1800, -830), (1790, -650))),
    DrawnStreet("Hondenstraatje", ZANDWIJK, "path", (
        (480, -1290), (500, -1130), (440, -1010), (400, -740)), "none"),
    DrawnStreet("Broekpad", ZANDWIJK, "path", (
        (484, -210), (620, -250), (740, -240), (900, -330), (1060, -320), (1260, -380)), "none"),
    DrawnStreet("Kerkwegel", ZANDWIJK, "path", (
        (-1130, -64), (-1100, 90), (-960, 170), (-830, 180)), "none"),
)

COUNTRY: tuple[DrawnStreet, ...] = _MAIN + _GRAVENDIJK + _AMANDSKERKE + _SOUTH
# fmt: on
