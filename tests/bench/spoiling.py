"""Real addresses, spoiled as people spoil them: one rule a kind, always the same by seed."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Truth:
    """An address as the register writes it."""

    id: str
    street: str
    number: str
    postcode: str
    place: str


Spoiler = Callable[[Truth, random.Random], str | None]
"""Makes a query of an address, or None where this kind of spoiling does not apply to it."""


def whole(truth: Truth, street: str | None = None, place: str | None = None) -> str:
    return f"{street or truth.street} {truth.number}, {place or truth.place}"


def letters(street: str) -> list[int]:
    """Places where a person mistypes: letters, not the first one."""
    return [place for place, letter in enumerate(street) if place and letter.isalpha()]


def substituted(truth: Truth, chance: random.Random) -> str:
    at = chance.choice(letters(truth.street))
    other = chance.choice([c for c in string.ascii_lowercase if c != truth.street[at].lower()])
    return whole(truth, truth.street[:at] + other + truth.street[at + 1 :])


def dropped(truth: Truth, chance: random.Random) -> str:
    at = chance.choice(letters(truth.street))
    return whole(truth, truth.street[:at] + truth.street[at + 1 :])


def doubled(truth: Truth, chance: random.Random) -> str:
    at = chance.choice(letters(truth.street))
    return whole(
        truth, truth.street[:at] + chance.choice(string.ascii_lowercase) + truth.street[at:]
    )


def swapped(truth: Truth, chance: random.Random) -> str | None:
    street = truth.street
    places = [
        p for p in letters(street)[:-1] if street[p + 1].isalpha() and street[p] != street[p + 1]
    ]
    if not places:
        return None
    at = chance.choice(places)
    return whole(truth, street[:at] + street[at + 1] + street[at] + street[at + 2 :])


ABBREVIATIONS: Final = (
    (r"straat$", ("str.", "str")),
    (r"laan$", ("ln",)),
    (r"steenweg$", ("stwg", "stw.", "stg")),
    (r"plein$", ("pl.",)),
    (r"weg$", ("wg",)),
    (r"^Sint-", ("St.-", "St ", "st-")),
    (r"^Onze-Lieve-Vrouw", ("O.-L.-Vrouw", "OLV-", "O.L.V. ")),
    (r"\bBurgemeester\b", ("Burg.", "burg")),
    (r"\bProfessor\b", ("Prof.",)),
    (r"\bPastoor\b", ("Past.",)),
    (r"\bGeneraal\b", ("Gen.",)),
    (r"\bKardinaal\b", ("Kard.",)),
    (r"\b(Dokter|Doctor)\b", ("Dr.",)),
    (r"\b(Koning|Koningin)\b", ("Kon.",)),
    (r"^(Jan|Jozef|Karel|Frans|Louis|Edward|Pieter|Hendrik) ", ("INITIAL",)),
)


def abbreviated(truth: Truth, chance: random.Random) -> str | None:
    fitting = [(p, forms) for p, forms in ABBREVIATIONS if re.search(p, truth.street)]
    if not fitting:
        return None
    pattern, forms = chance.choice(fitting)
    form = chance.choice(forms)
    if form == "INITIAL":
        form = f"{truth.street[0]}. "
    return whole(truth, re.sub(pattern, form, truth.street, count=1))


def undiacritic(truth: Truth, _chance: random.Random) -> str | None:
    plain = "".join(
        c for c in unicodedata.normalize("NFD", truth.street) if not unicodedata.combining(c)
    )
    return whole(truth, plain) if plain != truth.street else None


def half_typed(truth: Truth, chance: random.Random) -> str:
    """The name cut off somewhere between a half and all but one letter, number and place behind."""
    size = max(4, chance.randint(len(truth.street) // 2, max(4, len(truth.street) - 1)))
    return whole(truth, truth.street[:size].rstrip(" -'"))


def part_words(truth: Truth, chance: random.Random) -> str | None:
    """Some words of a name of several, each cut short or whole, in their order."""
    words = re.split(r"[ -]", truth.street)
    if len(words) < 2:
        return None
    kept = words[chance.randint(0, len(words) - 2) :]
    return whole(truth, " ".join(w if len(w) < 6 else w[: chance.randint(5, len(w))] for w in kept))


def unhyphened(truth: Truth, chance: random.Random) -> str | None:
    if not re.search(r"[-' ]", truth.street):
        return None
    return whole(truth, re.sub(r"[-' ]", chance.choice(("", " ")), truth.street)).lower()


def curly(truth: Truth, _chance: random.Random) -> str | None:
    return whole(truth, truth.street.replace("'", "’")) if "'" in truth.street else None


def number_first(truth: Truth, _chance: random.Random) -> str:
    return f"{truth.number} {truth.street} {truth.postcode} {truth.place}"


def place_first(truth: Truth, _chance: random.Random) -> str:
    return f"{truth.place} {truth.street} {truth.number}"


def postcode_only(truth: Truth, _chance: random.Random) -> str:
    return f"{truth.street} {truth.number} {truth.postcode}"


def place_typo(truth: Truth, chance: random.Random) -> str:
    at = chance.randint(1, len(truth.place) - 1)
    return whole(truth, place=truth.place[:at] + truth.place[at + 1 :])


DOUBLETS: Final = {
    "Antwerpen": ("Anvers", "Antwerp", "Borsbeek"),
    "Gent": ("Gand", "Ghent"),
    "Leuven": ("Louvain",),
}


def doublet(truth: Truth, chance: random.Random) -> str | None:
    names = DOUBLETS.get(truth.place)
    return whole(truth, place=chance.choice(names)) if names else None


def streets_only(truth: Truth, chance: random.Random) -> str:
    """No number: the street is meant."""
    return dropped(truth, chance).replace(f" {truth.number},", ",", 1)


TYPING: Final = "while typing"
"""Only its time counts: of two letters nobody knows what is meant."""


def typing(truth: Truth, chance: random.Random) -> str:
    """What the search box asks on the way to an address: its first two letters or more."""
    wanted = f"{truth.street} {truth.number} {truth.place}".lower()
    return wanted[: chance.randint(2, len(wanted))]


SPOILERS: Final[dict[str, tuple[Spoiler, bool]]] = {
    "as written": (lambda truth, _: whole(truth), False),
    "letter wrong": (substituted, True),
    "letter missing": (dropped, True),
    "letter extra": (doubled, True),
    "letters swapped": (swapped, True),
    "abbreviation": (abbreviated, True),
    "no diacritics": (undiacritic, True),
    "half typed": (half_typed, True),
    "partial words": (part_words, True),
    "no hyphens": (unhyphened, False),
    "curly apostrophe": (curly, False),
    "number first": (number_first, False),
    "place first": (place_first, False),
    "postcode only": (postcode_only, False),
    "place misspelt": (place_typo, False),
    "no place": (lambda truth, _: f"{truth.street} {truth.number}", False),
    "no place, letter wrong": (
        lambda truth, chance: substituted(truth, chance).rpartition(",")[0],
        False,
    ),
    "other name of place": (doublet, False),
    "street, letter missing": (streets_only, False),
    TYPING: (typing, False),
}
"""Whether a kind belongs to the target stands beside its rule."""


def queries(truths: list[Truth], wanted: int, seed: int) -> list[tuple[str, str, Truth]]:
    """Kind, query and what was meant: ``wanted`` of each kind, or as many as there are."""
    made: list[tuple[str, str, Truth]] = []
    for name, (spoil, _) in SPOILERS.items():
        chance = random.Random(f"{seed} {name}")
        spoiled = ((spoil(truth, chance), truth) for truth in truths)
        made += [(name, q, truth) for q, truth in spoiled if q][:wanted]
    return made
