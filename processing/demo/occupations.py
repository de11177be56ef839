"""Works in the street, and the streets that events close: who occupies public ground, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import shapely
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import GRID
from processing.demo.gatherings import CLOCK, Gathering
from processing.demo.streets import Street

_HALF_ROAD = 4.6
_ALLOWED = ("approved", "approved_with_conditions", "ongoing", "completed")


@dataclass(frozen=True, slots=True)
class Occupation:
    """One occupation; ``event`` is the gathering it serves, None for works."""

    kind: str
    description: str
    street: str
    starts: datetime
    ends: datetime
    effects: str
    status: str
    publicity: bool
    owner: str
    reference: str
    zone: BaseGeometry
    event: Gathering | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    """Works: where, which metres of the street, from which day on and for how many."""

    kind: str
    text: str
    street: str
    metres: tuple[float, float]
    after: int
    days: int
    effects: str
    status: str
    owner: str


# fmt: off
_WORKS: tuple[_Work, ...] = (
    _Work("groundwork", "Vernieuwen van de riolering", "Noordstraat", (20, 180), -12, 55,
          "roadway,cycle_lane", "in_execution", "Rioolbeheerder Zandwijk"),
    _Work("work", "Stelling voor het schilderen van een gevel", "Kerkstraat", (150, 165), -3, 12,
          "pavement", "in_execution", "Schilderwerken Zandgrond"),
    _Work("groundwork", "Aansluiten van een woning op de waterleiding", "Molenweg", (60, 75), 6, 2,
          "pavement,parking_strip", "planned", "Waterbedrijf Duynvelde"),
    _Work("groundwork", "Leggen van glasvezel", "Hoogstraat", (30, 260), 9, 24,
          "pavement,cycle_lane", "in_consultation", "Glasvezel Zandstreek"),
    _Work("work", "Plaatsen van een torenkraan", "Stationsstraat", (210, 240), 14, 3,
          "roadway,pavement", "planned", "Bouwbedrijf Zandgrond"),
    _Work("groundwork", "Heraanleg van het voetpad", "Kloosterstraat", (40, 200), 40, 60,
          "pavement,parking_strip", "planned", "Gemeente Zandwijk"),
    _Work("groundwork", "Vervangen van gasleidingen", "Parkstraat", (20, 150), -80, 30,
          "roadway", "executed", "Netbeheerder Zandstreek"),
    _Work("groundwork", "Verplaatsen van een brandkraan", "Langestraat", (90, 100), -20, 2,
          "pavement", "not_executed", "Waterbedrijf Duynvelde"),
)
_DIVERSIONS: Mapping[str, str] = {
    "Kerkstraat": "Achterstraat", "Hoogstraat": "Beekstraat", "Stationsstraat": "Molenweg",
}
# fmt: on


def occupy(
    today: date, streets: Sequence[Street], gatherings: Sequence[Gathering]
) -> list[Occupation]:
    """What occupies the streets: works around today, and what each event on a street asks for."""
    named = {street.name: street for street in reversed(streets)}
    found = [_work(work, today, named[work.street]) for work in _WORKS]
    found += [it for gathering in gatherings for it in _of_event(gathering, named)]
    square = _on_the_square(today, gatherings)
    return [*found, square] if square else found


def _work(work: _Work, today: date, street: Street) -> Occupation:
    starts = datetime.combine(today + timedelta(days=work.after), time(7), CLOCK)
    return Occupation(
        kind=work.kind, description=work.text, street=work.street, starts=starts,
        ends=starts + timedelta(days=work.days, hours=10), effects=work.effects, status=work.status,
        publicity=True, owner=work.owner, reference=f"W-{work.street[:3].upper()}-{work.days}",
        zone=_stretch(street, *work.metres),
    )  # fmt: skip


def _on_the_square(today: date, gatherings: Sequence[Gathering]) -> Occupation | None:
    """Works that were planned without looking at the calendar of events: a clash for the staff."""
    coming = (
        g
        for g in gatherings
        if g.kind == "market" and g.starts.date() > today + timedelta(days=8)
        if g.request_status in _ALLOWED
    )
    market = next(coming, None)
    if market is None:
        return None
    return Occupation(
        kind="groundwork", description="Herstellen van de plaveien", street=market.venue,
        starts=market.starts - timedelta(days=6), ends=market.starts + timedelta(hours=2),
        effects="roadway,pavement", status="planned", publicity=True, owner="Gemeente Zandwijk",
        reference="W-PLEIN", zone=shapely.set_precision(market.zone.buffer(-6), GRID),
    )  # fmt: skip


def _of_event(gathering: Gathering, streets: Mapping[str, Street]) -> Iterator[Occupation]:
    """Closed street, parking ban and diversion of an event; nothing where no street is used."""
    if gathering.request_status in ("draft", "refused", "cancelled"):
        return
    if gathering.venue not in streets and gathering.venue != "Marktplein":
        return
    allowed = gathering.request_status in _ALLOWED
    over = gathering.request_status == "completed"
    status = "executed" if over else "planned" if allowed else "in_consultation"

    def occupation(  # noqa: PLR0913, PLR0917  # one argument a column
        kind: str, text: str, street: str, from_: datetime, until: datetime,
        effects: str, zone: BaseGeometry,
    ) -> Occupation:  # fmt: skip
        return Occupation(
            kind=kind, description=text, street=street, starts=from_, ends=until, effects=effects,
            status=status, publicity=gathering.publicity, owner=gathering.organiser,
            reference=f"EV-{gathering.starts:%y%m%d}", zone=zone, event=gathering,
        )  # fmt: skip

    place = gathering.venue
    early = gathering.starts - timedelta(hours=3)
    late = gathering.ends + timedelta(hours=2)
    beside = shapely.set_precision(gathering.zone.buffer(2), GRID)
    yield occupation("parking_ban", f"Parkeerverbod {place}", place, early - timedelta(hours=3),
                     late, "parking_strip", beside)  # fmt: skip
    if place == "Marktplein":
        return
    yield occupation("road_closure", f"{place} afgesloten", place, early, late,
                     "roadway,cycle_lane", gathering.zone)  # fmt: skip
    if around := _DIVERSIONS.get(place):
        line = shapely.set_precision(streets[around].axis.line, GRID)
        yield occupation("diversion", f"Omleiding langs {around}", around, early, late, "", line)


def _stretch(street: Street, begin: float, end: float) -> BaseGeometry:
    axis = street.axis
    part = shapely.LineString(axis.part(begin, min(end, axis.length - 1)))
    return shapely.set_precision(part.buffer(_HALF_ROAD, cap_style="flat"), GRID)
