"""``geoloket events conflicts``: what events clash with, as lines for staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from geoloket.database import connect
from geoloket.events import Conflict, conflicts
from geoloket.main.connect import owner_dsn
from geoloket.settings import Settings

BRUSSELS: Final = ZoneInfo("Europe/Brussels")


def clash_lines(settings: Settings, start: datetime | None, end: datetime | None) -> Iterator[str]:
    """One line a clash, worst first, and how many there are of each; days without zone are ours."""
    first = start.replace(tzinfo=BRUSSELS) if start else datetime.now(BRUSSELS)
    last = end.replace(tzinfo=BRUSSELS) if end else None
    with connect(owner_dsn(settings)) as connection:
        found = conflicts(connection, first, last)
    if not found:
        yield "no conflicts"
    for conflict in found:
        yield _line(conflict)


def _line(conflict: Conflict) -> str:
    begin, finish = (
        moment.astimezone(BRUSSELS).strftime("%Y-%m-%d %H:%M")
        for moment in (conflict.clash_from, conflict.clash_until)
    )
    organiser = ", same organiser" if conflict.same_organiser else ""
    return (
        f"{conflict.severity.name.lower():8}  {begin} to {finish}  "
        f"{conflict.event_id} {conflict.event}  with  "
        f"{conflict.kind} {conflict.other_id} {conflict.other} "
        f"({conflict.distance_m:.0f} m{organiser})"
    )
