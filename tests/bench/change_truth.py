"""The change score against the truth of the invented town: precision and recall per kind.

    python tests/bench/change_truth.py

Flies over the town in each year, works out the score of each parcel for each pair of years as
``orthophoto-series`` does, and compares it with what was really built, pulled down or felled in
between, from the outlines of what stands. Printed per kind: how many can be seen from above at all
(ten square metres or more), how many were found, and each that was not with the reason; then the
parcels that were called changed and were not, with what lies there.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from processing.demo.pictures.campaigns import Campaign, flown  # noqa: E402
from processing.demo.pictures.orthophoto import fly  # noqa: E402
from processing.demo.pictures.scene import FLIGHT, Scene, build_scene  # noqa: E402
from processing.demo.pictures.volumes import Body  # noqa: E402
from processing.demo.town import SEED  # noqa: E402
from processing.rasters.cells import pairs, told  # noqa: E402
from processing.rasters.change import CELL_M, LEAST_M2, changed  # noqa: E402

TODAY: Final = date(2026, 9, 1)
SEEN_M2: Final = LEAST_M2
"""What is smaller cannot be told from a car."""
Bands = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Real:
    """What really changed on a parcel: of which kind, and on how many square metres from above."""

    kind: str
    metres: float


def photo(scene: Scene, flight: Campaign) -> Bands:
    """As a photo of thirty centimetres comes to the grid of the score."""
    _, pixels = fly(scene, flight, CELL_M)
    return np.moveaxis(pixels, -1, 0).astype(np.float32)


def truth(scene: Scene, before: date, after: date) -> dict[int, Real]:
    """Of each parcel the largest of what changed between two days."""
    kinds = {c.plot: c.kind for c in scene.changes if before < c.seen_from <= after}
    old, new = by_plot(scene, before), by_plot(scene, after)
    found: dict[int, Real] = {}
    for plot in old.keys() | new.keys():
        was, now = outline(old.get(plot, [])), outline(new.get(plot, []))
        grown, gone = now.difference(was).area, was.difference(now).area
        roofs = repainted(old.get(plot, []), new.get(plot, []))
        if max(grown, gone, roofs) >= 1:
            kind = "pulled down" if gone > max(grown, roofs) else kinds.get(plot, "other")
            found[plot] = Real(kind, grown + gone + roofs)
    for tree in scene.trees:
        if tree.plot is not None and tree.stands(before) and not tree.stands(after):
            known = found.get(tree.plot)
            crown = 3.14 * (tree.width * 0.42) ** 2
            if known is None or known.metres < crown:
                found[tree.plot] = Real("felled", crown)
    for plot, kind in kinds.items():
        found.setdefault(plot, Real(kind, 0.0))
    return found


def by_plot(scene: Scene, day: date) -> dict[int, list[Body]]:
    found: dict[int, list[Body]] = defaultdict(list)
    for body in scene.bodies_on(day):
        found[body.house.plot].append(body)
    return found


def outline(bodies: list[Body]) -> BaseGeometry:
    return shapely.union_all([body.house.polygon for body in bodies])


def repainted(old: list[Body], new: list[Body]) -> float:
    """Square metres of roof that stood and got another colour, or panels."""
    return sum(
        one.house.polygon.intersection(other.house.polygon).area
        * (0.5 if one.house.look.roof == other.house.look.roof else 1.0)
        for one in old
        for other in new
        if one.house.polygon.intersects(other.house.polygon)
        and (one.house.look.roof, one.house.panels) != (other.house.look.roof, other.house.panels)
    )


def main() -> None:
    """Print what is found of each pair of years, and of all together."""
    scene = build_scene(SEED, TODAY, TODAY)
    flights = {flight.year: flight for flight in flown(TODAY)}
    photos = {year: photo(scene, flight) for year, flight in flights.items()}
    inside = shapely.box(*FLIGHT).buffer(-5)
    kept = [n for n, plot in enumerate(scene.fabric.plots) if inside.contains(plot.polygon)]
    shapes = [scene.fabric.plots[n].polygon for n in kept]
    frame: Any = geopandas
    parcels = frame.GeoDataFrame({"parcel": list(map(str, kept))}, geometry=shapes, crs=31370)
    areas = {n: shape.area for n, shape in zip(kept, shapes, strict=True)}
    asked = [(int(sys.argv[1]), int(sys.argv[2]))] if len(sys.argv) == 3 else []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    calls = hits = 0
    for old, new in asked or pairs({year: one.season for year, one in flights.items()}):
        change = changed(photos[old], photos[new])
        planes = {"score": change.usual, "tight": change.tight, "loose": change.loose}
        numbers = told(planes, parcels, list(FLIGHT), ["mean"])
        metres = {n: (numbers[str(n)]["score_mean"] or 0.0) * areas[n] for n in kept}
        real = {
            plot: one
            for plot, one in truth(scene, flights[old].day, flights[new].day).items()
            if plot in areas
        }
        called = {plot for plot, found in metres.items() if found >= LEAST_M2 / 2}
        seen = {plot for plot, one in real.items() if one.metres >= SEEN_M2}
        calls, hits = calls + len(called), hits + len(called & real.keys())
        print(f"{old} to {new}: {len(kept)} parcels, {len(real)} changed, {len(seen)} to be seen, "
              f"{len(called)} called, of which {len(called & real.keys())} rightly")  # fmt: skip
        for plot, one in sorted(real.items(), key=lambda pair: pair[1].kind):
            line = sums[one.kind]
            line[0] += 1
            line[1] += plot in seen
            line[2] += plot in called and plot in seen
            if plot in seen - called:
                loose = (numbers[str(plot)]["loose_mean"] or 0) * areas[plot]
                print(f"    missed {plot}: {one.kind}, {one.metres:.0f} m² of {areas[plot]:.0f}; "
                      f"scored {metres[plot]:.0f} m², loosely {loose:.0f} m²")  # fmt: skip
        for plot in sorted(called - real.keys(), key=lambda n: -metres[n])[:8]:
            print(f"    called {plot} wrongly: {metres[plot]:.0f} m² of {areas[plot]:.0f}; "
                  f"{lies(scene, plot)}")  # fmt: skip
    print(f"\n{'kind':14} {'real':>5} {'seen':>5} {'found':>5} {'recall':>6}")
    for kind, (real_, seen_, found_) in sorted(sums.items()):
        print(f"{kind:14} {real_:5} {seen_:5} {found_:5} {found_ / seen_ if seen_ else 0:6.2f}")
    every, found_ = sum(one[1] for one in sums.values()), sum(one[2] for one in sums.values())
    print(f"{'all':14} {sum(one[0] for one in sums.values()):5} {every:5} {found_:5} "
          f"{found_ / max(every, 1):6.2f}")  # fmt: skip
    print(f"precision {hits / max(calls, 1):.2f} ({hits} of {calls} called)")


def lies(scene: Scene, plot: int) -> str:
    """What may be why an unchanged parcel looks changed."""
    polygon = scene.fabric.plots[plot].polygon
    trees = sum(polygon.contains(shapely.Point(tree.at)) for tree in scene.trees)
    houses = sum(body.house.plot == plot for body in scene.bodies)
    return f"{houses} buildings, {trees} trees"


if __name__ == "__main__":
    main()
