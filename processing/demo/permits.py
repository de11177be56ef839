"""Permit files on parcels: the subject fits the place, the history fits the status it aims at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from processing.demo.addressing import Address
from processing.demo.blocks import GRID
from processing.demo.cadastre import Capakey
from processing.demo.chance import stream
from processing.demo.histories import COUNTS, NOTIFICATIONS, Step, fixed, history
from processing.demo.land import Plot
from processing.demo.people import business, person
from processing.demo.pictures.campaigns import YEARS
from processing.demo.subjects import NOTIFICATION_SUBJECTS, SUBJECTS, Subject

_FIRST_OMV = date(2017, 3, 1)
"""Files before the digital counter carry the number of the municipality itself."""


@dataclass(slots=True)
class PermitFile:
    """One file; `history` begins with its submission."""

    subject: Subject
    procedure: str
    address: str | None
    keys: list[Capakey]
    shape: BaseGeometry
    applicant: str
    history: list[Step]
    file_number: str = ""
    municipal_reference: str = ""

    @property
    def submitted_on(self) -> date:
        return self.history[0].on


class _Places:
    """Where files can be: plots by what stands on them, with their keys and addresses."""

    def __init__(
        self, plots: Sequence[Plot], keys: Sequence[Capakey], addresses: Sequence[Address]
    ) -> None:
        self._key = {id(plot): key for plot, key in zip(plots, keys, strict=True)}
        self._address: dict[int, str] = {}
        self._street_of_block: dict[int, str] = {}
        for address in addresses:
            if not address.box:
                self._address.setdefault(id(address.plot), address.full)
                place = (
                    f"{address.street} z/n, {address.settlement.postcode} {address.settlement.name}"
                )
                self._street_of_block.setdefault(address.plot.block, place)
        self._by_kind: dict[str, list[Plot]] = {}
        for plot in plots:
            for kind in _kinds(plot):
                self._by_kind.setdefault(kind, []).append(plot)

    def draw(self, subject: Subject, chance: Random) -> list[Plot]:
        kind = chance.choice([p for p in subject.places if self._by_kind.get(p)])
        plots = self._by_kind[kind]
        i = chance.randrange(len(plots))
        if kind == "land" and chance.random() < 0.3 and i + 1 < len(plots):
            neighbour = plots[i + 1]
            if plots[i].polygon.touches(neighbour.polygon):
                return [plots[i], neighbour]
        return [plots[i]]

    def address(self, plot: Plot) -> str | None:
        return self._address.get(id(plot)) or self._street_of_block.get(plot.block)

    def key(self, plot: Plot) -> Capakey:
        return self._key[id(plot)]

    def at(self, address: str) -> Plot:
        wanted = next(i for i, full in self._address.items() if full == address)
        return next(p for plots in self._by_kind.values() for p in plots if id(p) == wanted)


def _kinds(plot: Plot) -> Iterator[str]:
    if plot.site:
        yield plot.site.use
    elif plot.lot is None:
        if plot.polygon.area > 1_800:
            yield "land"
        if plot.polygon.area > 4_000:
            yield "stream"
    elif plot.lot.vacant:
        yield "vacant"
    else:
        yield plot.lot.form
        if plot.lot.front.name == "core":
            yield "core"


def file_permits(
    seed: int,
    today: date,
    plots: Sequence[Plot],
    keys: Sequence[Capakey],
    addresses: Sequence[Address],
) -> list[PermitFile]:
    """All files, numbered in the order in which they came in."""
    places = _Places(plots, keys, addresses)
    chance = stream(seed, "permits")
    files = list(_showpieces(places, today))
    shown = list(_new_houses(places, today))
    taken = {file.keys[0] for file in shown}
    for status, count in COUNTS.items():
        drawn = [_file(status, places, today, chance) for _ in range(count)]
        files += [file for file in drawn if taken.isdisjoint(file.keys)]
    files += shown
    _number(files, chance)
    return files


def _file(status: str, places: _Places, today: date, chance: Random) -> PermitFile:
    subjects = NOTIFICATION_SUBJECTS if status in NOTIFICATIONS else SUBJECTS
    if status == "public_inquiry":
        subjects = tuple(s for s in subjects if s.ordinary)
    subject = chance.choices(subjects, [s.weight for s in subjects])[0]
    where = places.draw(subject, chance)
    steps = history(status, subject.ordinary, today, chance)
    kind = "ordinary" if subject.ordinary else "simplified"
    commercial = {"hall", "shop"} & set(subject.places)
    return PermitFile(
        subject, "notification" if status in NOTIFICATIONS else kind, places.address(where[0]),
        [places.key(plot) for plot in where], _shape(where),
        business(chance) if commercial or chance.random() < 0.1 else person(chance), steps,
    )  # fmt: skip


def _shape(plots: Sequence[Plot]) -> BaseGeometry:
    return shapely.union_all([plot.polygon for plot in plots], grid_size=GRID)


_OPEN_INQUIRY = [("submitted", 46), ("declared_complete", 27), ("inquiry_opened", 9)]
_SHOWPIECES: tuple[tuple[str, str, str, bool, list[tuple[str, int]]], ...] = (
    ("Kerkstraat 12", "Verbouwen van een eengezinswoning", "building_works", True, _OPEN_INQUIRY),
    ("Kerkstraat 12", "Plaatsen van een tuinberging", "building_works", False, [
        ("submitted", 2782), ("declared_complete", 2764), ("decided_granted", 2714),
        ("posted", 2708), ("works_started", 2640), ("works_completed", 2601)]),
    ("Kerkstraat 12", "Omvormen tot twee woongelegenheden", "building_works", True, [
        ("submitted", 4264), ("declared_complete", 4243), ("inquiry_opened", 4236),
        ("inquiry_closed", 4207), ("decided_refused", 4169), ("posted", 4162)]),
    ("Kerkstraat 26", "Nieuwe gevelopening in de voorgevel", "building_works", False, [
        ("submitted", 330), ("declared_complete", 309), ("decided_granted", 262), ("posted", 256)]),
    ("Molenweg 4", "Vellen van twee bomen", "vegetation_change", False, [
        ("submitted", 38), ("declared_complete", 16)]),
    ("Kerkstraat 19", "Plaatsen van een dakkapel aan de voorzijde", "building_works", False, [
        ("submitted", 128), ("declared_complete", 108), ("decided_granted_with_conditions", 66),
        ("posted", 60), ("works_started", 12)]),
)  # fmt: skip


def _showpieces(places: _Places, today: date) -> Iterator[PermitFile]:
    """The files around Kerkstraat 12 that the manual tells about."""
    for address, title, types, ordinary, ages in _SHOWPIECES:
        full = f"{address}, 9999 Zandwijk"
        plot = places.at(full)
        subject = Subject(title, types, (), ordinary)
        yield PermitFile(
            subject, "ordinary" if ordinary else "simplified", full, [places.key(plot)],
            plot.polygon, "Anke Van Zandweghe", fixed(today, ages),
        )  # fmt: skip


_NEW_HOUSE: Final = "Nieuwbouw van een eengezinswoning in open bebouwing"
_NEW_HOUSES: Final = (("Kastanjelaan 10", 1), ("Kastanjelaan 16", 3))
"""Along a street that is driven, and in which of the pictured years each house was permitted."""
_NEW_HOUSE_STEPS: Final = (
    ("submitted", 0, 1, 4), ("declared_complete", 0, 1, 25), ("decided_granted", 0, 3, 15),
    ("posted", 0, 3, 20), ("works_started", 0, 8, 25), ("works_completed", 1, 2, 10),
)  # fmt: skip
"""Code, years after that year, month and day. The shell stands after the last pictures of the year
of the permit and before the first of the next one, with two months to spare: days of files move on
with the calendar until the town is made anew."""


def _new_houses(places: _Places, today: date) -> Iterator[PermitFile]:
    """A permit granted in one pictured year that stands as a house in those of the next."""
    for address, after in _NEW_HOUSES:
        full = f"{address}, 9999 Zandwijk"
        plot, year = places.at(full), today.year - YEARS + after
        steps = [
            Step(code, date(year + later, month, day))
            for code, later, month, day in _NEW_HOUSE_STEPS
        ]
        yield PermitFile(
            Subject(_NEW_HOUSE, "building_works", ()), "simplified", full, [places.key(plot)],
            plot.polygon, "Anke Van Zandweghe", steps,
        )  # fmt: skip


def _number(files: list[PermitFile], chance: Random) -> None:
    """Numbers that climb with the day of submission: the region's since 2017, the town's before."""
    files.sort(key=lambda f: f.submitted_on)
    counters: dict[int, int] = {}
    last = ""
    for file in files:
        day = file.submitted_on
        counters[day.year] = counters.get(day.year, 0) + chance.randint(1, 4)
        file.municipal_reference = f"{day.year}/{counters[day.year]:03d}"
        if day < _FIRST_OMV:
            file.file_number = f"{day.year}-{counters[day.year]:03d}"
            continue
        since = day - date(day.year, 1, 1) + timedelta(days=1)
        number = f"OMV_{day.year}{since.days * 380 + chance.randrange(300):06d}"
        if number <= last:
            number = f"OMV_{int(last[4:]) + 1}"
        file.file_number = last = number
