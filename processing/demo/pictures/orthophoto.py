# ruff: noqa: PLR0913, PLR0917 - what is drawn, where, in which light
"""The town from the air: four bands, straight down, shadows by the hour of the flight."""

from dataclasses import dataclass

import cv2
import numpy as np

from processing.demo.pictures.arrays import F32, F64, U8, Bools
from processing.demo.pictures.campaigns import Campaign
from processing.demo.pictures.faces import Light
from processing.demo.pictures.figures import tree
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.ground import Painter, infrared
from processing.demo.pictures.plants import Tree
from processing.demo.pictures.roofs import PANEL
from processing.demo.pictures.scene import FLIGHT, Scene
from processing.demo.pictures.shade import Shade, raise_crown, raise_flat, shadows, surface
from processing.demo.pictures.sky import light_of
from processing.demo.pictures.textures import generator, noise
from processing.demo.pictures.vehicles import Car
from processing.demo.pictures.volumes import Body, Face

RESOLUTION = 0.3


@dataclass
class _Sheet:
    """The photo while it is made: red, green, blue, near infrared, and how high each cell is."""

    grid: Grid
    bands: F32
    height: F32

    def paint(self, ring: F64, tops: F32 | float, colour: F32) -> None:
        """A flat or sloping area at its height, over what is lower."""
        window = self.grid.window(ring)
        if window is None:
            return
        rows, columns, mask = window
        above = mask & (np.asarray(tops) >= self.height[rows, columns] - 0.05)
        self.bands[rows, columns][above] = colour
        self.height[rows, columns][above] = np.asarray(tops)[above] if np.ndim(tops) else tops


def fly(scene: Scene, campaign: Campaign, resolution: float = RESOLUTION) -> tuple[Grid, U8]:
    """The photo of one year; bands last, and the grid says where it lies on the plan."""
    x0, y0, x1, y1 = FLIGHT
    columns, rows = round((x1 - x0) / resolution), round((y1 - y0) / resolution)
    grid = Grid(x0, y1, resolution, columns, rows)
    bodies = scene.bodies_on(campaign.day)
    trees = [t for t in scene.trees if t.stands(campaign.day)]
    cars = scene.traffic(campaign).cars
    light = light_of(campaign)
    shade = _shade(grid, bodies, trees, cars, campaign)
    sheet = _floor(scene, grid, campaign, light, shade)
    for body in bodies:
        _roof(sheet, body, light)
    for car in cars:
        sheet.paint(car.footprint, 1.3, _paint(car, light))
    for one in trees:
        _crown(sheet, one, campaign, light)
    return grid, _developed(sheet, campaign)


def _shade(
    grid: Grid, bodies: list[Body], trees: list[Tree], cars: list[Car], campaign: Campaign
) -> Shade:
    heights = surface(grid, bodies)
    if not campaign.bare:
        for one in trees:
            raise_crown(heights, grid, one.at, one.width * 0.42, one.height * 0.92, 1.0)
    for car in cars:
        raise_flat(heights, grid, car.footprint, 1.3)
    return shadows(grid, heights, campaign.sun)


def _floor(scene: Scene, grid: Grid, campaign: Campaign, light: Light, shade: Shade) -> _Sheet:
    floor = scene.ground.floor(grid)
    painter = Painter(campaign.season)
    bands = np.empty((*grid.shape, 4), dtype=np.float32)
    ambient, direct = light.on(np.array([0.0, 0.0, 1.0]))
    left, top = shade.corner
    for first in range(0, grid.rows, 128):
        part = floor.materials[first : first + 128]
        colours = painter.rows(floor, slice(first, first + 128))
        x, y = grid.places(first, len(part))
        sunny = shade.sunny(x + np.float32(grid.left - left), y + np.float32(grid.top - top))
        sunny = sunny[..., None]
        target = bands[first : first + 128]
        target[..., :3] = colours * (ambient + sunny * direct)
        target[..., 3:] = (
            infrared(part)[..., None]
            * (0.28 + 0.72 * sunny)
            * (0.84 + 0.16 * colours[..., 1:2] / 120)
        )
    return _Sheet(grid, bands, np.zeros(grid.shape, dtype=np.float32))


def _roof(sheet: _Sheet, body: Body, light: Light) -> None:
    look = body.house.look
    for mass in body.masses:
        if mass.quad is None:
            ring = np.array(mass.outline.exterior.coords)
            chance = generator("flat", look.name, round(mass.outline.area))
            tone = float(chance.uniform(64, 128))
            flat = np.array((tone, tone, tone * 1.02), dtype=np.float32)
            _lay(sheet, ring, mass.eave, flat, np.array([0.0, 0.0, 1.0]), light)
    for face in body.roofs:
        if face.normal[2] > 0.2:
            _slope(sheet, body, face, light)


def _slope(sheet: _Sheet, body: Body, face: Face, light: Light) -> None:
    window = sheet.grid.window(face.corners[:, :2])
    if window is None:
        return
    rows, columns, _ = window
    normal, p = face.normal, face.corners[0]
    x, y = sheet.grid.centres(rows, columns)
    tops = p[2] - (normal[0] * (x - p[0]) + normal[1] * (y - p[1])) / normal[2]
    colour = np.array(body.house.look.roof, dtype=np.float32)
    panels = body.house.panels and face is body.roofs[0]
    if panels:
        colour = np.array(PANEL, dtype=np.float32)
    _lay(sheet, face.corners[:, :2], tops.astype(np.float32), colour, normal, light)


def _lay(
    sheet: _Sheet, ring: F64, tops: F32 | float, colour: F32, normal: F64, light: Light
) -> None:
    ambient, direct = light.on(normal)
    lit = colour * (ambient + direct)
    near = np.float32(lit.mean() * 0.95)
    sheet.paint(ring, tops, np.append(lit, near).astype(np.float32))


def _paint(car: Car, light: Light) -> F32:
    tone = float(40 + 24 * (car.paint % 8))
    ambient, direct = light.on(np.array([0.0, 0.0, 1.0]))
    return np.append(tone * (ambient + direct), tone).astype(np.float32)


def _crown(sheet: _Sheet, one: Tree, campaign: Campaign, light: Light) -> None:
    """A crown from above: lobed, bright towards the sun; in winter a veil of twigs."""
    radius = one.width * 0.42
    x, y = one.at
    ring = np.array([(x - radius, y - radius), (x + radius, y - radius), (x + radius, y + radius),
                     (x - radius, y + radius)])  # fmt: skip
    window = sheet.grid.window(ring)
    if window is None:
        return
    rows, columns, _ = window
    cx, cy = sheet.grid.centres(rows, columns)
    dx, dy = (cx - x) / radius, (cy - y) / radius
    away, turn = np.hypot(dx, dy), np.arctan2(dy, dx)
    lobes = 0.86 + 0.1 * np.sin(turn * 5 + one.kind) + 0.06 * np.sin(turn * 9 + 2 * one.kind)
    chance = generator("crown", round(x * 10), round(y * 10))
    grain = chance.normal(0, 0.14, away.shape)
    towards = light.towards
    shine = 0.72 + 0.5 * (dx * towards[0] + dy * towards[1]) + grain
    inside: Bools = (away < lobes) & (one.height > sheet.height[rows, columns])
    part = sheet.bands[rows, columns]
    if campaign.bare:
        share = np.where(inside, 0.28 + grain, 0)[..., None]
        twigs = np.array((104, 94, 84, 96), dtype=np.float32)
        part[:] = part * (1 - share) + twigs * share
        return
    leaf = _leaf(one.kind, campaign)
    ambient, direct = light.on(np.array([0.0, 0.0, 1.0]))
    lit = np.append(leaf * (ambient + direct), np.float32(205))
    part[inside] = (np.clip(shine, 0.3, 1.35)[..., None] * lit)[inside]


def _leaf(kind: int, campaign: Campaign) -> F32:
    """The middle colour of this tree's leaves as they are seen from the street."""
    image = tree(kind, campaign.season).image
    crown = image[80:260, 120:330, :3].reshape(-1, 3)
    return crown.mean(axis=0).astype(np.float32)


def _developed(sheet: _Sheet, campaign: Campaign) -> U8:
    """A little blur, haze and grain, and the tone of that year's camera."""
    chance = generator("flight", campaign.year)
    tone = chance.normal(1, 0.02, 4).astype(np.float32)
    bands = np.asarray(cv2.GaussianBlur(sheet.bands, (3, 3), 0.5), dtype=np.float32)
    speck = noise(chance, 512, 512, 1.6, 1)
    rows, columns = sheet.grid.shape
    grain = np.tile(speck, (rows // 512 + 1, columns // 512 + 1))[:rows, :columns]
    haze = np.float32(8)
    developed = bands * tone * np.float32(0.94) + haze + grain[..., None] * np.float32(2.2)
    return np.clip(developed, 1, 254).astype(np.uint8)
