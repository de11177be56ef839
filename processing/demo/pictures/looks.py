"""What houses look like: their walls, roofs, doors and shops, drawn from chance."""

from dataclasses import dataclass, replace
from typing import Literal

from processing.demo.pictures.arrays import RGB
from processing.demo.pictures.textures import generator

type Style = Literal["brick", "plaster", "modern", "metal", "stone"]

_BRICKS: tuple[RGB, ...] = (
    (150, 84, 66), (128, 72, 60), (164, 100, 76), (112, 70, 62), (176, 132, 96), (188, 160, 122),
    (136, 92, 78), (120, 104, 96),
)  # fmt: skip
_PLASTERS: tuple[RGB, ...] = (
    (226, 222, 212), (218, 208, 188), (206, 206, 204), (230, 220, 190), (196, 188, 176),
)  # fmt: skip
_DOORS: tuple[RGB, ...] = (
    (64, 76, 62), (96, 44, 40), (44, 56, 82), (70, 56, 44), (40, 42, 46), (150, 148, 140),
    (110, 76, 48),
)  # fmt: skip
_ROOFS: tuple[RGB, ...] = (
    (150, 82, 58), (132, 74, 56), (88, 78, 76), (74, 76, 82), (160, 92, 62), (112, 70, 58),
)  # fmt: skip
_SHOPS = (
    "BAKKERIJ DE KORST", "SLAGERIJ VERZANDE", "CAFÉ DE ZWAAN", "BOEKHANDEL PAPYRA", "KAPSALON LOKO",
    "BLOEMEN FLORA", "APOTHEEK", "FIETSEN WIELTJE", "KLEDING MODA", "FRITUUR 'T ZAND",
    "OPTIEK HELDER", "SPEELGOED TOL", "THEEHUIS MIRA", "DROGISTERIJ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a house looks like; the same name gives the same look."""

    name: str
    style: Style
    wall: RGB
    trim: RGB
    door: RGB
    roof: RGB
    joint: RGB
    shop: str | None = None
    number: str | None = None
    garage: bool = False


def look_of(name: str, style: Style | None = None, *, shop: bool = False) -> Look:
    """A look drawn from chance for one house."""
    chance = generator("look", name)
    drawn: Style = "brick" if chance.random() < 0.7 else "plaster"
    kind = style or drawn
    walls = _BRICKS if kind == "brick" else _PLASTERS
    wall = walls[chance.integers(len(walls))]
    dark = chance.random() < 0.4
    look = Look(
        name, kind, wall,
        (52, 54, 58) if dark else (232, 230, 224),
        _DOORS[chance.integers(len(_DOORS))],
        _ROOFS[chance.integers(len(_ROOFS))],
        (178, 170, 158) if chance.random() < 0.6 else (96, 88, 82),
        garage=bool(chance.random() < 0.22),
    )  # fmt: skip
    if kind == "modern":
        look = replace(look, wall=(222, 220, 214), trim=(44, 46, 50), roof=(66, 68, 74))
    if kind == "metal":
        look = replace(look, wall=(168, 174, 178), trim=(70, 80, 96))
    if kind == "stone":
        look = replace(look, wall=(176, 150, 118), roof=(70, 72, 78), joint=(196, 186, 166))
    if shop:
        look = replace(look, shop=_SHOPS[chance.integers(len(_SHOPS))])
    return look
