"""The mosaic of parcels: drawn sites, building lots, and the land that lies behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import Ground, polygons
from processing.demo.carving import Carver
from processing.demo.chance import stream
from processing.demo.coverage import crosscuts, mosaic, settle
from processing.demo.fields import divide
from processing.demo.lots import Lot
from processing.demo.sites import SITES, Site
from processing.demo.streets import Street


@dataclass(slots=True)
class Plot:
    """A parcel to be: its polygon in plan metres and what it is, a lot, a drawn site or land."""

    polygon: Polygon
    block: int
    lot: Lot | None = None
    site: Site | None = None

    @property
    def is_land(self) -> bool:
        return self.lot is None and self.site is None


def parcel_out(seed: int, ground: Ground, streets: Sequence[Street]) -> list[Plot]:
    """All ground of all blocks as plots that fit exactly."""
    sites = _site_plots(ground)
    carver = Carver(seed, ground, [plot.polygon for plot in sites])
    for street in streets:
        carver.carve(street)
    by_block: list[list[Plot]] = [[] for _ in ground.blocks]
    for plot in [*sites, *(Plot(lot.polygon, lot.block, lot=lot) for lot in carver.lots)]:
        by_block[plot.block].append(plot)
    return [
        plot
        for number, block in enumerate(ground.blocks)
        for plot in _fill(seed, number, block, by_block[number])
    ]


def _site_plots(ground: Ground) -> list[Plot]:
    plots: list[Plot] = []
    for site in SITES:
        near: list[int] = ground.tree.query(site.polygon, predicate="intersects").tolist()
        for block in near:
            for part in polygons(site.polygon.intersection(ground.blocks[block])):
                if part.area > 150:
                    plots.append(Plot(part, block, site=site))
    return plots


def _fill(seed: int, number: int, block: Polygon, plots: list[Plot]) -> list[Plot]:
    """The block's plots plus the land that they leave, fitted together."""
    chance = stream(seed, f"land {number}")
    cuts: list[BaseGeometry] = []
    settled, free = settle(block, [plot.polygon for plot in plots])
    plots = _kept(plots, settled)
    for rest in free:
        parts = [
            part
            for solid in _solid(rest)
            for part in divide(solid, _parcel_area(solid), chance)
            if part.area > 90 and not part.buffer(-2.2).is_empty
        ]
        plots += [Plot(part, number) for part in parts]
        for tongue in polygons(rest.difference(shapely.union_all(parts))):
            cuts += crosscuts(tongue) if tongue.length > 16 else []
    return _kept(plots, mosaic(block, [plot.polygon for plot in plots], cuts))


def _kept(plots: list[Plot], whole: list[Polygon | None]) -> list[Plot]:
    """The plots of which something is left, with what is left of them."""
    kept: list[Plot] = []
    for plot, polygon in zip(plots, whole, strict=True):
        if polygon is not None:
            plot.polygon = polygon
            kept.append(plot)
    return kept


def _solid(rest: Polygon) -> list[Polygon]:
    """What remains of leftover land once its narrow tongues between gardens are given up."""
    core = rest.buffer(-3.2, join_style="mitre")
    solid = core.buffer(3.3, join_style="mitre").intersection(rest)
    return [p for p in polygons(solid) if p.area > 140]


def _parcel_area(land: Polygon) -> float:
    """Gardens and yards inside a block are small; open land is cut by the hectare."""
    if land.area < 4_000:
        return 700
    if land.area < 15_000:
        return 2_000
    return 5_200
