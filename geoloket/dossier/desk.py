"""ParcelDossiers: puts the dossier of a parcel together, as a person may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from geoloket import compose, statements
from geoloket.access import AccessPolicy, Principal
from geoloket.database import Database
from geoloket.dossier.answers import Asked, overlap, section
from geoloket.dossier.model import Answer, Dossier, Finding, Reason, Row, Section, Source
from geoloket.enquiry import OURS, SECTIONS, SectionCode
from geoloket.layer import Layer
from geoloket.versions import States

NEAR_M: Final = 100
"""Metres around the parcel within which events are told of."""
_MOST: Final = 50
_SUBDIVISION: Final = "subdivision"
"""Project type (domain term *verkaveling*) of a permit that divides land into lots."""


class ParcelDossiers:
    """Dossiers over the layers that one kind of person may see; six statements each."""

    def __init__(
        self, database: Database, layers: Sequence[Layer], access: AccessPolicy, who: Principal
    ) -> None:
        """``layers`` are narrowed to ``who`` (``FeatureStore.layers``)."""
        self._database = database
        self._who = who
        self._layers = {layer.id: layer for layer in layers}
        answering = [
            (layer, access.rows(layer, who))
            for layer in layers
            if layer.dossier and layer.dossier.section not in OURS and layer.geometry
        ]
        self._overlaps = compose.overlaps(answering, _MOST) if answering else None

    async def of(self, parcel_id: str, states: States, today: date) -> Dossier | None:
        """The dossier of a parcel by its id, retired or not; None when there is no such parcel."""
        fixed = statements.read("parcels")
        async with self._database.session(self._who) as connection:

            async def rows(name: str, **more: object) -> list[DictRow]:
                values = {"id": parcel_id, **more}
                return await (await connection.execute(fixed[name], values)).fetchall()

            parcel = await rows("parcel")
            if not parcel:
                return None
            permits = _permits(await rows("parcel_permits"))
            events = _events(await rows("events_near", metres=NEAR_M, limit=_MOST))
            found = await self._found(connection, parcel_id)
            addresses = await rows("parcel_addresses")
            buildings = (await rows("parcel_buildings"))[0]
            successors = await rows("parcel_successors") if parcel[0]["retired_on"] else []
        own = {
            "identification": self._identification(states),
            "permits": section("permits", self._asked("permits", states), permits),
            "subdivisions": section(
                "subdivisions", self._asked("permits", states), _subdivisions(permits)
            ),
            "events": section("events", self._asked("events", states), events),
        }
        sections = [own.get(code) or self._answered(code, found, states) for code in SECTIONS]
        return Dossier(parcel[0], addresses, buildings, successors, sections, today)

    async def _found(
        self, connection: AsyncConnection[DictRow], parcel_id: str
    ) -> Mapping[str, Sequence[Row]]:
        """Rows of all layers that answer a section, by layer: one statement for all of them."""
        if self._overlaps is None:
            return {}
        text, values = self._overlaps
        cursor = await connection.execute(text, values | {"id": parcel_id})
        rows = await cursor.fetchall()
        return {layer: list(group) for layer, group in groupby(rows, key=lambda row: row["layer"])}

    def _answered(
        self, code: SectionCode, found: Mapping[str, Sequence[Row]], states: States
    ) -> Section:
        """A section that layers answer by their declaration."""
        asked: list[Asked] = []
        findings: list[Finding] = []
        for layer_id, rows in found.items():
            layer = self._layers[layer_id]
            if layer.dossier is None or layer.dossier.section != code:
                continue
            source = _source(layer, states)
            asked.append(Asked(source, layer.dossier.complete, bool(rows[0]["filled"])))
            findings += [overlap(layer_id, row) for row in rows if row["id"] is not None]
        return section(code, asked, findings)

    def _identification(self, states: States) -> Section:
        """Who has seen the parcel knows that it is there."""
        layers = [self._layers[name] for name in ("parcels", "addresses", "buildings")]
        sources = [_source(layer, states) for layer in layers]
        return Section("identification", Answer.APPLICABLE, Reason.FOUND, (), sources)

    def _asked(self, layer_id: str, states: States) -> list[Asked]:
        """Permits and events as sources; a declaration may say that they hold all there is."""
        layer = self._layers[layer_id]
        complete = bool(layer.dossier and layer.dossier.complete)
        return [Asked(_source(layer, states), complete, filled=True)]


def _source(layer: Layer, states: States) -> Source:
    name = dict.fromkeys(layer.title, layer.attribution) if layer.attribution else layer.title
    state = states.get(layer.id)
    return Source(layer.id, {k: v or "" for k, v in name.items()}, state and state.changed_at)


def _permits(rows: Sequence[DictRow]) -> list[Finding]:
    return [
        Finding("permits", row["id"], "named" if row["named"] else "intersects", None, row)
        for row in rows
    ]


def _subdivisions(permits: Sequence[Finding]) -> list[Finding]:
    """The permits that divide land; with none, older subdivisions may still apply."""
    return [one for one in permits if _SUBDIVISION in str(one.facts["project_types"] or "")]


def _events(rows: Sequence[DictRow]) -> list[Finding]:
    return [Finding("events", row["id"], "near", None, row) for row in rows]
