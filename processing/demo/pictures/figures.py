# ruff: noqa: PLR0913 - a head has many measures
"""Trees, people and lamp posts as pictures with an outline; faces look like faces."""

from functools import cache

import cv2
import numpy as np

from processing.demo.pictures.arrays import RGB, U8
from processing.demo.pictures.campaigns import Season
from processing.demo.pictures.textures import Generator, Texture, as_bytes, generator, noise

PERSON = (0.8, 1.9)
"""Width and height in metres of a person's picture."""
FACE = (0.275, 1.49, 0.25, 0.28)
"""Left, lower edge, width and height of the face within it, in metres."""

_PIXEL = 0.0036
_SKINS: tuple[RGB, ...] = ((232, 190, 162), (214, 166, 134), (168, 118, 86), (110, 74, 54))
_HAIRS: tuple[RGB, ...] = (
    (48, 36, 30), (92, 64, 40), (164, 128, 78), (120, 116, 112), (28, 26, 28), (140, 74, 44),
)  # fmt: skip
_CLOTHES: tuple[RGB, ...] = (
    (44, 62, 96), (124, 40, 44), (60, 84, 62), (196, 178, 140), (70, 70, 76), (206, 206, 200),
    (178, 120, 48), (96, 70, 110),
)  # fmt: skip
_LEAVES: dict[Season, RGB] = {
    "winter": (96, 84, 70), "spring": (116, 148, 62), "summer": (74, 104, 48),
    "autumn": (174, 122, 50),
}  # fmt: skip


@cache
def person(kind: int, season: Season, *, away: bool) -> Texture:
    """Somebody who comes towards the eye, or goes away from it."""
    chance = generator("person", kind)
    columns, rows = round(PERSON[0] / _PIXEL), round(PERSON[1] / _PIXEL)
    pen = _Pen(columns, rows)
    skin = _SKINS[chance.integers(len(_SKINS))]
    hair = _HAIRS[chance.integers(len(_HAIRS))]
    coat = _CLOTHES[chance.integers(len(_CLOTHES))]
    legs = ((40, 44, 58), (52, 50, 50), (88, 96, 120))[chance.integers(3)]
    short = season == "summer"
    stride = float(chance.uniform(0.05, 0.11))
    for side in (-1, 1):
        foot = 0.4 + side * stride
        pen.limb((0.4 + side * 0.08, 0.88), (foot, 0.06), 0.085, legs)
        pen.ellipse((foot + side * 0.01, 0.045), (0.07, 0.045), (36, 32, 30))
    for side in (-1, 1):
        hand = (0.4 + side * 0.25, 0.8 + side * 0.05)
        pen.limb((0.4 + side * 0.19, 1.38), (0.4 + side * 0.25, 1.08), 0.062, coat)
        pen.limb((0.4 + side * 0.25, 1.08), hand, 0.05, skin if short else coat)
        pen.ellipse(hand, (0.042, 0.05), skin)
    body = [(0.19, 1.4), (0.25, 1.47), (0.55, 1.47), (0.61, 1.4), (0.58, 1.1), (0.57, 0.82),
            (0.23, 0.82), (0.22, 1.1)]  # fmt: skip
    pen.shape(body, coat)
    pen.limb((0.4, 1.44), (0.4, 1.54), 0.055, skin)
    if not away and chance.random() < 0.6:
        pen.shape([(0.36, 1.47), (0.44, 1.47), (0.4, 1.2)], (226, 224, 218))
    long_hair = bool(chance.random() < 0.45)
    if long_hair:
        pen.ellipse((0.4, 1.6), (0.135, 0.2), hair)
    _head(pen, skin, hair, away=away, long_hair=long_hair, beard=bool(chance.random() < 0.25))
    return Texture(pen.done(chance), _PIXEL)


def _head(pen: "_Pen", skin: RGB, hair: RGB, *, away: bool, long_hair: bool, beard: bool) -> None:
    pen.ellipse((0.4, 1.70), (0.118, 0.125), hair)
    if away:
        pen.ellipse((0.4, 1.64), (0.11, 0.14), hair)
        return
    for side in (-1, 1):
        pen.ellipse((0.4 + side * 0.107, 1.64), (0.018, 0.032), _dark(skin, 0.88))
    pen.ellipse((0.4, 1.635), (0.103, 0.142), skin)
    pen.ellipse((0.4, 1.745), (0.1, 0.052), hair)
    pen.ellipse((0.45, 1.61), (0.04, 0.08), _dark(skin, 0.95))
    if beard and not long_hair:
        pen.ellipse((0.4, 1.545), (0.085, 0.06), _dark(hair, 1.1))
        pen.ellipse((0.4, 1.585), (0.06, 0.03), skin)
    for side in (-1, 1):
        eye = 0.4 + side * 0.042
        pen.ellipse((eye, 1.655), (0.024, 0.013), (246, 244, 240))
        pen.ellipse((eye, 1.655), (0.011, 0.0125), (52, 44, 40))
        pen.limb((eye - 0.026, 1.683), (eye + 0.026, 1.685), 0.007, _dark(hair, 0.8))
        pen.ellipse((eye, 1.634), (0.026, 0.007), _dark(skin, 0.86))
    pen.limb((0.4, 1.655), (0.404, 1.605), 0.007, _dark(skin, 0.88))
    pen.ellipse((0.4, 1.6), (0.022, 0.012), _dark(skin, 0.82))
    pen.ellipse((0.4, 1.56), (0.036, 0.011), (168, 84, 78))
    pen.limb((0.368, 1.561), (0.432, 1.561), 0.0045, (120, 54, 52))


class _Pen:
    """Draws in metres on a clear sheet, twice as fine as it is kept."""

    def __init__(self, columns: int, rows: int) -> None:
        self._rows = rows
        self._sheet: U8 = np.zeros((rows * 2, columns * 2, 4), dtype=np.uint8)

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(2 * x / _PIXEL), round(2 * (self._rows - y / _PIXEL))

    def ellipse(self, at: tuple[float, float], axes: tuple[float, float], colour: RGB) -> None:
        size = round(2 * axes[0] / _PIXEL), round(2 * axes[1] / _PIXEL)
        cv2.ellipse(self._sheet, self._at(*at), size, 0, 0, 360, (*colour, 255), -1, cv2.LINE_AA)

    def limb(
        self, a: tuple[float, float], b: tuple[float, float], half: float, colour: RGB
    ) -> None:
        wide = max(1, round(4 * half / _PIXEL))
        cv2.line(self._sheet, self._at(*a), self._at(*b), (*colour, 255), wide, cv2.LINE_AA)

    def shape(self, corners: list[tuple[float, float]], colour: RGB) -> None:
        ring = np.array([self._at(*c) for c in corners], dtype=np.int32)
        cv2.fillPoly(self._sheet, [ring], (*colour, 255), cv2.LINE_AA)

    def done(self, chance: Generator) -> U8:
        """Lit from one side, with the folds that cloth has."""
        rows, columns = self._sheet.shape[:2]
        folds = noise(chance, rows, columns, 60, 3) * 0.05
        side = np.linspace(1.1, 0.84, columns, dtype=np.float32)[None, :]
        sheet = self._sheet.astype(np.float32)
        sheet[..., :3] *= (side + folds)[..., None]
        size = columns // 2, rows // 2
        small = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
        return as_bytes(np.asarray(small, dtype=np.float32))


@cache
def tree(kind: int, season: Season) -> Texture:
    """A broad-leaved tree, 512 rows high whatever its height: crown, trunk, light from above."""
    chance = generator("tree", kind)
    rows, columns = 512, 448
    sheet = np.zeros((rows, columns, 4), dtype=np.float32)
    bark = np.array((92, 80, 66), dtype=np.float32)
    _branches(sheet, chance, bark, fine=season == "winter")
    if season != "winter":
        _crown(sheet, chance, _LEAVES[season], thin=season == "spring")
    return Texture(as_bytes(sheet), 1.0 / 512)


def _branches(sheet: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", chance: Generator,
              bark: object, *, fine: bool) -> None:  # fmt: skip
    rows, columns = sheet.shape[:2]
    pen = np.zeros((rows, columns, 4), dtype=np.uint8)
    colour = (94, 82, 70, 255)
    reach = (0.68, 0.86) if fine else (0.5, 0.62)

    def grow(x: float, y: float, angle: float, length: float, width: float) -> None:
        ex, ey = x + np.sin(angle) * length, y - np.cos(angle) * length
        a, b = (round(x * 8), round(y * 8)), (round(ex * 8), round(ey * 8))
        cv2.line(pen, a, b, colour, max(1, round(width)), cv2.LINE_AA, 3)
        if width < (1.0 if fine else 2.5) or length < 8:
            return
        for _ in range(3 if fine else 2):
            bend = angle + float(chance.normal(0, 0.5))
            grow(ex, ey, bend, length * float(chance.uniform(*reach)), width * 0.62)

    grow(columns / 2, rows, 0, rows * (0.26 if fine else 0.24), 20)
    sheet[:] = pen
    del bark


def _crown(sheet: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", chance: Generator,
           colour: RGB, *, thin: bool) -> None:  # fmt: skip
    rows, columns = sheet.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    cover = np.full((rows, columns), -9, dtype=np.float32)
    shine = np.zeros((rows, columns), dtype=np.float32)
    for _ in range(34):
        turn, away = chance.uniform(0, 2 * np.pi), chance.uniform(0, 1) ** 0.6
        cx = columns / 2 + np.cos(turn) * away * columns * 0.31
        cy = rows * 0.37 + np.sin(turn) * away * rows * 0.24
        radius = chance.uniform(46, 84)
        near = 1 - ((x - cx) ** 2 + (y - cy) ** 2) / radius**2
        light = 0.86 - 0.55 * (y - cy) / radius - 0.16 * (x - cx) / radius
        front = near > cover
        shine = np.where(front & (near > -0.2), light, shine)
        cover = np.maximum(cover, near)
    grain = noise(chance, rows, columns, 7, 2)
    leaf = cover + 0.42 * grain - (0.16 if thin else 0.0)
    alpha = np.clip(leaf * 5 + 0.4, 0, 1)
    shade = np.clip(0.55 + 0.42 * shine + 0.3 * grain, 0.28, 1.5)
    hue = np.array(colour, dtype=np.float32)
    face = shade[..., None] * hue
    sheet[..., :3] = sheet[..., :3] * (1 - alpha[..., None]) + face * alpha[..., None]
    sheet[..., 3] = np.maximum(sheet[..., 3], alpha * 255)


@cache
def lamp() -> Texture:
    """A street lamp: a pole with an arm; 1 m wide and 6 m high."""
    image = np.zeros((600, 100, 4), dtype=np.uint8)
    steel = (104, 110, 112, 255)
    cv2.line(image, (50, 600), (50, 24), steel, 9, cv2.LINE_AA)
    cv2.line(image, (50, 600), (50, 500), steel, 15, cv2.LINE_AA)
    cv2.ellipse(image, (50, 18), (34, 12), 0, 0, 360, (70, 74, 78, 255), -1, cv2.LINE_AA)
    cv2.ellipse(image, (50, 26), (26, 6), 0, 0, 360, (240, 236, 214, 255), -1, cv2.LINE_AA)
    return Texture(image, 0.01)


def _dark(colour: RGB, factor: float) -> RGB:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
