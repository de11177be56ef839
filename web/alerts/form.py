"""The form to follow something: what was filled in, what is wrong with it, and what is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qs

from starlette.requests import Request

from geoloket.addresses import Suggestion
from geoloket.alerts import RADII, Frequency, Wish
from geoloket.errors import BadRequest, InvalidParameter
from geoloket.hall import Hall
from web.sentences import Sentences

MOST: Final = 16 * 1024
"""Bytes of a form; ours are far smaller."""
_NAMES: Final = ("kind", "permit", "address", "address_id", "radius", "frequency", "email")
_DEFAULTS: Final = {"radius": "500", "frequency": "each"}
_SURE: Final = ("exact", "abbreviation", "range")
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN: Final = re.compile(r"(?=.{3,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(slots=True)
class Filled:
    """The fields as they are shown again, the faults by field, and addresses to choose from."""

    values: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict[str, str])
    choices: Sequence[Suggestion] = ()


async def posted(request: Request) -> dict[str, str]:
    """The fields of a posted form, the first of each name. Raises BadRequest when too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise BadRequest("The form is too long.")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: found[0].replace("\0", "").strip()[:500] for name, found in fields.items()}


def shown(given: Mapping[str, str]) -> Filled:
    """The form as a link (or nothing) fills it in."""
    values = {name: given.get(name, _DEFAULTS.get(name, "")) for name in _NAMES}
    if values["kind"] not in ("permit", "circle"):
        values["kind"] = ""
    return Filled(values)


async def checked(
    hall: Hall, given: Mapping[str, str], say: Sentences
) -> tuple[Filled, Wish | None, str]:
    """The form with its faults, else what is wished and the mailbox that wishes it."""
    form = shown({"radius": "", "frequency": ""} | dict(given))
    subject = await _subject(hall, form, say)
    if form.values["kind"] == "circle" and form.values["radius"] not in map(str, RADII):
        form.faults["radius"] = say("alerts.error_radius")
    if form.values["frequency"] not in ("each", "weekly"):
        form.faults["frequency"] = say("alerts.error_frequency")
    address = mailbox(form.values["email"])
    if address is None:
        form.faults["email"] = say("alerts.error_email")
    if form.faults or subject is None or address is None:
        return form, None, ""
    kind: Literal["permit", "circle"] = "permit" if form.values["kind"] == "permit" else "circle"
    often: Frequency = "weekly" if form.values["frequency"] == "weekly" else "each"
    radius = int(form.values["radius"]) if kind == "circle" else None
    return form, Wish(kind, subject, radius, often, say.language), address


async def _subject(hall: Hall, form: Filled, say: Sentences) -> str | None:
    """The id of the file or of the address that is meant; None with the fault in the form."""
    values = form.values
    if values["kind"] == "permit":
        found = await hall.alerts.permit(values["permit"]) if values["permit"] else None
        if found is None:
            key = "alerts.error_permit_unknown" if values["permit"] else "alerts.error_permit"
            form.faults["permit"] = say(key)
        return found["id"] if found else None
    if values["kind"] == "circle":
        return await _middle(hall, form, say)
    form.faults["kind"] = say("alerts.error_kind")
    return None


async def _middle(hall: Hall, form: Filled, say: Sentences) -> str | None:
    values = form.values
    if values["address_id"]:
        chosen = await hall.addresses.get(values["address_id"])
        if chosen and chosen.kind == "address":
            return chosen.id
    if not values["address"]:
        form.faults["address"] = say("alerts.error_address")
        return None
    hits = await hall.addresses.suggest(values["address"][:200], 8)
    found = [hit for hit in hits if hit.kind == "address"]
    if found and found[0].match in _SURE and _best(found):
        return found[0].id
    if found:
        form.choices = found
        form.faults["address_id"] = say("alerts.error_address_which")
    else:  # a street is no middle of a circle
        key = "alerts.error_address_street" if hits else "alerts.error_address_unknown"
        form.faults["address"] = say(key)
    return None


def _best(found: list[Suggestion]) -> bool:
    """Whether the first is meant: the only one that was found exactly."""
    return sum(1 for suggestion in found if suggestion.match in _SURE) == 1


async def around(hall: Hall, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a link that names a point: the address nearest to it."""
    try:
        near = await hall.addresses.near(float(given["lon"]), float(given["lat"]), 4326)
    except (KeyError, ValueError, InvalidParameter):
        return dict(given)
    return dict(given) | ({"address": near[0].label} if near else {})


def mailbox(text: str) -> str | None:
    """An e-mail address as it is kept; None for what cannot be one.

    The domain is written in lower case and as DNS has it; a name before the @ must be ASCII.

    >>> mailbox(" Jan.Peeters@Voorbeeld.BE "), mailbox("jan@loket"), mailbox("a@b.be\\nBcc: c@d")
    ('Jan.Peeters@voorbeeld.be', None, None)
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if dotted or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return f"{local}@{domain}"
