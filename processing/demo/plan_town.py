"""The streets of the town: the core around the square, its edges, three allotments, the works."""

# fmt: off
from processing.demo.plan import ZANDWIJK, DrawnStreet

_CORE = (
    DrawnStreet("Marktplein", ZANDWIJK, "local", (
        (-20, -41), (-62, -32), (-66, 14), (-46, 40), (-8, 45), (30, 38), (58, 27), (62, -6),
        (50, -27), (8, -41)), "square", sides=(1,), wavering=0),
    DrawnStreet("Kerkstraat", ZANDWIJK, "local", (
        (44, 4), (110, 11), (190, 16), (300, 8), (430, 10), (560, 34)),
        "high_street", even_side=1, wavering=1),
    DrawnStreet("Kloosterstraat", ZANDWIJK, "local", (
        (-40, 28), (-95, 88), (-160, 150), (-232, 238), (-330, 330))),
    DrawnStreet("Hoogstraat", ZANDWIJK, "local", (
        (-55, -8), (-130, -22), (-230, -12), (-340, -48), (-470, -66))),
    DrawnStreet("Stationsstraat", ZANDWIJK, "local", (
        (-12, -36), (-26, -110), (-60, -210), (-52, -330), (-30, -445), (-42, -600), (-20, -740),
        (-24, -862))),
    DrawnStreet("Noordstraat", ZANDWIJK, "local", (
        (4, 36), (12, 100), (36, 210), (34, 350), (12, 500), (60, 680))),
    DrawnStreet("Molenweg", ZANDWIJK, "local", (
        (190, 14), (184, -60), (194, -130), (206, -240), (196, -340), (212, -450))),
    DrawnStreet("Parkstraat", ZANDWIJK, "local", (
        (190, 14), (182, 110), (198, 215), (150, 300), (36, 352)), sides=(1, -1)),
    DrawnStreet("Schoolstraat", ZANDWIJK, "local", ((-226, -14), (-208, 62), (-164, 150))),
    DrawnStreet("Achterstraat", ZANDWIJK, "local", ((84, 8), (96, 66), (74, 128), (20, 152))),
    DrawnStreet("Sint-Jansstraat", ZANDWIJK, "local", (
        (-95, 88), (-62, 140), (-20, 176), (34, 190))),
    DrawnStreet("Onze-Lieve-Vrouwestraat", ZANDWIJK, "local", (
        (-208, 62), (-300, 78), (-396, 54), (-412, -60))),
    DrawnStreet("11-Julistraat", ZANDWIJK, "local", (
        (-160, 150), (-100, 226), (-40, 276), (36, 290))),
    DrawnStreet("Burgemeester Van Damstraat", ZANDWIJK, "local", (
        (-330, 330), (-220, 392), (-90, 404), (26, 424))),
    DrawnStreet("Beekstraat", ZANDWIJK, "local", (
        (-36, -136), (-130, -142), (-226, -122), (-292, -98), (-300, -36))),
    DrawnStreet("Meersdreef", ZANDWIJK, "path", (
        (-60, -262), (-170, -300), (-300, -286), (-420, -330), (-560, -300), (-700, -340)),
        "none"),
    DrawnStreet("Bakkersgang", ZANDWIJK, "path", ((130, 12), (136, 70), (92, 92)), "none"),
    DrawnStreet("Langestraat", ZANDWIJK, "local", (
        (432, 10), (446, -60), (470, -200), (462, -330), (484, -462))),
    DrawnStreet("Kouterdreef", ZANDWIJK, "local", (
        (462, -300), (560, -310), (640, -350), (700, -440)), "town"),
    DrawnStreet("Kasteelstraat", ZANDWIJK, "local", (
        (-300, -98), (-330, -160), (-318, -330), (-340, -452)), "auto"),
)

_WEST = (
    DrawnStreet("Populierenlaan", ZANDWIJK, "local", (
        (-470, -66), (-484, 40), (-520, 130), (-500, 240), (-436, 320), (-400, 376)),
        "suburb", wavering=0),
    DrawnStreet("Berkenlaan", ZANDWIJK, "local", (
        (-496, 70), (-590, 84), (-670, 140), (-690, 230), (-630, 308), (-560, 300), (-497, 246)),
        "suburb", wavering=0),
    DrawnStreet("Eikenlaan", ZANDWIJK, "local", ((-398, 56), (-440, 120), (-518, 150)),
        "suburb", wavering=0),
    DrawnStreet("Lindenhof", ZANDWIJK, "local", ((-625, 306), (-650, 380), (-640, 430)),
        "suburb", head=True, wavering=0),
    DrawnStreet("Beukenhof", ZANDWIJK, "local", ((-686, 190), (-760, 200), (-830, 180)),
        "suburb", head=True, wavering=0),
    DrawnStreet("Olmendreef", ZANDWIJK, "local", ((-590, 84), (-640, 40), (-720, 20), (-790, 50)),
        "suburb", head=True, wavering=0),
    DrawnStreet("Kastanjelaan", ZANDWIJK, "local", ((-560, 300), (-545, 210), (-590, 84)),
        "suburb", wavering=0),
)

_NORTH_EAST = (
    DrawnStreet("Vogelzang", ZANDWIJK, "local", (
        (596, 44), (604, 130), (556, 230), (460, 300), (340, 330), (150, 300)),
        "new", wavering=0),
    DrawnStreet("Merellaan", ZANDWIJK, "local", (
        (580, 186), (680, 220), (752, 310), (728, 420), (628, 466), (520, 424), (470, 296)),
        "new", wavering=0),
    DrawnStreet("Lijsterhof", ZANDWIJK, "local", ((752, 318), (830, 324), (886, 362)),
        "new", head=True, wavering=0),
    DrawnStreet("Vinkenhof", ZANDWIJK, "local", ((728, 424), (782, 480), (792, 540)),
        "new", head=True, wavering=0),
    DrawnStreet("Nachtegaallaan", ZANDWIJK, "local", (
        (628, 466), (590, 560), (486, 604), (384, 560), (330, 460), (340, 330)),
        "new", wavering=0),
    DrawnStreet("Mezenhof", ZANDWIJK, "local", ((486, 604), (500, 680), (560, 730)),
        "new", head=True, wavering=0),
    DrawnStreet("Zwaluwenlaan", ZANDWIJK, "local", (
        (384, 560), (290, 590), (190, 566), (100, 580), (26, 560)), "new", wavering=0),
    DrawnStreet("Winterkoninghof", ZANDWIJK, "local", ((190, 566), (205, 480), (190, 420)),
        "new", head=True, wavering=0),
    DrawnStreet("Roodborstjespad", ZANDWIJK, "path", ((520, 424), (460, 470), (384, 556)),
        "none", wavering=0),
)

_STATION = (
    DrawnStreet("Vlasstraat", ZANDWIJK, "local", ((-40, -566), (-180, -574), (-332, -592),
        (-470, -596)), "rows", wavering=1),
    DrawnStreet("Linnenstraat", ZANDWIJK, "local", ((-28, -690), (-190, -698), (-356, -722)),
        "rows", wavering=1),
    DrawnStreet("Weversstraat", ZANDWIJK, "local", ((-176, -454), (-182, -574), (-190, -700),
        (-206, -846)), "rows", wavering=1),
    DrawnStreet("Spinnersstraat", ZANDWIJK, "local", ((-320, -452), (-334, -592), (-356, -722),
        (-372, -852)), "rows", wavering=1),
    DrawnStreet("Spoorwegstraat", ZANDWIJK, "local", ((-30, -838), (-200, -846), (-372, -852),
        (-520, -846), (-640, -800)), "town", wavering=1),
    DrawnStreet("Dr. Claesstraat", ZANDWIJK, "local", ((-40, -612), (100, -606), (230, -628),
        (340, -590), (384, -462)), "town", wavering=1),
    DrawnStreet("Tramstraat", ZANDWIJK, "local", ((-26, -770), (110, -760), (260, -776),
        (400, -740)), "town", wavering=1),
    DrawnStreet("Renée Maesstraat", ZANDWIJK, "local", ((230, -628), (252, -700), (260, -776)),
        "town", wavering=1),
    DrawnStreet("Sint-Eligiusstraat", ZANDWIJK, "local", ((110, -452), (104, -530), (100, -606),
        (106, -690), (110, -760)), "town", wavering=1),
    DrawnStreet("Zoëhof", ZANDWIJK, "local", ((340, -590), (420, -616), (470, -590)),
        "new", head=True, wavering=0),
    DrawnStreet("Hopstraat", ZANDWIJK, "local", ((400, -740), (470, -700), (540, -600),
        (550, -480)), "town", wavering=1),
)

_WORKS = (
    DrawnStreet("Nijverheidslaan", ZANDWIJK, "local", (
        (830, -494), (836, -620), (866, -760), (990, -846), (1200, -856), (1400, -838),
        (1500, -730), (1492, -612)), "works", wavering=0),
    DrawnStreet("Ambachtenstraat", ZANDWIJK, "local", (
        (854, -706), (1000, -690), (1180, -700), (1340, -712), (1496, -700)), "works", wavering=0),
)

TOWN: tuple[DrawnStreet, ...] = _CORE + _STATION + _WEST + _NORTH_EAST + _WORKS
# fmt: on
