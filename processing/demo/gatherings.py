"""The event calendar: fairs, races, markets, on squares, street stretches and greens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry.base import BaseGeometry

from processing.demo.blocks import GRID, Ground
from processing.demo.chance import stream
from processing.demo.people import club, mail_of
from processing.demo.sites import SITES
from processing.demo.streets import Street

CLOCK = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True, slots=True)
class Gathering:
    """An event and its request, as the staff see it."""

    name: str
    kind: str
    description: str
    venue: str
    zone: BaseGeometry
    starts: datetime
    ends: datetime
    website: str | None
    request_status: str
    publicity: bool
    organiser: str
    contact: str
    expected_visitors: int
    build_up_from: datetime
    teardown_until: datetime

    @property
    def id(self) -> str:
        """Its name in an address: ``kerstmarkt-2026``."""
        return _slug(self.name).replace(" ", "-")


@dataclass(frozen=True, slots=True)
class _Idea:
    """A recurring event: month and weekday (0 is Monday), begin and length in hours, venue."""

    name: str
    kind: str
    venue: str
    month: int
    weekday: int
    begin: int
    hours: int
    visitors: int
    text: str


# fmt: off
_IDEAS: tuple[_Idea, ...] = (
    _Idea("Grote kermis van Zandwijk", "fair", "Marktplein", 6, 5, 14, 80, 4000,
          "Kermis met attracties en oliebollen op het Marktplein."),
    _Idea("Kermis 's-Gravendijk", "fair", "Dorpsplein 's-Gravendijk", 9, 5, 14, 58, 900,
          "Dorpskermis met draaimolen, schietkraam en bal op zaterdag."),
    _Idea("Kermis Sint-Amandskerke", "fair", "Dorpsplein Sint-Amandskerke", 5, 5, 14, 58, 1100,
          "Drie dagen kermis rond de kerk."),
    _Idea("Avondmarkt", "market", "Kerkstraat", 8, 4, 17, 6, 2500,
          "Winkels en kramen blijven open tot elf uur, met straatmuziek."),
    _Idea("Kerstmarkt", "market", "Marktplein", 12, 5, 14, 8, 3000,
          "Vijftig kraampjes, een stal met schapen en glühwein."),
    _Idea("Rommelmarkt Vogelzang", "flea_market", "Vogelzang", 5, 6, 7, 9, 800,
          "Buurtbewoners verkopen hun zolder leeg."),
    _Idea("Rommelmarkt Stationswijk", "flea_market", "Stationsstraat", 9, 6, 7, 9, 1200,
          "Rommelmarkt tussen het station en de Grote Baan."),
    _Idea("Dorpsrommelmarkt", "flea_market", "Dorpsstraat", 4, 6, 7, 8, 500,
          "Rommelmarkt met ontbijt in de parochiezaal."),
    _Idea("Zandwijk Koerse", "cycling_race", "Hoogstraat", 7, 2, 13, 6, 3500,
          "Wielerwedstrijd voor elite zonder contract, dertien ronden."),
    _Idea("Dijkencross", "cycling_race", "Dijkstraat", 11, 6, 10, 7, 900,
          "Veldrit voor alle categorieën langs de dijk."),
    _Idea("Loop van Zandwijk", "run", "Dorpspark", 10, 6, 9, 5, 1400,
          "Loopwedstrijd over 5 en 10 kilometer en een kidsrun."),
    _Idea("Straatfeest Merellaan", "street_party", "Merellaan", 6, 5, 15, 9, 120,
          "Barbecue en springkasteel voor de hele straat."),
    _Idea("Straatfeest Berkenlaan", "street_party", "Berkenlaan", 8, 5, 15, 9, 140,
          "Buurtfeest met lange tafel."),
    _Idea("Straatfeest Linnenstraat", "street_party", "Linnenstraat", 9, 5, 16, 7, 110,
          "De straat wordt een middag lang een terras."),
    _Idea("Nieuwjaarsdrink", "reception", "Marktplein", 1, 6, 11, 3, 700,
          "Het gemeentebestuur klinkt met alle inwoners op het nieuwe jaar."),
    _Idea("Parkconcert", "concert", "Dorpspark", 7, 6, 15, 4, 650,
          "De harmonie speelt aan de vijver."),
    _Idea("Zandstorm", "festival", "Sportpark De Wulf", 8, 4, 16, 34, 4800,
          "Muziekfestival met twee podia."),
    _Idea("Openluchtfilm", "film", "Dorpspark", 8, 5, 21, 3, 400,
          "Film onder de sterren, breng een stoel mee."),
    _Idea("Boomgaardfeest", "festival", "Boomgaardstraat", 9, 6, 10, 8, 700,
          "Appels plukken, persen en proeven."),
    _Idea("Sint komt aan", "procession", "Stationsstraat", 11, 5, 14, 3, 1500,
          "De Sint komt aan met de trein en trekt naar het Marktplein."),
    _Idea("Processie van Sint-Jan", "procession", "Kerkstraat", 6, 6, 10, 3, 500,
          "De oude ommegang door de dorpskern."),
    _Idea("Halloweentocht", "walk", "Kasteel Ter Zande", 10, 5, 18, 4, 900,
          "Griezeltocht door het kasteelpark."),
    _Idea("Buitenspeeldag", "youth", "Speelplein De Vogelzang", 4, 2, 13, 5, 450,
          "De straat is van de kinderen."),
    _Idea("Schoolfeest De Zandloper", "school_fair", "Schoolstraat", 5, 6, 11, 8, 600,
          "Schoolfeest met eetkraam en optredens."),
    _Idea("Eetfestijn KSA", "dinner", "Gemeenteloods", 3, 5, 17, 6, 350,
          "Mosselen of stoofvlees voor het zomerkamp."),
    _Idea("Voetbaltornooi Dijkzonen", "sports", "Terrein FC Dijkzonen", 5, 5, 9, 10, 500,
          "Jeugdtornooi met 32 ploegen."),
    _Idea("Oogstfeest", "festival", "Terrein VK Amands", 8, 6, 10, 12, 1300,
          "Oude tractoren, dorsen en een boerenontbijt."),
    _Idea("11 juli-viering", "celebration", "11-Julistraat", 7, 5, 18, 6, 600,
          "Samen zingen en een hapje eten."),
    _Idea("Eindejaarscorrida", "run", "Hoogstraat", 12, 6, 13, 4, 1100,
          "Stratenloop door het verlichte centrum."),
    _Idea("Kerstboomverbranding", "celebration", "Sportpark De Wulf", 1, 5, 17, 5, 800,
          "Alle kerstbomen op één hoop, met soep en jenever."),
    _Idea("Driekoningenstoet", "procession", "Dorpsstraat", 1, 6, 15, 3, 300,
          "Sterzingers trekken van deur tot deur."),
    _Idea("Carnavalsstoet", "procession", "Kerkstraat", 2, 6, 14, 5, 2600,
          "Dertig groepen en praalwagens door het centrum."),
    _Idea("Veldloop voor scholen", "run", "Dorpspark", 2, 2, 13, 3, 600,
          "Alle lagere scholen van Zandwijk lopen mee."),
    _Idea("Winterwandeling langs de Zandbeek", "walk", "Beekstraat", 1, 6, 9, 6, 350,
          "Negen kilometer met warme halte."),
    _Idea("Repair café", "youth", "Gemeenteloods", 2, 5, 13, 4, 120,
          "Breng je kapotte toestel mee en herstel het samen met een vrijwilliger."),
    _Idea("Wandeltocht Amandsbos", "walk", "Bosstraat", 3, 6, 8, 8, 750,
          "Wandelen over 6, 12 en 20 kilometer."),
)
_EXHIBITION = _Idea("Beelden in het park", "exhibition", "Dorpspark", 0, 0, 9, 24 * 16, 900,
                    "Twaalf beelden van kunstenaars uit de streek, vrij te bezoeken.")
_MARKET = _Idea("Boerenmarkt", "market", "Marktplein", 0, 3, 8, 5, 600,
                "Groenten, kaas en brood van boeren uit de streek, elke donderdag.")
# fmt: on
_ALSO_LAST_YEAR = 22
_SOON = ("approved", "approved_with_conditions", "in_advice", "submitted", "incomplete", "approved")
_PAST = ("completed", "completed", "completed", "completed", "cancelled", "refused")


def plan_events(
    seed: int, today: date, streets: Sequence[Street], ground: Ground
) -> list[Gathering]:
    """Sixty events: every idea in the year ahead, most in the year behind, two around today."""
    chance = stream(seed, "events")
    zones = _Zones(streets, ground)
    found: list[Gathering] = []
    for i, idea in enumerate(_IDEAS):
        coming = _next_day(idea, today)
        found.append(_gathering(idea, coming, today, zones, chance))
        if i < _ALSO_LAST_YEAR:
            found.append(_gathering(idea, _weekday_in(coming.year - 1, idea), today, zones, chance))
    found += [_gathering(idea, day, today, zones, chance) for idea, day in _around(today)]
    return sorted(found, key=lambda g: g.starts)


def _next_day(idea: _Idea, today: date) -> date:
    for year in (today.year, today.year + 1):
        day = _weekday_in(year, idea)
        if day > today:
            return day
    return _weekday_in(today.year + 2, idea)


def _around(today: date) -> Iterator[tuple[_Idea, date]]:
    """An exhibition that is going on, and the market of the coming Thursday."""
    begun = today - timedelta(days=4)
    yield _EXHIBITION, begun
    yield _MARKET, today + timedelta(days=(3 - today.weekday()) % 7 or 7)


def _weekday_in(year: int, idea: _Idea) -> date:
    """The second such weekday of the month."""
    first = date(year, idea.month, 1)
    return first + timedelta(days=(idea.weekday - first.weekday()) % 7 + 7)


def _gathering(idea: _Idea, day: date, today: date, zones: "_Zones", chance: Random) -> Gathering:
    starts = datetime.combine(day, time(idea.begin), CLOCK)
    ends = starts + timedelta(hours=idea.hours)
    organiser = club(chance)
    build_up = timedelta(hours=30 if idea.visitors > 1000 else 4)
    status = _status(idea, day, ends.date(), today, chance)
    return Gathering(
        name=f"{idea.name} {day.year}", kind=idea.kind, description=idea.text, venue=idea.venue,
        zone=zones.of(idea.venue), starts=starts, ends=ends,
        website=f"https://zandwijk.example/{_slug(idea.name)}" if idea.visitors > 500 else None,
        request_status=status, organiser=organiser,
        publicity=status == "ongoing" or chance.random() < 0.9,
        contact=mail_of(organiser),
        expected_visitors=10 * round(idea.visitors * chance.uniform(0.08, 0.12)),
        build_up_from=starts - build_up, teardown_until=ends + timedelta(hours=3) + build_up / 3,
    )  # fmt: skip


def _status(idea: _Idea, begins: date, ends: date, today: date, chance: Random) -> str:
    if ends < today:
        return chance.choice(_PAST)
    if begins <= today:
        return "ongoing"
    far = (begins - today).days
    if far < 30:
        return "approved"
    if far < 75:
        return chance.choice(("approved", "approved", "approved_with_conditions", "in_advice"))
    return "draft" if far > 300 and chance.random() < 0.6 else chance.choice(_SOON)


def _slug(name: str) -> str:
    return "-".join(
        "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split()
    )


class _Zones:
    """Where events are: a square, a drawn place, or the stretch of a street as wide as it is."""

    def __init__(self, streets: Sequence[Street], ground: Ground) -> None:
        names = ("Marktplein", "Dorpsplein 's-Gravendijk", "Dorpsplein Sint-Amandskerke")
        self._areas: Mapping[str, BaseGeometry] = dict(_areas(ground, names))
        self._streets = {s.name: s for s in reversed(streets)}

    def of(self, venue: str) -> BaseGeometry:
        area = self._areas.get(venue)
        if area is None:
            axis = self._streets[venue].axis
            begin = min(40.0, axis.length * 0.15)
            end = min(axis.length - 10, begin + 320)
            stretch = shapely.LineString(axis.part(begin, end))
            area = stretch.buffer(4.6, cap_style="flat")
        return shapely.set_precision(area, GRID)


def _areas(ground: Ground, names: Sequence[str]) -> Iterator[tuple[str, BaseGeometry]]:
    churchyards = shapely.union_all([s.polygon for s in SITES if s.use == "church"])
    for name, square in zip(names, ground.squares, strict=True):
        yield name, square.buffer(-2).difference(churchyards.buffer(1.5))
    for site in SITES:
        inner = site.polygon.buffer(-5)
        if not inner.is_empty:
            yield site.name, inner
