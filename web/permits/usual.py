"""How long a municipality usually takes to decide, from its own files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.hall import Hall
from geoloket.permits import PermitState, PermitStatus

LEAST: Final = 20
"""Decided files from which on a median says something."""
YEARS: Final = 3
"""Files decided longer ago tell little of how it goes now."""

_UNDECIDED: Final = frozenset(
    {
        PermitStatus.SUBMITTED,
        PermitStatus.COMPLETENESS_CHECK,
        PermitStatus.UNDER_REVIEW,
        PermitStatus.PUBLIC_INQUIRY,
    }
)


@dataclass(frozen=True, slots=True)
class Usual:
    """Half of ``files`` of this municipality, by this procedure, were decided within ``days``.

    Counted from the submission to the first decision, over files decided on ``since`` or later.
    """

    procedure: str
    files: int
    days: int
    since: date
    expected: date
    """The submission of the file at hand, so many days later."""


class UsualTimes:
    """The medians of all municipalities and procedures, asked once per version of the permits."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._key: tuple[object, ...] = ()
        self._medians: Mapping[tuple[str, str], DictRow] = {}
        self._asking = asyncio.Lock()

    async def of(self, row: DictRow, state: PermitState, today: date) -> Usual | None:
        """What is usual for a file that is still to be decided in first instance.

        None where it would not tell anything: too few files were decided, another authority
        decides, the day has passed, or it is not earlier than the last day of the term.
        """
        due, submitted = state.decision_due, state.submitted_on
        if state.status not in _UNDECIDED or due is None or submitted is None:
            return None
        if row["authority"] != "municipality":
            return None
        since = today - timedelta(days=YEARS * 365)
        found = (await self._read(since, today)).get((row["nis_code"], row["procedure"]))
        if found is None:
            return None
        expected = submitted + timedelta(days=found["days"])
        if not today <= expected < due:
            return None
        return Usual(row["procedure"], found["files"], found["days"], since, expected)

    async def _read(self, since: date, today: date) -> Mapping[tuple[str, str], DictRow]:
        states = await self._hall.versions.current()
        key = (states.get("permits"), since)
        async with self._asking:
            if key != self._key:
                statement = statements.read("permit_pages")["usual"]
                async with self._hall.database.session(VISITOR) as connection:
                    given = {"since": since, "today": today, "least": LEAST}
                    rows = await (await connection.execute(statement, given)).fetchall()
                self._medians = {(row["nis_code"], row["procedure"]): row for row in rows}
                self._key = key
            return self._medians
