"""Who publishes: what the municipality says of itself in the settings and in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from weakref import WeakKeyDictionary

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.licences import Licence, licence
from geoloket.settings import SiteSettings
from ogc.links import PREFIX, TEXTS
from ogc.service import Service
from ogc.visit import Visit

_REMEMBERED_S: Final = 30.0
_KNOWN: Final[WeakKeyDictionary[Service, tuple[float, Mapping[str, Any]]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Publisher:
    """The municipality, as a catalogue names it in one language."""

    name: str
    title: str
    description: str
    uri: str | None
    email: str | None
    page: str
    licence: Licence
    """Of layers that name none."""
    invented: bool

    @property
    def mark(self) -> str:
        """Changes when anything here does: a part of validators."""
        return repr(self)


async def publisher(visit: Visit) -> Publisher:
    """Who publishes, in the language of the request. Raises Unavailable."""
    facts = await _facts(visit.service)
    settings = visit.service.hall.settings.site
    return _publisher(settings, facts, visit.language, visit.base)


def _publisher(
    settings: SiteSettings, facts: Mapping[str, Any], language: str, base: str
) -> Publisher:
    texts = TEXTS[language]
    place = settings.name or str(facts.get("name") or "")
    invented = bool(facts.get("invented"))
    name = texts["invented"].format(name=place) if invented else place or "Geoloket"
    return Publisher(
        name=name,
        title=settings.catalogue_title or texts["catalogue_title"].format(name=name),
        description=texts["catalogue_intro"].format(name=name),
        uri=settings.publisher_uri,
        email=settings.contact_email,
        page=settings.contact_page or base.removesuffix(PREFIX) + "/",
        licence=licence(settings.licence),
        invented=invented,
    )


async def _facts(service: Service) -> Mapping[str, Any]:
    """The facts of the site, read again when they are older than half a minute."""
    known = _KNOWN.get(service)
    if known and monotonic() - known[0] < _REMEMBERED_S:
        return known[1]
    pages = statements.read("pages")
    async with service.hall.database.session(VISITOR) as connection:
        rows = await (await connection.execute(pages["site"])).fetchall()
        facts: dict[str, Any] = {row["key"]: row["value"] for row in rows}
        if "name" not in facts:
            middle = await (await connection.execute(pages["middle"])).fetchone()
            facts["name"] = middle["name"] if middle else None
    _KNOWN[service] = (monotonic(), facts)
    return facts
