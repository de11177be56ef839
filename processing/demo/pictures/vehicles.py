"""Parked cars: a body of flat faces with wheels, windows, lamps and a number plate."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from processing.demo.pictures.arrays import F64, RGB
from processing.demo.pictures.textures import Texture, as_bytes
from processing.demo.pictures.volumes import Face

LENGTH, WIDTH, HEIGHT = 4.3, 1.78, 1.46
PLATE = (0.52, 0.115)
_PIXEL = 0.008
_COLOURS: tuple[RGB, ...] = (
    (196, 200, 204), (40, 42, 46), (232, 232, 230), (96, 102, 110), (128, 30, 34), (38, 62, 110),
    (150, 146, 136), (58, 84, 70),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Car:
    """Where a car stands: its middle, the way it would drive (radians), its number."""

    at: tuple[float, float]
    heading: float
    number: str
    paint: int

    @property
    def axes(self) -> tuple[F64, F64]:
        """Forward and to the left."""
        forward = np.array([np.sin(self.heading), np.cos(self.heading)])
        return forward, np.array([-forward[1], forward[0]])

    def place(self, x: float, y: float, z: float) -> F64:
        """A point of the car, metres forward, to the left and up."""
        forward, left = self.axes
        flat = np.array(self.at) + forward * x + left * y
        return np.array([flat[0], flat[1], z])

    @property
    def footprint(self) -> F64:
        corners = ((-2.1, -0.85), (2.1, -0.85), (2.1, 0.85), (-2.1, 0.85))
        return np.array([self.place(x, y, 0)[:2] for x, y in corners])


def number_plate(chance: np.random.Generator) -> str:
    """A number of the Belgian pattern, in a series that is not given out."""
    letters = "".join(chance.choice(list("ABCDEFGHJKLPSTVXYZ"), 2))
    return f"9-Z{letters}-{chance.integers(100, 999)}"


def faces(car: Car) -> Iterator[Face]:
    """The body, from below to the roof."""
    w, t, half = WIDTH / 2, WIDTH / 2 * 0.8, LENGTH / 2
    paint, p = car.paint, car.place

    def quad(corners: list[tuple[float, float, float]], texture: Callable[[], Texture]) -> Face:
        return Face(np.array([p(*c) for c in corners]), texture)

    yield quad([(half, w, 0), (-half, w, 0), (-half, w, 0.95), (half, w, 0.95)],
               lambda: _side(paint, mirrored=True))  # fmt: skip
    yield quad([(-half, -w, 0), (half, -w, 0), (half, -w, 0.95), (-half, -w, 0.95)],
               lambda: _side(paint, mirrored=False))  # fmt: skip
    yield quad([(1.05, w, 0.93), (-1.95, w, 0.93), (-1.35, t, HEIGHT), (0.25, t, HEIGHT)],
               lambda: _window(paint, bars=True))  # fmt: skip
    yield quad([(-1.95, -w, 0.93), (1.05, -w, 0.93), (0.25, -t, HEIGHT), (-1.35, -t, HEIGHT)],
               lambda: _window(paint, bars=True))  # fmt: skip
    yield quad([(half, -w, 0.22), (half, w, 0.22), (half, w, 0.78), (half, -w, 0.78)],
               lambda: _end(paint, car.number, front=True))  # fmt: skip
    yield quad([(-half, w, 0.22), (-half, -w, 0.22), (-half, -w, 0.93), (-half, w, 0.93)],
               lambda: _end(paint, car.number, front=False))  # fmt: skip
    yield quad([(half, -w, 0.78), (half, w, 0.78), (1.05, w, 0.94), (1.05, -w, 0.94)],
               lambda: _plain(paint))  # fmt: skip
    yield quad([(1.05, -w, 0.94), (1.05, w, 0.94), (0.25, t, HEIGHT), (0.25, -t, HEIGHT)],
               lambda: _window(paint, bars=False))  # fmt: skip
    yield quad([(-half, w, 0.93), (-half, -w, 0.93), (-1.35, -t, HEIGHT), (-1.35, t, HEIGHT)],
               lambda: _window(paint, bars=False))  # fmt: skip
    yield quad([(0.25, -t, HEIGHT), (0.25, t, HEIGHT), (-1.35, t, HEIGHT), (-1.35, -t, HEIGHT)],
               lambda: _plain(paint))  # fmt: skip


def plates(car: Car) -> Iterator[tuple[F64, F64]]:
    """Corners of the two plates and the way each of them faces."""
    half, (wide, high) = LENGTH / 2, PLATE
    forward = np.append(car.axes[0], 0.0)
    for end, low in ((1, 0.36), (-1, 0.56)):
        ring = [(-wide / 2, low), (wide / 2, low), (wide / 2, low + high), (-wide / 2, low + high)]
        yield np.array([car.place(end * half, y, z) for y, z in ring]), forward * end


@cache
def _plain(paint: int) -> Texture:
    image = np.full((16, 16, 3), _COLOURS[paint % len(_COLOURS)], dtype=np.uint8)
    return Texture(image, 0.1, wrap=True)


@cache
def _side(paint: int, *, mirrored: bool) -> Texture:
    """Doors, sills and wheels; nothing beside the outline."""
    rows, columns = round(0.95 / _PIXEL), round(LENGTH / _PIXEL)
    image = np.zeros((rows, columns, 4), dtype=np.uint8)

    def at(x: float, z: float) -> tuple[int, int]:
        return round((x + LENGTH / 2) / _PIXEL), rows - round(z / _PIXEL)

    colour = _COLOURS[paint % len(_COLOURS)]
    outline = [(-2.15, 0.3), (-2.15, 0.95), (1.05, 0.95), (2.1, 0.78), (2.15, 0.28), (1.9, 0.2),
               (-1.9, 0.2)]  # fmt: skip
    cv2.fillPoly(image, [np.array([at(*p) for p in outline])], (*colour, 255), cv2.LINE_AA)
    image[: rows // 6, :, :3] = np.minimum(image[: rows // 6, :, :3].astype(int) + 22, 255)
    lower = image[-round(0.42 / _PIXEL) :, :, :3]
    lower[:] = (lower * 0.78).astype(np.uint8)
    for x in (-0.95, 0.1, 1.05):
        cv2.line(image, at(x, 0.3), at(x, 0.94), (*_darker(colour, 0.6), 255), 2)
    for x in (-0.75, 0.3):
        cv2.line(image, at(x, 0.78), at(x + 0.18, 0.78), (*_darker(colour, 0.5), 255), 3)
    for x in (-1.32, 1.36):
        cv2.circle(image, at(x, 0.33), round(0.38 / _PIXEL), (22, 22, 24, 255), -1, cv2.LINE_AA)
        cv2.circle(image, at(x, 0.31), round(0.31 / _PIXEL), (34, 34, 36, 255), -1, cv2.LINE_AA)
        cv2.circle(image, at(x, 0.31), round(0.2 / _PIXEL), (148, 150, 154, 255), -1, cv2.LINE_AA)
        cv2.circle(image, at(x, 0.31), round(0.06 / _PIXEL), (60, 60, 64, 255), -1, cv2.LINE_AA)
    cv2.line(image, at(2.0, 0.66), at(2.12, 0.62), (238, 238, 226, 255), 12)
    cv2.line(image, at(-2.12, 0.76), at(-2.04, 0.76), (150, 24, 26, 255), 16)
    return Texture(np.ascontiguousarray(image[:, ::-1]) if mirrored else image, _PIXEL)


@cache
def _window(paint: int, *, bars: bool) -> Texture:
    """Glass between narrow pillars, lighter towards the top where it mirrors the sky."""
    rows, columns = 60, 240
    fall = np.linspace(1, 0, rows, dtype=np.float32)[:, None, None]
    dark, sky = np.array((30, 34, 40)), np.array((138, 156, 172))
    image = as_bytes(
        (dark + (sky - dark) * 0.55 * fall + np.zeros((1, columns, 1))).astype(np.float32)
    )
    colour = _darker(_COLOURS[paint % len(_COLOURS)], 0.85)
    image[:5], image[-3:] = colour, colour
    image[:, :6], image[:, -6:] = colour, colour
    if bars:
        image[:, 118:126] = colour
    return Texture(image, 0.0125)


@cache
def _end(paint: int, number: str, *, front: bool) -> Texture:
    """Bumper, lamps and plate; red figures on white, as on Belgian roads."""
    high = 0.56 if front else 0.71
    rows, columns = round(high / _PIXEL), round(WIDTH / _PIXEL)
    colour = _COLOURS[paint % len(_COLOURS)]
    image = np.full((rows, columns, 3), colour, dtype=np.uint8)
    image[-round(0.2 / _PIXEL) :] = _darker(colour, 0.7)
    lamp = (236, 238, 232) if front else (158, 22, 26)
    top = round((0.1 if front else 0.12) / _PIXEL)
    for left in (round(0.08 / _PIXEL), columns - round(0.46 / _PIXEL)):
        image[top : top + round(0.14 / _PIXEL), left : left + round(0.38 / _PIXEL)] = lamp
    if front:
        middle = columns // 2
        image[top : top + 20, middle - 44 : middle + 44] = (28, 28, 30)
    low = (0.36 if front else 0.56) - 0.22
    wide, tall = round(PLATE[0] / _PIXEL), round(PLATE[1] / _PIXEL)
    row, left = rows - round((low + PLATE[1]) / _PIXEL), (columns - wide) // 2
    plate = np.full((tall * 8, wide * 8, 3), (246, 246, 244), dtype=np.uint8)
    cv2.putText(
        plate, number, (54, tall * 8 - 26), cv2.FONT_HERSHEY_DUPLEX, 2.35, (150, 20, 30), 7,
        cv2.LINE_AA,
    )  # fmt: skip
    cv2.rectangle(plate, (3, 3), (wide * 8 - 4, tall * 8 - 4), (150, 20, 30), 5)
    small = cv2.resize(plate, (wide, tall), interpolation=cv2.INTER_AREA)
    image[row : row + tall, left : left + wide] = small
    return Texture(image, _PIXEL)


def paints() -> int:
    return len(_COLOURS)


def _darker(colour: RGB, factor: float) -> RGB:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
