"""A permit file as its page needs it, from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.permits import Reading
from web.search import questions
from web.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """A row of ``permits``, where it stands today, and the parcels it lies on."""

    row: DictRow
    reading: Reading
    parcels: Sequence[DictRow]


async def look_up(view: View, number: str) -> list[DictRow]:
    """The files that a number may mean: one for an id, else all with that number or reference."""
    asked = number.replace("\0", "").strip()[:100]
    fixed = statements.read("permit_pages")
    async with view.hall.database.session(VISITOR) as connection:
        for given in dict.fromkeys((asked, questions.permit_number(asked) or asked)):
            cursor = await connection.execute(fixed["found"], {"number": given})
            rows = await cursor.fetchall()
            if rows and rows[0]["id"] == given:
                return rows[:1]
            if rows:
                return rows
    return []


async def read(view: View, row: DictRow, today: date) -> Found:
    """What more there is to tell of a file."""
    fixed = statements.read("permit_pages")
    keys = [key.strip() for key in (row["capakeys"] or "").split(",") if key.strip()]
    async with view.hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(fixed["events"], {"id": row["id"]})
        events = await cursor.fetchall()
        if keys:
            cursor = await connection.execute(fixed["parcels"], {"capakeys": keys})
        else:
            cursor = await connection.execute(fixed["parcel_under"], {"id": row["id"]})
        parcels = await cursor.fetchall()
    return Found(row, view.hall.permits.read(row, events, today), parcels)
