"""A parcel in words: how people call it, and its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from web import words
from web.sentences import Sentences

Row = Mapping[str, Any]


def heading(parcel: Row, addresses: Sequence[Row], say: Sentences) -> str:
    """The address as people say it, or the parcel number where there is no address."""
    if not addresses:
        return place(parcel, addresses, say)
    town = f"{addresses[0]['postcode']} {addresses[0]['postal_name']}"
    return f"{place(parcel, addresses, say)}, {town}"


def place(parcel: Row, addresses: Sequence[Row], say: Sentences) -> str:
    """Street and house numbers, or the parcel number where there is no address."""
    if not addresses:
        return say("parcel.heading_plain", label=parcel["parcel_label"])
    street = addresses[0]["street_name"]
    numbers = [row["house_number"] for row in addresses if row["street_name"] == street]
    unique = list(dict.fromkeys(numbers))
    shown = unique if len(unique) <= 3 else [unique[0], "…", unique[-1]]
    return f"{street} {', '.join(shown)}".replace(", …, ", "–")


def facts(parcel: Row, addresses: Sequence[Row], say: Sentences) -> list[dict[str, Any]]:
    """Names with one or more values each."""
    language = say.language

    def metres(x: str, y: str) -> str:
        across, up = words.number(parcel[x], language), words.number(parcel[y], language)
        return say("parcel.metres", x=across, y=up)

    degrees = {"lat": parcel["lat"], "lon": parcel["lon"]}
    found = {
        "capakey": [parcel["capakey"]],
        "label": [parcel["parcel_label"]],
        "area": [say("parcel.area_value", area=words.area(parcel["area_m2"] or 0, language))],
        "municipality": [municipality(parcel, addresses)],
        "addresses": _address_lines(addresses, say) or [say("parcel.no_address")],
        "lambert72": [metres("lambert72_x", "lambert72_y")],
        "lambert2008": [metres("lambert2008_x", "lambert2008_y")],
        "wgs84": [
            say("parcel.degrees", **{k: words.number(v, language, 4) for k, v in degrees.items()})
        ],
    }
    if parcel["valid_from"]:
        found["valid_from"] = [words.day(parcel["valid_from"], language)]
    return [{"name": say(f"fact.{key}"), "values": values} for key, values in found.items()]


def away(row: Row, say: Sentences) -> str:
    """How far something is from the parcel, and in which direction."""
    if row["distance_m"] < 1:
        return say("dossier.here")
    towards = say(f"direction.{words.direction(row['azimuth'] or 0)}")
    return say("permit.away", metres=words.around(row["distance_m"]), direction=towards)


def municipality(parcel: Row, addresses: Sequence[Row]) -> str:
    """By name where the layer or an address gives it, else by its NIS code."""
    from_address = addresses[0]["municipality"] if addresses else None
    return parcel["municipality"] or from_address or parcel["nis_code"] or "?"


def _address_lines(addresses: Sequence[Row], say: Sentences) -> list[str]:
    """One line per house number; its boxes are counted, or named when there is one."""
    lines: list[str] = []
    for (street, number), group in groupby(
        addresses, key=lambda row: (row["street_name"], row["house_number"])
    ):
        boxes = [row["box_number"] for row in group if row["box_number"]]
        line = f"{street} {number}"
        if len(boxes) == 1:
            line += f" {say('parcel.box', box=boxes[0])}"
        elif boxes:
            line += f", {say('parcel.boxes', n=len(boxes))}"
        lines.append(line)
    return lines
