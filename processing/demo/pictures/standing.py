"""What stood when: a permit whose works began has changed its parcel from then on.

Today's layer of buildings is how it ended. From the history of each file follows what was not
there yet: a new house, a second house in the place of the first, a wing, a shed, a new front.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

import shapely
from shapely import Polygon

from processing.demo.addressing import Address
from processing.demo.blocks import polygons
from processing.demo.cadastre import Capakey
from processing.demo.chance import stream
from processing.demo.houses import Building, Yard, build_on
from processing.demo.land import Plot
from processing.demo.permits import PermitFile
from processing.demo.pictures.looks import Look, look_of
from processing.demo.town import Fabric

type Kind = Literal[
    "new", "rebuilt", "extended", "annex", "front", "dormer", "panels", "felled", "pool"
]

_SUBJECTS: Final[tuple[tuple[str, Kind], ...]] = (
    ("Slopen", "rebuilt"), ("Nieuwbouw", "new"), ("Bouwen van een meergezinswoning", "rebuilt"),
    ("tuinberging", "annex"), ("carport", "annex"), ("garage", "annex"), ("poolhouse", "annex"),
    ("bijgebouw", "annex"), ("tuinhuis", "annex"), ("uitbreiden", "extended"),
    ("Uitbreiden", "extended"), ("veranda", "extended"), ("overdekt terras", "extended"),
    ("dakkapel", "dormer"), ("zonnepanelen", "panels"), ("gevelsteen", "front"),
    ("winkelpui", "front"), ("handelspand tot woning", "front"), ("Vellen", "felled"),
    ("zwembad", "pool"),
)  # fmt: skip
_SHELL: Final = timedelta(days=45)
"""So long after the works began the shell stands; the scaffold goes when they are completed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the works of one file changed on one plot, and from which day it is seen."""

    plot: int
    kind: Kind
    seen_from: date
    completed: date | None
    permit: str
    title: str


@dataclass(frozen=True, slots=True)
class House:
    """A building as it stood between two days; the same building may come more than once."""

    building: str | None
    plot: int
    polygon: Polygon
    kind: str
    storeys: int
    look: Look
    since: date | None = None
    until: date | None = None
    completed: date | None = None
    dormer: bool = False
    panels: bool = False
    scaffold: bool = False

    def stands(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


def changes(fabric: Fabric, permits: Iterable[PermitFile], later: timedelta) -> list[Change]:
    """The changes of all files whose works began; their days moved on by so much."""
    at = {key: i for i, key in enumerate(fabric.keys)}
    return sorted(_changes(at, permits, later), key=lambda c: (c.seen_from, c.permit))


def _changes(
    at: Mapping[Capakey, int], permits: Iterable[PermitFile], later: timedelta
) -> Iterator[Change]:
    for file in permits:
        days = {step.code: step.on + later for step in file.history}
        started, completed = days.get("works_started"), days.get("works_completed")
        kind: Kind | None = next((k for word, k in _SUBJECTS if word in file.subject.title), None)
        if kind and started:
            seen = started + _SHELL if completed is None else min(started + _SHELL, completed)
            number, title = file.file_number, file.subject.title
            yield Change(at[file.keys[0]], kind, seen, completed, number, title)


def houses(
    seed: int, fabric: Fabric, found: Sequence[Change], area: Polygon, since: date
) -> list[House]:
    """All buildings of an area through the years; changes of before `since` are long done."""
    numbers = _numbers(fabric.addresses)
    place = {id(plot): i for i, plot in enumerate(fabric.plots)}
    by_plot: dict[int, list[Change]] = {}
    for change in found:
        if change.seen_from >= since:
            by_plot.setdefault(change.plot, []).append(change)
    standing: dict[int, list[House]] = {}
    for i, building in enumerate(fabric.buildings, start=1):
        if building.polygon.intersects(area):
            plot = place[id(building.plot)]
            standing.setdefault(plot, []).append(_as_built(f"b{i:05d}", building, plot, numbers))
    for plot, listed in by_plot.items():
        if fabric.plots[plot].polygon.intersects(area):
            here = standing.setdefault(plot, [])
            for change in reversed(listed):
                here[:] = _before_and_after(seed, fabric.plots[plot], here, change)
    return [house for plot in sorted(standing) for house in standing[plot]]


def _as_built(name: str, building: Building, plot: int, numbers: Mapping[int, str]) -> House:
    lot = building.plot.lot
    core = lot is not None and lot.front.name == "core"
    style = {"industrial": "metal", "church": "stone"}.get(building.kind)
    shop = core and building.kind == "main" and stream(0, f"shop {name}").random() < 0.34
    look = look_of(name, style, shop=shop)  # type: ignore[arg-type]
    if building.kind == "main":
        look = replace(look, number=numbers.get(id(building.plot)))
    return House(name, plot, building.polygon, building.kind, building.storeys, look)


def _numbers(addresses: Iterable[Address]) -> dict[int, str]:
    numbers: dict[int, str] = {}
    for address in addresses:
        numbers.setdefault(id(address.plot), address.number)
    return numbers


def _before_and_after(  # noqa: PLR0911 - one for each kind of change
    seed: int, plot: Plot, here: list[House], change: Change
) -> list[House]:
    """The plot's houses with the change told; the last change is told first."""
    day = change.seen_from
    main = next((h for h in here if h.kind == "main" and h.since is None), None)
    rest = [h for h in here if h is not main]
    match change.kind:
        case "new" | "rebuilt":
            if main is None:
                return rest + _raised(seed, plot, change)
            modern = look_of(f"{main.look.name} {day.year}", "modern")
            look = replace(modern, number=main.look.number)
            taller = 3 if "appartementen" in change.title else main.storeys
            after = replace(main, look=look, storeys=taller, since=day, completed=change.completed)
            if change.kind == "new":
                return [*_from(rest, day), after]
            old = replace(
                main, polygon=_smaller(plot, main.polygon), until=day,
                look=replace(look_of(f"old {main.look.name}", "brick"), number=main.look.number),
            )  # fmt: skip
            return [*rest, after, old]
        case "extended" if main:
            before = replace(main, polygon=_without_wing(plot, main.polygon), until=day)
            return [*rest, replace(main, since=day), before]
        case "annex":
            annex = next((h for h in rest if h.kind == "annex" and h.since is None), None)
            if annex is None:
                return here
            others = [h for h in here if h is not annex]
            return [*others, replace(annex, since=day, completed=change.completed)]
        case "front" if main:
            shut = "handelspand" in change.title
            other = look_of(f"before {main.look.name}", shop=shut or "winkelpui" in change.title)
            after_look = replace(main.look, shop=None if shut else main.look.shop)
            if "gevelsteen" in change.title:
                after_look = replace(after_look, style="plaster", wall=(232, 228, 218))
                other = replace(other, style="brick", wall=(118, 76, 64), shop=after_look.shop)
            before = replace(main, until=day, look=replace(other, number=main.look.number))
            return [*rest, replace(main, since=day, look=after_look), before]
        case "dormer" | "panels" if main:
            after = replace(
                main, since=day, dormer=change.kind == "dormer", panels=change.kind == "panels"
            )
            return [*rest, after, replace(main, until=day)]
        case _:
            return here


def _from(others: Sequence[House], day: date) -> list[House]:
    """Sheds that came with a new house."""
    return [replace(h, since=h.since or day) for h in others]


def _raised(seed: int, plot: Plot, change: Change) -> list[House]:
    """A house on a lot that is vacant in the register: not yet drawn there."""
    if plot.lot is None:
        return []
    chance = stream(seed, f"raised {change.permit}")
    plot.lot.vacant = False
    try:
        built = build_on(plot, chance)
    finally:
        plot.lot.vacant = True
    look = look_of(f"raised {change.permit}", "modern")
    return [
        House(None, change.plot, b.polygon, b.kind, b.storeys, look, change.seen_from,
              completed=change.completed)
        for b in built
    ]  # fmt: skip


def _smaller(plot: Plot, polygon: Polygon) -> Polygon:
    """What stood before a house was rebuilt: lower at the back, without its wings."""
    return _strip(plot, polygon, 0.72)


def _without_wing(plot: Plot, polygon: Polygon) -> Polygon:
    return _strip(plot, polygon, 0.66)


def _strip(plot: Plot, polygon: Polygon, share: float) -> Polygon:
    """The front part of a building, a share of its depth."""
    if plot.lot is None:
        return polygon
    yard = Yard.of(plot.lot)
    depths = [
        (x - yard.origin[0]) * yard.inward[0] + (y - yard.origin[1]) * yard.inward[1]
        for x, y in polygon.exterior.coords
    ]
    near, far = min(depths), max(depths)
    kept = polygon.intersection(yard.box(-60, near - 1, 120, 1 + (far - near) * share))
    return max(polygons(shapely.make_valid(kept)), key=lambda p: p.area, default=polygon)
