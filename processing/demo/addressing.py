"""House numbers: odd and even sides that climb along the street, letters, ranges, boxes.

A square has one row, numbered house by house.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from shapely import Point

from processing.demo.chance import stream
from processing.demo.houses import Building
from processing.demo.land import Plot
from processing.demo.lots import Lot
from processing.demo.plan import Settlement

_LETTERS = "ABC"


@dataclass(slots=True)
class Address:
    """An address in plan metres with the plot (and building) that it belongs to."""

    street: str
    settlement: Settlement
    number: str
    box: str | None
    point: Point
    plot: Plot
    building: Building | None
    status: str = "current"

    @property
    def full(self) -> str:
        box = f" bus {self.box}" if self.box else ""
        place = f"{self.settlement.postcode} {self.settlement.name}"
        return f"{self.street} {self.number}{box}, {place}"


def number_houses(seed: int, plots: Sequence[Plot], buildings: Sequence[Building]) -> list[Address]:
    """All addresses, street by street and side by side."""
    houses = {id(b.plot): b for b in reversed(buildings) if b.kind != "annex"}
    rows: dict[tuple[str, str, int], list[Plot]] = {}
    for plot in plots:
        if plot.lot:
            street = plot.lot.street
            rows.setdefault((street.settlement.postcode, street.name, plot.lot.side), []).append(
                plot
            )
    addresses: list[Address] = []
    for (postcode, name, side), row in sorted(rows.items(), key=lambda r: r[0]):
        chance = stream(seed, f"numbers {postcode} {name} {side}")
        row.sort(key=lambda plot: plot.lot.begin if plot.lot else 0.0)
        addresses += _row(row, houses, chance)
    addresses += _site_addresses(plots, houses)
    return addresses


def _row(row: Sequence[Plot], houses: dict[int, Building], chance: Random) -> Iterator[Address]:
    first = row[0].lot
    assert first is not None  # noqa: S101 - only building lots are gathered in a row
    step = 1 if first.street.fronts == "square" else 2
    number = (2 if first.side == first.street.even_side else 1) - step
    last_end, repeated = 0.0, 0
    for plot in row:
        lot = plot.lot
        assert lot is not None  # noqa: S101
        skipped = int(max(0.0, lot.begin - last_end - 12) / 34)
        if _may_share(lot, repeated) and chance.random() < 0.035 and number > 0 and not skipped:
            repeated += 1
            text = f"{number}{_LETTERS[repeated - 1]}"
        else:
            repeated = 0
            number += step + 2 * skipped
            text = str(number)
            if step == 2 and _wide(lot) and chance.random() < 0.5:
                text = f"{number}-{number + 2}"
                number += 2
        last_end = lot.end
        yield from _at(plot, lot, text, houses.get(id(plot)), chance)


def _may_share(lot: Lot, repeated: int) -> bool:
    return repeated < len(_LETTERS) and lot.street.fronts != "high_street"


def _wide(lot: Lot) -> bool:
    limit = {"core": 12.2, "rows": 11.6, "highway": 44, "works": 85}.get(lot.front.name, 99)
    return lot.width > limit and lot.street.fronts != "high_street"


def _at(
    plot: Plot, lot: Lot, number: str, house: Building | None, chance: Random
) -> Iterator[Address]:
    street = lot.street
    if house is None:
        if lot.front.name in ("new", "works") and lot.vacant:
            yield Address(
                street.name, street.settlement, number, None,
                plot.polygon.representative_point(), plot, None, "proposed",
            )  # fmt: skip
        return
    point = _door(lot, house)
    yield Address(street.name, street.settlement, number, None, point, plot, house)
    for box in _boxes(lot, house, chance):
        yield Address(street.name, street.settlement, number, box, point, plot, house)


def _door(lot: Lot, house: Building) -> Point:
    """Just behind the front wall where the house is, else somewhere inside it."""
    door = Point(lot.place(0.5, lot.setback + 2.5))
    return door if house.polygon.contains(door) else house.polygon.representative_point()


def _boxes(lot: Lot, house: Building, chance: Random) -> list[str]:
    """Box numbers of flats: plain, with leading zeros, or floor by floor, as builders chose."""
    if lot.street.fronts == "high_street" and lot.width < 11:
        return []
    likely = {"core": 0.2, "rows": 0.13, "town": 0.06, "highway": 0.05}.get(lot.front.name, 0.0)
    if lot.front.name in ("core", "rows") and lot.width > 9.4:
        likely = 0.55
    if chance.random() > likely:
        return []
    flats = max(2, min(14, round(house.polygon.area * chance.choice((2, 3)) / 95)))
    house.storeys = 3 if flats > 4 else 2
    style = chance.random()
    if style < 0.6:
        return [str(i + 1) for i in range(flats)]
    if style < 0.85:
        return [f"{i // 2:01d}{i % 2 + 1:02d}" for i in range(flats)]
    return [
        ("A", "B", "C", "D", "E", "F", "G", "H", "K", "L", "M", "N", "P", "R")[i]
        for i in range(flats)
    ]


_SITE_STREETS: dict[str, tuple[str, str]] = {
    "Sint-Janskerk": ("Marktplein", "9999"),
    "Basisschool De Zandloper": ("Schoolstraat", "9999"),
    "Station Zandwijk": ("Stationsstraat", "9999"),
    "Woonzorgcentrum Ter Beke": ("Molenweg", "9999"),
    "Kasteel Ter Zande": ("Kasteelstraat", "9999"),
    "Gemeenteloods": ("Noordstraat", "9999"),
    "Sportpark De Wulf": ("Steenovenstraat", "9999"),
    "Vrije Basisschool 's-Gravendijk": ("Schoolstraat", "9998"),
    "Gemeenteschool Sint-Amandskerke": ("Pastorijstraat", "9997"),
}


def _site_addresses(plots: Sequence[Plot], houses: dict[int, Building]) -> Iterator[Address]:
    """Public buildings have a number with a letter of their own in the street they stand in."""
    for plot in plots:
        house = houses.get(id(plot))
        if plot.site is None or house is None or plot.site.name not in _SITE_STREETS:
            continue
        name, postcode = _SITE_STREETS[plot.site.name]
        settlement = next(
            p.lot.street.settlement
            for p in plots
            if p.lot and p.lot.street.name == name and p.lot.street.settlement.postcode == postcode
        )
        point = house.polygon.representative_point()
        yield Address(
            name, settlement, "1Z" if postcode == "9999" else "1Y", None, point, plot, house
        )
