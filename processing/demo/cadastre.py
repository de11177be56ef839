"""Cadastral keys: divisions, sections, numbers, and what splitting leaves: letters, powers."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from processing.demo.blocks import Ground
from processing.demo.chance import stream
from processing.demo.land import Plot
from processing.demo.plan import SETTLEMENTS

_LETTERS = "ABCDEFGHKLMNPRSTVWXYZ"
_SECTIONS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "99001": (("A", 120, 320), ("B", -900, -100), ("C", -50, -850), ("D", 1000, -150)),
    "99002": (("A", -1500, 950), ("B", -1700, 300), ("C", -650, 1200)),
    "99003": (("A", 1450, 1000), ("B", 700, 1300), ("C", 1900, 250)),
}


@dataclass(frozen=True, slots=True, order=True)
class Capakey:
    """A cadastral parcel key, e.g. 99001A0123/00B000 (division 99001, section A, number 123)."""

    division: str
    section: str
    number: int
    bis: int
    exponent: str
    power: int

    @property
    def slash(self) -> str:
        return f"{self.division}{self.section}{self._tail('/')}"

    @property
    def dash(self) -> str:
        return f"{self.division}{self.section}{self._tail('-')}"

    @property
    def label(self) -> str:
        """As printed on the plan: "A 123 B", "A 213/2", "B 9 A 5"."""
        bis = f"/{self.bis}" if self.bis else ""
        exponent = f" {self.exponent}" if self.exponent != "_" else ""
        return (
            f"{self.section} {self.number}{bis}{exponent}{f' {self.power}' if self.power else ''}"
        )

    def _tail(self, mark: str) -> str:
        return f"{self.number:04d}{mark}{self.bis:02d}{self.exponent}{self.power:03d}"


def register(
    seed: int, ground: Ground, plots: Sequence[Plot], wanted: tuple[Plot, Capakey]
) -> list[Capakey]:
    """A key for every plot, in order; `wanted` is the plot whose key is given beforehand."""
    chance = stream(seed, "cadastre")
    keys: dict[int, Capakey] = {}
    places = [_place_of(ground, plot) for plot in plots]
    for division, section in sorted(set(places)):
        members = [i for i, place in enumerate(places) if place == (division, section)]
        number = 0
        for group in _mothers(plots, members, chance):
            number += 1 if chance.random() < 0.86 else chance.randint(2, 4)
            for i, (bis, exponent, power) in zip(group, _codes(len(group), chance), strict=True):
                keys[i] = Capakey(division, section, number, bis, exponent, power)
    return _with_wanted([keys[i] for i in range(len(plots))], plots, wanted)


def _place_of(ground: Ground, plot: Plot) -> tuple[str, str]:
    middle = ground.blocks[plot.block].centroid
    here = (middle.x, middle.y)
    division = min(SETTLEMENTS, key=lambda s: math.dist(s.centre, here)).division
    section = min(_SECTIONS[division], key=lambda s: math.dist(s[1:], here))[0]
    return division, section


def _mothers(plots: Sequence[Plot], members: Iterable[int], chance: Random) -> Iterator[list[int]]:
    """Neighbours that once were one parcel, walking block by block and along each street."""
    group: list[int] = []
    wish, last = 0, (-1, "")
    for i in sorted(members, key=lambda i: _walk(plots[i])):
        lot = plots[i].lot
        place = plots[i].block, f"{lot.street.name}{lot.side}" if lot else ""
        if group and (len(group) >= wish or place != last):
            yield group
            group = []
        if not group:
            wish = chance.randint(2, 9) if lot else chance.choice((1, 1, 1, 2, 3))
        group.append(i)
        last = place
    if group:
        yield group


def _walk(plot: Plot) -> tuple[object, ...]:
    lot, middle = plot.lot, plot.polygon.centroid
    if lot:
        return plot.block, 0, lot.street.name, lot.side, lot.begin, 0.0
    band = math.floor(middle.y / 160)
    return plot.block, 1, "", band, middle.x if band % 2 else -middle.x, middle.y


def _codes(count: int, chance: Random) -> list[tuple[int, str, int]]:
    """Bis, exponent and power for the parts of one number, all different."""
    if count == 1:
        draw = chance.random()
        if draw < 0.55:
            return [(0, "_", 0)]
        return [(0, chance.choice(_LETTERS[:4]), 0)] if draw < 0.93 else [(2, "_", 0)]
    codes: set[tuple[int, str, int]] = set()
    if chance.random() < 0.12:
        codes.add((2, "_", 0))
    generations = (0, 0, 0, 2) if count < 5 else (0, 0, 2, 3, 4)
    while len(codes) < count:
        codes.add((0, chance.choice(_LETTERS[: count + 5]), chance.choice(generations)))
    ordered = sorted(codes)
    chance.shuffle(ordered)
    return ordered


def _with_wanted(
    keys: list[Capakey], plots: Sequence[Plot], wanted: tuple[Plot, Capakey]
) -> list[Capakey]:
    """The keys with two numbers, and then two parts of one number, changing places."""
    plot, key = wanted
    here = next(i for i, p in enumerate(plots) if p is plot)
    home = keys[here].division, keys[here].section
    swap = {keys[here].number: key.number, key.number: keys[here].number}

    def renumbered(k: Capakey) -> Capakey:
        number = swap.get(k.number, k.number) if (k.division, k.section) == home else k.number
        division, section = (
            (key.division, key.section) if k is keys[here] else (k.division, k.section)
        )
        return Capakey(division, section, number, k.bis, k.exponent, k.power)

    keys = [renumbered(k) for k in keys]
    mine = keys[here]
    other = next((i for i, k in enumerate(keys) if k == key), None)
    if other is not None:
        keys[other] = mine
    keys[here] = key
    return keys
