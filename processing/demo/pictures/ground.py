"""What lies on the ground, cell by cell, and its colours in each season."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import polygons
from processing.demo.chance import stream
from processing.demo.houses import Yard
from processing.demo.lots import Lot
from processing.demo.pictures.arrays import F32, F64, I32, U8
from processing.demo.pictures.campaigns import Season
from processing.demo.pictures.grid import Grid
from processing.demo.pictures.shade import Shade
from processing.demo.pictures.textures import generator, noise
from processing.demo.scenery import Patch, waters
from processing.demo.surfaces import paved
from processing.demo.town import Fabric

_NAMES: Final = (
    "grass", "lawn", "asphalt", "pavement", "kerb", "cobbles", "drive", "water", "soil", "wood",
    "gravel", "ballast", "terrace", "line", "bed", "pool", "meadow",
)  # fmt: skip
MATERIALS: Final = {name: i for i, name in enumerate(_NAMES)}

_GREEN: Final = {
    "winter": ((98, 104, 62), (92, 108, 60)),
    "spring": ((104, 124, 66), (98, 128, 64)),
    "summer": ((106, 126, 70), (92, 122, 60)),
    "autumn": ((112, 118, 64), (100, 124, 60)),
}
_COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "asphalt": (104, 104, 106), "pavement": (152, 146, 140), "kerb": (176, 174, 168),
    "cobbles": (128, 120, 114), "drive": (142, 118, 104), "water": (62, 78, 80),
    "soil": (122, 98, 74), "wood": (84, 82, 52), "gravel": (170, 158, 138),
    "ballast": (126, 116, 108), "terrace": (158, 150, 140), "line": (222, 222, 216),
    "bed": (84, 94, 52), "pool": (86, 170, 190),
}  # fmt: skip
_ROUGH: Final = {
    "grass": 0.13, "lawn": 0.08, "meadow": 0.14, "asphalt": 0.055, "pavement": 0.06, "cobbles": 0.1,
    "drive": 0.08, "soil": 0.12, "wood": 0.25, "gravel": 0.08, "ballast": 0.16, "bed": 0.28,
}  # fmt: skip
_NEAR_INFRARED: Final = {
    "grass": 232, "lawn": 242, "meadow": 238, "wood": 170, "bed": 205, "water": 22, "pool": 30,
    "asphalt": 92, "pavement": 128, "soil": 116,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """Areas of one material; later layers lie on top of earlier ones."""

    material: str
    shapes: list[BaseGeometry]
    when: tuple[str, int] | None = None


@dataclass(frozen=True)
class Floor:
    """What each cell is made of and how light or dark it is by itself; 128 is neither."""

    materials: U8
    shades: U8


@dataclass(frozen=True)
class Ground:
    """All layers of the area, from the bottom up."""

    seed: int
    layers: list[Layer]
    _kept: dict[Grid, Floor] = field(default_factory=dict[Grid, Floor])

    def floor(self, grid: Grid) -> Floor:
        """The ground on a grid; it is the same in all years, so it is kept."""
        if grid not in self._kept:
            materials = self.materials(grid)
            self._kept[grid] = Floor(materials, _shades(self.seed, grid, materials))
        return self._kept[grid]

    def materials(self, grid: Grid) -> U8:
        """The material of each cell."""
        image = np.full(grid.shape, MATERIALS["lawn"], dtype=np.uint8)
        frame = _frame(grid)
        for layer in self.layers:
            value = MATERIALS[layer.material]
            for shape in layer.shapes:
                if shape.intersects(frame):
                    for part in polygons(shape):
                        rings: list[F64] = [
                            np.array(r.coords) for r in (part.exterior, *part.interiors)
                        ]
                        grid.fill(image, rings, value)
        return image


def lay(
    seed: int, fabric: Fabric, pools: Sequence[int], area: Polygon, green_patches: Sequence[Patch]
) -> Ground:
    """The ground of an area: gardens, greens, water, public ground, roads."""
    ground, plots = fabric.ground, fabric.plots
    public = ground.public
    kinds = {"meadow": "meadow", "field": "soil", "orchard": "grass", "park": "lawn",
             "cemetery": "lawn", "sports": "lawn", "forest": "wood", "verge": "grass"}  # fmt: skip
    surfaces = paved(ground, fabric.streets)
    roads = [s.shape for s in surfaces if s.kind == "carriageway"]
    green = [Layer(kinds[p.kind], [p.shape]) for p in green_patches]
    here = [(i, p.lot) for i, p in enumerate(plots) if p.lot and p.polygon.intersects(area)]
    drives = [d for i, lot in here for d in _yard(seed, i, lot)]
    baths = [b for i in pools for b in _bath(plots[i].lot)]
    walks = [s.public() for s in fabric.streets if s.road_class != "main"]
    axes = [s.axis.line for s in fabric.streets if s.road_class == "main"]
    return Ground(seed, [
        *[layer for layer in green if layer.material != "grass"],
        *[Layer(material, [shape]) for material, shape in drives],
        Layer("pool", baths),
        Layer("grass", [public]),
        Layer("pavement", [w.intersection(public) for w in walks]),
        *[layer for layer in green if layer.material == "grass"],
        Layer("kerb", [r.buffer(0.16) for r in roads]),
        Layer("asphalt", roads),
        Layer("line", [d for axis in axes for d in _dashes(axis)]),
        Layer("gravel", [s.shape for s in surfaces if s.kind == "path"]),
        Layer("cobbles", [s.shape for s in surfaces if s.kind == "square"]),
        Layer("ballast", [s.shape for s in surfaces if s.kind == "rail"]),
        Layer("water", [p.shape for p in waters(seed, ground, plots)]),
    ])  # fmt: skip


def _yard(seed: int, plot: int, lot: Lot) -> Iterator[tuple[str, BaseGeometry]]:
    """A drive beside the house, a path to the door, beds in front, a terrace behind."""
    if lot.vacant:
        yield "meadow", lot.polygon
        return
    chance, yard = stream(seed, f"yard {plot}"), Yard.of(lot)
    ground, half = lot.polygon, lot.width / 2
    if lot.setback > 2.0:
        side = 1 if chance.random() < 0.5 else -1
        left = side * (half - 1.9) - 1.4
        deep = lot.setback + (chance.uniform(5, 11) if lot.form != "terrace" else 0.4)
        yield "drive", yard.box(left, -0.2, 2.8, deep).intersection(ground)
        yield "terrace", yard.box(-0.6, -0.2, 1.2, lot.setback + 0.6).intersection(ground)
        for k in (-1, 1):
            bed = yard.box(k * half * 0.55 - 1.1, lot.setback - 1.1, 2.2, 1.0)
            yield "bed", bed.intersection(ground)
    behind = lot.setback + chance.uniform(9, 13)
    terrace = yard.box(-half * 0.7, behind, lot.width * chance.uniform(0.5, 0.7), 5)
    yield "terrace", terrace.intersection(ground)
    if chance.random() < 0.4:
        bed = yard.box(-half, behind + 8, lot.width * 0.25, 7)
        yield "bed", bed.intersection(ground)


def _bath(lot: Lot | None) -> Iterator[BaseGeometry]:
    if lot:
        yield Yard.of(lot).box(-4, lot.setback + 15, 8, 4).intersection(lot.polygon)


def _dashes(axis: BaseGeometry) -> Iterator[BaseGeometry]:
    for k in range(0, int(axis.length), 8):
        piece = shapely.ops.substring(axis, k, k + 3)  # type: ignore[attr-defined]
        yield piece.buffer(0.07, cap_style="flat")


def _frame(grid: Grid) -> BaseGeometry:
    reach = max(grid.columns, grid.rows) * grid.scale
    c, r = grid.columns * grid.scale, grid.rows * grid.scale
    if grid.angle == 0:
        return shapely.box(grid.left, grid.top - r, grid.left + c, grid.top)
    return shapely.Point(grid.left, grid.top).buffer(2 * reach)


class Painter:
    """Turns the ground into the colours of a season."""

    def __init__(self, season: Season) -> None:
        self._colours = np.zeros((len(_NAMES), 3), dtype=np.float32)
        meadow, lawn = _GREEN[season]
        own = {"grass": meadow, "lawn": lawn, "meadow": meadow}
        for name, i in MATERIALS.items():
            self._colours[i] = own.get(name) or _COLOURS[name]
        if season == "summer":
            self._colours[MATERIALS["soil"]] = (150, 142, 82)

    def rows(self, floor: Floor, rows: slice) -> F32:
        """Red, green and blue of rows of cells, without light and shadow."""
        shade = floor.shades[rows].astype(np.float32) * np.float32(1 / 128)
        return self._colours[floor.materials[rows]] * shade[..., None]


def _shades(seed: int, grid: Grid, materials: U8) -> U8:
    """Grain, patches and joints, some rows at a time; the same place always looks the same."""
    chance = generator("ground", seed)
    fine, coarse = noise(chance, 512, 512, 3, 3), noise(chance, 512, 512, 90, 4)
    rough = np.array([_ROUGH.get(name, 0.03) for name in _NAMES], dtype=np.float32)
    patchy = [1.2 * _ROUGH.get(n, 0.03) if n in _SOFT else 0.026 for n in _NAMES]
    soft = np.array(patchy, dtype=np.float32)
    grain = max(0.05, grid.scale)
    shades = np.empty(materials.shape, dtype=np.uint8)
    for first in range(0, grid.rows, 256):
        part = materials[first : first + 256]
        x, y = grid.places(first, len(part))
        near = fine[_wrap(y / grain), _wrap(x / grain)]
        far = coarse[_wrap(y / 0.4), _wrap(x / 0.4)]
        shade = 1 + rough[part] * near + soft[part] * far
        if grid.scale < 0.12:
            _joints(shade, part, x, y, grid.angle)
        shades[first : first + 256] = np.clip(shade * 128, 0, 255).astype(np.uint8)
    return shades


_SOFT: Final = {"grass", "lawn", "meadow", "soil", "wood", "bed"}


def infrared(materials: U8) -> F32:
    """What each material gives back beyond red."""
    table = np.array([_NEAR_INFRARED.get(name, 110) for name in _NAMES], dtype=np.float32)
    return table[materials]


def _wrap(values: F32) -> I32:
    return np.mod(values.astype(np.int32), 512)


def _joints(shade: F32, materials: U8, x: F32, y: F32, angle: float) -> None:
    """Joints of slabs and setts, in line with the street."""
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    for name, length, width, depth in (
        ("pavement", 0.3, 0.3, 0.84), ("cobbles", 0.16, 0.14, 0.78), ("drive", 0.22, 0.11, 0.82),
        ("terrace", 0.6, 0.6, 0.86),
    ):  # fmt: skip
        here = np.nonzero(materials == MATERIALS[name])
        if len(here[0]):
            east, north = x[here], y[here]
            along, across = east * cos + north * sin, north * cos - east * sin
            odd = np.floor(across / width) % 2 * (length / 2)
            seam = (np.mod(along + odd, length) < 0.045) | (np.mod(across, width) < 0.045)
            shade[here] *= np.where(seam, np.float32(depth), np.float32(1))


def lit(colours: F32, shade: Shade, grid: Grid, first: int, strength: tuple[F32, F32]) -> U8:
    """The rows under sky and sun, with the shadows that lie on them."""
    x, y = grid.places(first, len(colours))
    left, top = shade.corner
    sunny = shade.sunny(x + np.float32(grid.left - left), y + np.float32(grid.top - top))
    ambient, direct = strength
    light = ambient + sunny[..., None] * direct
    return np.clip(colours * light, 0, 255).astype(np.uint8)
