"""InspectionDesk: what staff of housing see of inspections and residence checks.

Two locks: the layer as the person sees it (NotFound when not at all), and the session's database
role. What is looked at is noted before it is handed on, and never twice in one request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import Principal
from geoloket.audit import AuditLog
from geoloket.database import Database
from geoloket.errors import NotFound
from geoloket.features import FeatureStore
from geoloket.inspections import residence
from geoloket.inspections.case import UNDECIDED
from geoloket.inspections.terms import InspectionTerms

INSPECTIONS: Final = "housing_inspections"
CHECKS: Final = "residence_checks"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inspections: what is None narrows nothing; ``status`` may be ``open``."""

    status: str | None = None
    neighbourhood: str | None = None
    inspector: str | None = None
    due_until: date | None = None
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class WantedChecks:
    """Which residence checks; ``status`` may be ``open``."""

    status: str | None = None
    district: str | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what was selected, and how much there is."""

    rows: list[DictRow]
    total: int


class InspectionDesk:
    """Reads for pages; changes go by ``hall.edits``."""

    def __init__(self, database: Database, features: FeatureStore) -> None:
        self._database = database
        self._features = features
        self._audit = AuditLog(database)
        self._fixed = statements.read("inspections")

    async def inspections(
        self, wanted: Wanted, who: Principal, *, limit: int = 200, offset: int = 0
    ) -> Found:
        """Those that pass, what is due first. Raises NotFound for who may not see any."""
        terms, today = InspectionTerms.built_in(), datetime.now(UTC).date()
        decision, certificate = (
            terms.count(rule, today) for rule in ("decision", "certificate.decision")
        )
        values = {
            "months": decision.amount if decision else 0,
            "days": certificate.amount if certificate else 0,
            "status": wanted.status,
            "neighbourhood": wanted.neighbourhood,
            "inspector": wanted.inspector,
            "due_until": wanted.due_until,
            "planned_on": wanted.planned_on,
            "undecided": [str(one) for one in UNDECIDED],
        }
        return await self._listed(INSPECTIONS, "listed", values, who, limit, offset)

    async def checks(
        self, wanted: WantedChecks, who: Principal, *, limit: int = 200, offset: int = 0
    ) -> Found:
        """Residence checks that pass, by district. Raises NotFound for who may not see any."""
        values = {
            "status": wanted.status,
            "district": wanted.district,
            "slot": wanted.slot,
            "open": [str(one) for one in residence.OPEN],
        }
        return await self._listed(CHECKS, "checks", values, who, limit, offset)

    async def choices(self, who: Principal) -> dict[str, list[str]]:
        """Neighbourhoods and inspectors that a filter can name."""
        self._features.layer(INSPECTIONS, who)
        rows = await self._all("choices", {}, who)
        found: dict[str, list[str]] = {"neighbourhood": [], "inspector": []}
        for row in rows:
            found[row["field"]].append(row["value"])
        return found

    async def districts(self, who: Principal) -> list[str]:
        """Districts that a filter can name."""
        self._features.layer(CHECKS, who)
        return [row["value"] for row in await self._all("districts", {}, who)]

    async def inspection(self, id: str, who: Principal) -> DictRow:
        """One inspection with its place. Raises NotFound."""
        return await self._one(INSPECTIONS, "inspection", id, who)

    async def check(self, id: str, who: Principal) -> DictRow:
        """One residence check with its address. Raises NotFound."""
        return await self._one(CHECKS, "check", id, who)

    async def _listed(  # noqa: PLR0913, PLR0917 - one place for both
        self,
        layer_id: str,
        statement: str,
        values: dict[str, Any],
        who: Principal,
        limit: int,
        offset: int,
    ) -> Found:
        layer = self._features.layer(layer_id, who)
        rows = await self._all(statement, values | {"limit": limit, "offset": offset}, who)
        await self._audit.saw(who, "list", layer, [row["id"] for row in rows])
        return Found(rows, rows[0]["total"] if rows else 0)

    async def _one(self, layer_id: str, statement: str, id: str, who: Principal) -> DictRow:
        layer = self._features.layer(layer_id, who)
        rows = [] if "\0" in id else await self._all(statement, {"id": id}, who)
        if not rows:
            raise NotFound("There is no such case.")
        await self._audit.saw(who, "read", layer, [id])
        return rows[0]

    async def _all(self, statement: str, values: dict[str, Any], who: Principal) -> list[DictRow]:
        async with self._database.session(who) as connection:
            cursor = await connection.execute(self._fixed[statement], values)
            return await cursor.fetchall()
