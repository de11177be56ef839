"""What somebody typed in the search box: a parcel key, a file number, coordinates, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from geoloket.crs import guess_srid

_CAPAKEY_AB: Final = re.compile(
    r"^(?P<division>\d{5})(?P<section>[A-Z])(?P<number>\d{4})[/-](?P<bis>\d{2})"
    r"(?P<exponent>[A-Z_0])(?P<power>\d{3})$"
)
_CAPAKEY_C: Final = re.compile(
    r"^(?P<division>\d{5})_(?P<section>[A-Z])_(?P<number>\d{4})_(?P<exponent>[A-Z_0])_"
    r"(?P<power>\d{3})_(?P<bis>\d{2})$"
)
_CAPAKEY_START: Final = re.compile(r"^\d{5}[A-Z](\d{0,4}|\d{4}[/-][0-9A-Z_]{0,6})$")
_PERMIT: Final = re.compile(r"^(?:OMV[_ -]?(\d{10})|(20[1-9]\d{7}))(?:[ _-]?[A-Z])?$")
_REFERENCE: Final = re.compile(
    r"^[A-Z]{0,8}[ ._-]?\d{4}[/._-]\d{1,6}$"  # B 2011/87
    r"|^(?=(?:[^\d]*\d){5})[A-Z0-9]+(?:[/._-][A-Z0-9]+)*$"  # 19663, 8.00/44021/12.3, DB-2009-0145
)
_PAIR: Final = re.compile(
    r"^(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)$"  # 51.2103, 3.2254 or 70104 211763
    r"|^(-?\d+(?:,\d+)?)\s*(?:;\s*|,\s+|\s+)(-?\d+(?:,\d+)?)$"  # 51,2103 3,2254
)
_THOUSANDS: Final = re.compile(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))")
_UNITS: Final = re.compile(r"[°NOEXY:=()]|\bM\b")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point in x, y order; ``srid`` is None when it cannot be in Belgium."""

    x: float
    y: float
    srid: int | None


def capakey(text: str) -> str | None:
    """The parcel key in notation A, from any of the three notations; None when it is none of them.

    >>> capakey("11001_B_0213___000_02"), capakey("11001b0009-00a005")
    ('11001B0213/02_000', '11001B0009/00A005')
    """
    key = text.strip().upper()
    found = _CAPAKEY_AB.match(key) or _CAPAKEY_C.match(key)
    if found is None:
        return None
    part = found.groupdict()
    return (
        f"{part['division']}{part['section']}{part['number']}/"
        f"{part['bis']}{part['exponent']}{part['power']}"
    )


def parcel_ids(key: str) -> list[str]:
    """The ids (notation B) of a key in notation A: no exponent is written ``0`` or ``_``.

    >>> parcel_ids("11001B0213/020000"), parcel_ids("11001B0009/00A005")
    (['11001B0213-020000', '11001B0213-02_000'], ['11001B0009-00A005'])
    """
    start, exponent, power = key[:13].replace("/", "-"), key[13], key[14:]
    others = {"0": "_", "_": "0"}.get(exponent, "")
    return [f"{start}{letter}{power}" for letter in exponent + others]


def capakey_start(text: str) -> str | None:
    """The beginning of a parcel id (notation B) when the text looks like one being typed."""
    key = text.strip().upper()
    return key.replace("/", "-") if _CAPAKEY_START.match(key) else None


def permit_number(text: str) -> str | None:
    """A file number of the region, or a text that may be a municipal reference or an old number.

    A letter behind the ten digits is a version of the same file. References are free text: here
    are those without spaces and with five digits or more, or with a year.

    >>> permit_number("omv 2026012345"), permit_number("2011/087"), permit_number("Kerkstraat 12")
    ('OMV_2026012345', '2011/087', None)
    """
    number = text.strip().upper()
    if found := _PERMIT.match(number):
        return f"OMV_{found[1] or found[2]}"
    return text.strip() if len(number) < 40 and _REFERENCE.match(number) else None


def coordinates(text: str) -> Coordinates | None:
    """Two numbers as a point: WGS 84 in either order, Lambert 72 or Lambert 2008.

    >>> coordinates("51,2103° N, 3,2254° O")
    Coordinates(x=3.2254, y=51.2103, srid=4326)
    >>> coordinates("70 104, 211 763").srid
    31370
    """
    plain = " ".join(_UNITS.sub(" ", text.upper()).split()).strip(" ,;")
    for attempt in (plain, _THOUSANDS.sub("", plain)):
        found = _PAIR.match(attempt)
        if found is None:
            continue
        first, second = (float(n.replace(",", ".")) for n in found.groups() if n is not None)
        for x, y in ((first, second), (second, first)):
            if (srid := guess_srid(x, y)) is not None:
                return Coordinates(x, y, srid)
    found = _PAIR.match(plain)
    if found is None:
        return None
    first, second = (float(n.replace(",", ".")) for n in found.groups() if n is not None)
    return Coordinates(first, second, None)
