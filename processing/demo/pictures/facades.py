"""Fronts of houses: brick or plaster, doors, windows, shop fronts, house numbers."""

from typing import Literal

import cv2
import numpy as np

from processing.demo.pictures.arrays import RGB, U8
from processing.demo.pictures.looks import Look
from processing.demo.pictures.textures import (
    Generator,
    Texture,
    as_bytes,
    brick,
    cladding,
    generator,
    noise,
    plaster,
)

SCALE = 0.02
"""Metres a pixel of a facade."""

type Role = Literal["front", "side", "rear", "blank"]


def wall_texture(look: Look, width: float, height: float, role: Role, storeys: int) -> Texture:
    """One wall of a house, drawn to its size."""
    rows, columns = max(2, round(height / SCALE)), max(2, round(width / SCALE))
    chance = generator("wall", look.name, role, rows, columns)
    image = np.ascontiguousarray(_surface(look, chance, rows, columns))
    pen = _Pen(image, look, chance)
    if role == "front" and look.style == "stone":
        _lancets(pen)
    elif look.style == "metal":
        _hall_front(pen, role)
    elif role == "front":
        _front(pen, storeys)
    elif role in ("side", "rear") and width > 3.2:
        _back(pen, storeys, role)
    return Texture(image, SCALE)


def _surface(look: Look, chance: Generator, rows: int, columns: int) -> U8:
    if look.style in ("brick", "stone"):
        return brick(chance, rows, columns, SCALE, look.wall, look.joint)
    if look.style == "metal":
        return cladding(chance, rows, columns, SCALE, look.wall)
    return plaster(chance, rows, columns, SCALE, look.wall)


class _Pen:
    """Draws on a wall in metres: x from the left, y from the ground."""

    def __init__(self, image: U8, look: Look, chance: Generator) -> None:
        self.image, self.look, self.chance = image, look, chance
        self.width, self.height = image.shape[1] * SCALE, image.shape[0] * SCALE

    def box(self, x: float, y: float, w: float, h: float, colour: RGB) -> None:
        rows, columns = self.image.shape[:2]
        left, right = round(x / SCALE), round((x + w) / SCALE)
        top, bottom = rows - round((y + h) / SCALE), rows - round(y / SCALE)
        left, top = max(left, 0), max(top, 0)
        self.image[top : max(bottom, 0), left : min(max(right, 0), columns)] = colour

    def shade(self, x: float, y: float, w: float, h: float, factor: float) -> None:
        rows = self.image.shape[0]
        left, right = max(round(x / SCALE), 0), max(round((x + w) / SCALE), 0)
        top, bottom = max(rows - round((y + h) / SCALE), 0), max(rows - round(y / SCALE), 0)
        part = self.image[top:bottom, left:right]
        part[:] = np.clip(part * factor, 0, 255).astype(np.uint8)

    def glass(self, x: float, y: float, w: float, h: float) -> None:
        """A pane: the sky in its upper part, the dark room below, now and then a curtain."""
        rows, columns = max(1, round(h / SCALE)), max(1, round(w / SCALE))
        fall = np.linspace(1, 0, rows, dtype=np.float32)[:, None] ** 1.4
        ripple = noise(self.chance, rows, columns, 0.5 / SCALE, 2)
        share = np.clip(0.18 + 0.55 * fall + 0.10 * ripple, 0, 1)[..., None]
        dark, sky = np.array((38, 42, 48)), np.array((168, 186, 204))
        pane = (dark * (1 - share) + sky * share).astype(np.float32)
        if self.chance.random() < 0.55:
            folds = 0.9 + 0.1 * np.sin(np.arange(columns) * SCALE / 0.07)
            cloth = np.array((214, 210, 200), dtype=np.float32) * folds[None, :, None]
            kind = self.chance.integers(3)
            veil = np.zeros((rows, columns, 1), dtype=np.float32)
            if kind == 0:
                veil[:, : columns // 4], veil[:, -columns // 4 :] = 0.6, 0.6
            elif kind == 1:
                veil[: rows // 3] = 0.65
            else:
                veil[:] = 0.42
            pane = (pane * (1 - veil) + cloth * veil).astype(np.float32)
        top = self.image.shape[0] - round((y + h) / SCALE)
        left = round(x / SCALE)
        target = self.image[max(top, 0) : top + rows, max(left, 0) : left + columns]
        target[:] = as_bytes(pane)[: target.shape[0], : target.shape[1]]

    def window(self, x: float, y: float, w: float, h: float, mullions: int = 1) -> None:
        look = self.look
        stone = (132, 134, 136)
        if look.style == "brick":
            self.box(x - 0.1, y + h, w + 0.2, 0.16, tuple(c * 0.82 for c in look.wall))  # type: ignore[arg-type]
        self.box(x - 0.08, y - 0.08, w + 0.16, 0.09, stone)
        self.shade(x - 0.08, y - 0.14, w + 0.16, 0.06, 0.75)
        self.box(x, y, w, h, look.trim)
        pane = (w - 0.07 * (mullions + 1)) / mullions
        for i in range(mullions):
            self.glass(x + 0.07 + i * (pane + 0.07), y + 0.07, pane, h - 0.14)
        self.shade(x, y + h - 0.12, w, 0.12, 0.55)
        self.shade(x, y, 0.06, h, 0.7)

    def door(self, x: float, w: float = 1.0, h: float = 2.15) -> None:
        look = self.look
        self.box(x - 0.06, 0, w + 0.12, h + 0.5, look.trim)
        self.glass(x, h + 0.05, w, 0.36)
        self.box(x, 0.12, w, h - 0.12, look.door)
        for i in range(2):
            low = 0.25 + i * 0.95
            self.shade(x + 0.14, low, w - 0.28, 0.75, 0.82)
            self.shade(x + 0.18, low + 0.04, w - 0.36, 0.67, 1.16)
        self.box(x + w - 0.14, 1.02, 0.05, 0.16, (196, 190, 170))
        self.box(x + 0.3, 1.1, w - 0.6, 0.05, (180, 176, 160))
        self.box(x - 0.12, 0, w + 0.24, 0.14, (128, 130, 132))
        self.shade(x, h + 0.3, w, 0.16, 0.6)
        if look.number:
            self.plate(x + w + 0.16, 1.62, look.number)

    def plate(self, x: float, y: float, number: str) -> None:
        wide = 0.13 * len(number) + 0.1
        self.box(x, y, wide, 0.26, (34, 58, 110))
        at = round((x + 0.04) / SCALE), self.image.shape[0] - round((y + 0.05) / SCALE)
        cv2.putText(
            self.image, number, at, cv2.FONT_HERSHEY_SIMPLEX, 0.3, (240, 240, 236), 1, cv2.LINE_AA
        )

    def garage(self, x: float) -> None:
        self.box(x - 0.08, 0, 2.66, 2.3, self.look.trim)
        self.box(x, 0.02, 2.5, 2.2, tuple(min(255, c + 30) for c in self.look.door))  # type: ignore[arg-type]
        for i in range(5):
            self.shade(x, 0.42 * (i + 1), 2.5, 0.04, 0.62)
        self.shade(x, 2.06, 2.5, 0.16, 0.6)

    def shop_front(self, x: float, w: float) -> None:
        trim = self.look.door
        self.box(x, 0, w, 3.1, trim)
        self.box(x, 0, w, 0.4, tuple(c * 0.7 for c in trim))  # type: ignore[arg-type]
        panes = max(1, round(w / 1.9))
        pane = (w - 0.09 * (panes + 1)) / panes
        for i in range(panes):
            left = x + 0.09 + i * (pane + 0.09)
            self.glass(left, 0.45, pane, 2.05)
            self._wares(left, pane)
        self.box(x, 2.56, w, 0.52, tuple(c * 0.85 for c in trim))  # type: ignore[arg-type]
        text = self.look.shop or ""
        size = min(0.9, w / SCALE / (len(text) * 19 + 1))
        at = round((x + 0.25) / SCALE), self.image.shape[0] - round(2.72 / SCALE)
        cv2.putText(
            self.image, text, at, cv2.FONT_HERSHEY_DUPLEX, size, (244, 238, 220), 1, cv2.LINE_AA
        )
        self.shade(x, 2.5, w, 0.07, 0.5)

    def _wares(self, left: float, width: float) -> None:
        """What lies in the shop window, in colours."""
        at = left + 0.08
        while at < left + width - 0.35:
            wide, high = self.chance.uniform(0.12, 0.34), self.chance.uniform(0.15, 0.7)
            colour = self.chance.integers(110, 190) + self.chance.integers(-28, 28, 3)
            self.box(at, 0.5, wide, high, (float(colour[0]), float(colour[1]), float(colour[2])))
            at += wide + self.chance.uniform(0.05, 0.3)


def _front(pen: _Pen, storeys: int) -> None:
    """The street side: door, windows in axes, plinth, cornice; a shop or a garage below."""
    look, chance = pen.look, pen.chance
    modern = look.style == "modern"
    if not modern:
        pen.box(0, 0, pen.width, 0.45, (118, 120, 122))
    axes = max(1, int((pen.width - 0.5) / (2.5 if not modern else 3.0)))
    step = pen.width / axes
    door_axis = int(chance.integers(axes))
    ground = 3.1 if storeys > 1 else 2.75
    if look.shop and pen.width > 4:
        pen.shop_front(0.25, pen.width - 1.75)
        pen.door(pen.width - 1.3)
    else:
        roomy = look.garage and pen.width > 6.4
        pen_start = 3.1 if roomy else 0.0
        if roomy:
            pen.garage(0.35)
        _ground_floor(pen, pen_start, door_axis, ground, modern)
    low = ground + 0.75
    for storey in range(1, storeys):
        high = 1.65 if storey == 1 else 1.35
        if low + high > pen.height - 0.2:
            break
        for axis in range(axes):
            wide = min(1.9 if modern else 1.15, step - 0.5)
            pen.window(step * (axis + 0.5) - wide / 2, low, wide, high, 2 if wide > 1 else 1)
        if modern and chance.random() < 0.7:
            _balcony(pen, low, step)
        low += 2.75
    if not modern:
        pen.box(0, pen.height - 0.28, pen.width, 0.2, (226, 222, 214))
        pen.shade(0, pen.height - 0.42, pen.width, 0.14, 0.66)
    pipe = pen.width - 0.16
    pen.box(pipe, 0.3, 0.08, pen.height - 0.5, (150, 152, 150))
    pen.shade(pipe + 0.08, 0.3, 0.05, pen.height - 0.5, 0.7)


def _ground_floor(pen: _Pen, start: float, door_axis: int, ground: float, modern: bool) -> None:
    room = pen.width - start
    axes = max(1, int((room - 0.4) / 2.4))
    step = room / axes
    for axis in range(axes):
        middle = start + step * (axis + 0.5)
        if axis == door_axis % axes:
            pen.door(middle - (0.5 if axes > 1 else min(0.2, step / 2 - 0.5) + 0.5))
        else:
            wide = min(2.1 if modern else 1.6, step - 0.5)
            pen.window(middle - wide / 2, 0.85, wide, ground - 1.25, 2 if wide > 1.2 else 1)


def _balcony(pen: _Pen, low: float, step: float) -> None:
    wide = min(step * 1.4, pen.width - 0.8)
    left = (pen.width - wide) / 2
    pen.box(left, low - 0.35, wide, 0.16, (190, 190, 186))
    for i in range(int(wide / 0.12)):
        pen.box(left + i * 0.12, low - 0.2, 0.03, 0.95, (60, 62, 66))
    pen.box(left, low + 0.72, wide, 0.05, (60, 62, 66))
    pen.shade(left, low - 0.6, wide, 0.25, 0.6)


def _back(pen: _Pen, storeys: int, role: Role) -> None:
    """The garden side or a free side: fewer windows, no front door."""
    step = 3.1 if role == "rear" else 4.6
    axes = max(1, int(pen.width / step))
    for storey in range(storeys):
        low = 0.9 + storey * 2.9
        for axis in range(axes):
            if pen.chance.random() < (0.85 if role == "rear" else 0.45):
                wide = float(pen.chance.uniform(0.9, 1.5))
                if low + 1.2 < pen.height - 0.2:
                    middle = pen.width * (axis + 0.5) / axes
                    pen.window(middle - wide / 2, low, wide, 1.15)


def _hall_front(pen: _Pen, role: Role) -> None:
    if role == "front":
        at = 2.0
        while at + 4 < pen.width:
            pen.box(at, 0, 3.8, 4.0, (90, 98, 110))
            for i in range(8):
                pen.shade(at, 0.5 * i, 3.8, 0.05, 0.75)
            at += 7.5
    pen.box(0, pen.height - 0.5, pen.width, 0.5, pen.look.trim)


def _lancets(pen: _Pen) -> None:
    """Pointed windows between the buttresses of a church."""
    count = int(pen.width / 3.6)
    for i in range(count):
        middle = pen.width * (i + 0.5) / count
        high = min(pen.height - 2.5, 5.5)
        if high > 1.5:
            pen.box(middle - 0.7, 1.8, 1.4, high, (206, 196, 176))
            pen.glass(middle - 0.5, 2.0, 1.0, high - 0.5)
            for k in (-0.17, 0.17):
                pen.box(middle + k - 0.03, 2.0, 0.06, high - 0.5, (70, 72, 78))
    pen.box(0, 0, pen.width, 0.7, (140, 136, 128))
