"""One panorama: sky, ground, houses, hedges, cars, trees and people around an eye."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from shapely import STRtree

from processing.demo.axis import XY
from processing.demo.chance import stream
from processing.demo.pictures import vehicles
from processing.demo.pictures.arrays import F32, F64, I32, U8, Bools
from processing.demo.pictures.campaigns import Campaign
from processing.demo.pictures.faces import Faces, Light
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.ground import Painter, lit
from processing.demo.pictures.pixels import wrapped
from processing.demo.pictures.plants import tree_card
from processing.demo.pictures.rays import Canvas, Card
from processing.demo.pictures.scene import EYE, Scene, Track
from processing.demo.pictures.shade import Shade, raise_crown, raise_flat, shadows, surface
from processing.demo.pictures.sky import light_of, sky_of
from processing.demo.pictures.textures import generator, noise
from processing.demo.pictures.traffic import Traffic, Walker, lane

_FINE, _COARSE = 0.06, 0.3
_FINE_REACH = 24.0
_DETAIL_REACH = 9.0
_AROUND = 130.0


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the camera truly was and where it truly looked (radians clockwise from north)."""

    at: XY
    heading: float


@dataclass(frozen=True)
class Shot:
    """A panorama and what it shows: the body of each pixel were there nothing but houses, and how
    far away over the ground the foremost thing is.
    """

    picture: U8
    bodies: I32
    front: F32


class Stage:
    """One street on the day of one campaign: what all of its panoramas share."""

    def __init__(self, scene: Scene, campaign: Campaign, track: Track, width: int = 2048) -> None:
        self.scene, self.campaign, self.width = scene, campaign, width
        self.light: Light = light_of(campaign)
        self.traffic: Traffic = scene.traffic(campaign, (track,))
        self._sky = sky_of(campaign, width)
        self._standing: Bools = scene.standing(campaign.day)
        axis = scene.street(track.street).axis
        line = np.array(axis.part(track.begin, track.end))
        self._trees = [
            tree_card(t, campaign.season)
            for t in scene.trees
            if t.stands(campaign.day) and _near(t.at, line, _AROUND)
        ]
        self._posts = scene.furniture(track)
        self.shade = self._shade(line)
        self._fine = self._mosaic(_turned(line, _FINE_REACH + 4, _FINE))
        self._coarse = self._mosaic(_straight(line, _AROUND, _COARSE))
        cars = [(f, k) for k, car in enumerate(self.traffic.cars) for f in vehicles.faces(car)]
        self._cars = Faces.of([f for f, _ in cars], [-1 for _ in cars])
        scaffolds = scene.scaffolds(campaign.day)
        self._scaffolds = Faces.of(scaffolds, [-1] * len(scaffolds))
        standing = [b.house.polygon for b in scene.bodies_on(campaign.day)]
        self.outlines = STRtree(standing)
        self.fronts = list(_fronts(scene, line))
        self._detail = _detail()
        self._cap = _cap(width, campaign.year)
        self._grain = _grain(width, campaign.year)

    def shoot(self, pose: Pose) -> Shot:
        """The panorama from one pose."""
        eye = np.array([pose.at[0], pose.at[1], EYE])
        canvas = Canvas(self.width, eye, pose.heading)
        turn = round(pose.heading / (2 * math.pi) * self.width)
        canvas.colour[:] = np.roll(self._sky, -turn, axis=1)
        self._floor(canvas)
        canvas.draw(self.scene.faces, self.light, self._standing, self.shade)
        bodies = canvas.owner.copy()
        canvas.draw(self.scene.hedges, self.light, None, self.shade, within=70)
        canvas.draw(self._cars, self.light, None, self.shade, within=90)
        canvas.draw(self._scaffolds, self.light, None, self.shade, within=90)
        people = [w.card(pose.at, self.campaign.season)[0] for w in self.traffic.walkers]
        canvas.billboards([*self._trees, *self._posts, *people], self.light, self.shade)
        return Shot(self._developed(canvas), bodies, canvas.depth)

    def faces_shown(self, pose: Pose) -> list[Walker]:
        """People whose faces are turned to the camera."""
        return [w for w in self.traffic.walkers if w.card(pose.at, self.campaign.season)[1]]

    def _developed(self, canvas: Canvas) -> U8:
        """As a camera gives it: soft edges, a little haze far away, grain."""
        picture = canvas.softened()
        begin = int(canvas.eye[0] * 7) % 64
        rows = slice(begin, begin + len(picture))
        brighter: U8 = self._grain[0][rows]
        darker: U8 = self._grain[1][rows]
        return np.asarray(cv2.subtract(cv2.add(picture, brighter), darker), dtype=np.uint8)

    def _floor(self, canvas: Canvas) -> None:
        middle = canvas.height // 2 + 1
        below = -canvas.slope[middle:]
        away = (EYE / below).astype(np.float32)
        near = int(np.argmax(away < _FINE_REACH))
        canvas.depth[middle:] = away[:, None] * np.float32(1.0005)
        for rows, (grid, image) in (
            (slice(0, near), self._coarse), (slice(near, len(away)), self._fine),
        ):  # fmt: skip
            reach = away[rows, None]
            east = np.float32(canvas.eye[0] - grid.left) + reach * canvas.sin
            north = np.float32(canvas.eye[1] - grid.top) + reach * canvas.cos
            cos, sin = np.float32(math.cos(grid.angle)), np.float32(math.sin(grid.angle))
            x = (east * cos + north * sin) / np.float32(grid.scale) - np.float32(0.5)
            y = (east * sin - north * cos) / np.float32(grid.scale) - np.float32(0.5)
            found = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            canvas.colour[middle + rows.start : middle + rows.stop] = found
        self._haze(canvas, middle, near)
        self._roughen(canvas, middle, away)

    def _roughen(self, canvas: Canvas, middle: int, away: F32) -> None:
        """Grain of stone and grass near by, finer than the ground is kept; the cap underneath."""
        first = int(np.argmax(away < _DETAIL_REACH))
        reach = away[first:, None]
        x, y = (
            wrapped((np.float32(at % 64) + reach * way) * np.float32(1 / 0.012), 512)
            for at, way in zip(canvas.eye[:2], (canvas.sin, canvas.cos), strict=True)
        )
        grain = cv2.remap(self._detail, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        fade = np.clip((_DETAIL_REACH - reach) / _DETAIL_REACH, 0, 1)
        change = np.clip(np.asarray(grain) * fade, -0.4, 0.4) * np.float32(110)
        part = canvas.colour[middle + first :]
        brighter: U8 = np.maximum(change, 0).astype(np.uint8)
        darker: U8 = np.maximum(-change, 0).astype(np.uint8)
        bands = [cv2.subtract(cv2.add(band, brighter), darker) for band in cv2.split(part)]
        part[:] = np.asarray(cv2.merge(bands), dtype=np.uint8)
        rows = len(self._cap)
        under = canvas.colour[canvas.height - rows :]
        alpha = self._cap[..., 3:].astype(np.float32) / 255
        under[:] = (under * (1 - alpha) + self._cap[..., :3] * alpha).astype(np.uint8)

    def _haze(self, canvas: Canvas, middle: int, near: int) -> None:
        """The far ground fades into the horizon."""
        away = canvas.depth[middle : middle + near, :1, None]
        share = np.clip((away - 60) / 160, 0, 1) * np.float32(0.75)
        part = canvas.colour[middle : middle + near]
        part[:] = (part * (1 - share) + np.float32(168) * share).astype(np.uint8)

    def _shade(self, line: F64) -> Shade:
        grid = _straight(line, _AROUND, _COARSE)
        heights = surface(grid, self.scene.bodies_on(self.campaign.day))
        for tree in self._trees:
            self._crown(heights, grid, tree)
        for car in self.traffic.cars:
            raise_flat(heights, grid, car.footprint, 1.3)
        for walker in self.traffic.walkers:
            raise_crown(heights, grid, walker.at, 0.35, 1.7, 1.0)
        return shadows(grid, heights, self.campaign.sun)

    def _crown(self, heights: F32, grid: Grid, tree: Card) -> None:
        solid = 0.0 if self.campaign.bare else 1.0
        raise_crown(heights, grid, tree.foot, tree.width * 0.42, tree.height * 0.92, solid)

    def _mosaic(self, grid: Grid) -> tuple[Grid, U8]:
        floor = self.scene.ground.floor(grid)
        painter = Painter(self.campaign.season)
        image = np.empty((grid.rows, grid.columns, 3), dtype=np.uint8)
        strength = self.light.on(np.array([0.0, 0.0, 1.0]))
        for first in range(0, grid.rows, 256):
            rows = slice(first, first + 256)
            part = painter.rows(floor, rows)
            image[rows] = lit(part, self.shade, grid, first, strength)
        return grid, image


def _fronts(scene: Scene, line: F64) -> Iterator[tuple[str, XY, XY]]:
    """The street fronts of the lots along a street, with their parcel."""
    for plot, key in zip(scene.fabric.plots, scene.fabric.keys, strict=True):
        if plot.lot and _near(plot.lot.corners[0], line, _AROUND):
            yield key.slash, *plot.lot.corners


def _grain(width: int, year: int) -> tuple[U8, U8]:
    """What a sensor adds and takes, a little more rows than a picture has."""
    drawn = generator("grain", year).normal(0, 2.2, (width // 2 + 64, width))
    brighter = np.maximum(drawn, 0).astype(np.uint8)
    darker = np.maximum(-drawn, 0).astype(np.uint8)
    return np.repeat(brighter[..., None], 3, axis=2), np.repeat(darker[..., None], 3, axis=2)


def _detail() -> F32:
    chance = generator("detail")
    grain = noise(chance, 512, 512, 2, 2) * 0.09 + noise(chance, 512, 512, 24, 3) * 0.03
    return grain.astype(np.float32)


def _cap(width: int, year: int) -> U8:
    """What covers the roof of the car straight below: a disc with the town and the year."""
    rows = width // 2 // 13
    disc = np.zeros((400, 400, 4), dtype=np.uint8)
    cv2.circle(disc, (200, 200), 190, (58, 66, 74, 255), -1, cv2.LINE_AA)
    cv2.circle(disc, (200, 200), 176, (92, 104, 112, 255), 3, cv2.LINE_AA)
    for text, size, y in (("ZANDWIJK", 1.35, 185), (str(year), 1.6, 245)):
        (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size, 2)
        cv2.putText(disc, text, (200 - wide // 2, y), cv2.FONT_HERSHEY_DUPLEX, size,
                    (226, 230, 232, 255), 2, cv2.LINE_AA)  # fmt: skip
    turn = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5)[None, :] * 2 * math.pi
    away = (rows - np.arange(rows, dtype=np.float32) - 0.5)[:, None] / rows * 199
    x, y = 200 + away * np.sin(turn), 200 - away * np.cos(turn)
    return np.asarray(cv2.remap(disc, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR),
                      dtype=np.uint8)  # fmt: skip


def _near(at: XY, line: F64, reach: float) -> bool:
    return bool((np.hypot(line[:, 0] - at[0], line[:, 1] - at[1])).min() < reach)


def _straight(line: F64, margin: float, scale: float) -> Grid:
    (x0, y0), (x1, y1) = line.min(axis=0) - margin, line.max(axis=0) + margin
    return Grid(float(x0), float(y1), scale, int((x1 - x0) / scale), int((y1 - y0) / scale))


def _turned(line: F64, margin: float, scale: float) -> Grid:
    """The smallest grid along a street, in line with it."""
    run = line[-1] - line[0]
    angle = math.atan2(run[1], run[0])
    probe = Grid(float(line[0, 0]), float(line[0, 1]), 1.0, 1, 1, angle)
    cells = probe.cells(line)
    (c0, r0), (c1, r1) = cells.min(axis=0) - margin, cells.max(axis=0) + margin
    cos, sin = math.cos(angle), math.sin(angle)
    left = line[0, 0] + c0 * cos + r0 * sin
    top = line[0, 1] + c0 * sin - r0 * cos
    return Grid(float(left), float(top), scale, int((c1 - c0) / scale), int((r1 - r0) / scale),
                angle)  # fmt: skip


def jpeg(picture: U8, quality: int = 88) -> bytes:
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def poses(scene: Scene, track: Track, campaign: Campaign, step: float = 10.0) -> Sequence[Pose]:
    """Every ten metres, the heading along the street with the jitter of a car on setts."""
    chance = stream(scene.seed, f"drive {campaign.year} {track.street}")
    street = scene.street(track.street)
    found: list[Pose] = []
    start = track.begin + chance.uniform(0, 3)
    for k in range(int((track.end - start) / step)):
        distance = start + k * step + chance.uniform(-0.6, 0.6)
        hx, hy = street.axis.heading(distance)
        found.append(Pose(lane(street, distance), math.atan2(hx, hy) + chance.gauss(0, 0.02)))
    return found
