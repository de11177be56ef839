"""``/medewerker/logboek``: who of the staff saw which record, for who has the role ``admin``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Duty
from geoloket.audit import ITSELF, RUNS, LogDesk, Search
from geoloket.language import pick
from geoloket.people import Session
from web import words
from web.fields import Fields
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.door import for_staff
from web.tasks import task_titles
from web.view import View

_SHOWN: Final = 50
_DAYS: Final = 30
"""How far back one looks who names no day."""
_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is looked for, as the form shows it again."""

    since: date
    until: date
    person: str
    layer: str | None
    record: str
    faults: Mapping[str, str]
    typed: Mapping[str, str]

    @property
    def query(self) -> dict[str, str]:
        """The same in an address."""
        given = {"van": self.since, "tot": self.until, "wie": self.person}
        given |= {"laag": self.layer, "dossier": self.record}
        return {name: str(value) for name, value in given.items() if value}


def router(view: View) -> APIRouter:
    """The page, in both languages."""
    desk = LogDesk(view.hall.database)

    async def page(request: Request, session: Session) -> Response:
        say = sentences(language_of(request))
        titles, tasks = _titles(view, say), task_titles(view.hall, say)
        chosen = _read(request.query_params, titles, say)
        search = Search(
            since=_midnight(chosen.since),
            until=_midnight(chosen.until + timedelta(days=1)),
            person=chosen.person or None,
            layer=chosen.layer,
            record=chosen.record or None,
            before=_number(request.query_params.get("na", "")),
        )
        rows = await desk.find(session.who, search, _SHOWN)
        older = rows[-1]["seq"] if len(rows) == _SHOWN else None
        return await view.page(
            request,
            "logbook.html",
            twin=twin("logbook", **chosen.query),
            chosen=chosen,
            titles=titles,
            verdict=await desk.verdict(session.who),
            looks=[_line(row, titles, tasks, say) for row in rows],
            older=path("logbook", say.language, **chosen.query, na=older) if older else None,
        )

    pages = APIRouter()
    for address in PATHS["logbook"].values():
        shown = for_staff(page, Duty.ADMIN)
        pages.add_api_route(address, shown, methods=["GET", "HEAD"], response_model=None)
    return pages


def _read(given: Mapping[str, str], titles: Mapping[str, str], say: Sentences) -> Chosen:
    fields, today = Fields(given, say), words.today()
    until = fields.day("tot") or today
    since = fields.day("van") or until - timedelta(days=_DAYS)
    for name, day in (("van", since), ("tot", until)):
        if not _FIRST <= day <= _LAST:
            fields.fault(name, "filter.no_date")
    if not fields.faults and since > until:
        fields.fault("van", "logbook.no_period")
    if fields.faults.keys() & {"van", "tot"}:
        since, until = today - timedelta(days=_DAYS), today
    return Chosen(
        since=since,
        until=until,
        person=fields.text("wie"),
        layer=fields.one_of("laag", [*titles], "logbook.no_layer"),
        record=fields.text("dossier"),
        faults=fields.faults,
        typed=fields.typed,
    )


def _titles(view: View, say: Sentences) -> dict[str, str]:
    """What stands in the log by its name: layers, processes, and the log itself."""
    titles = {layer.id: pick(layer.title, say.language) for layer in view.hall.registry.values()}
    besides = {RUNS: say("logbook.processes"), ITSELF: say("logbook.title")}
    return dict(sorted(titles.items(), key=lambda one: one[1])) | besides


def _line(
    row: DictRow, titles: Mapping[str, str], tasks: Mapping[str, str], say: Sentences
) -> dict[str, Any]:
    records: Sequence[str] = row["records"]
    door, _, token = row["door"].partition(" by token ")
    return {
        "at": row["at"],
        "person": row["name"] or row["subject"],
        "subject": row["subject"],
        "deed": say(f"deed.{row['deed']}"),
        "layer": titles.get(row["layer"], row["layer"]),
        "records": records,
        "amount": row["amount"],
        "purpose": tasks.get(row["purpose"], row["purpose"]),
        "door": say(f"door.{door}") if f"door.{door}" in say else door,
        "token": token,
    }


def _midnight(day: date) -> datetime:
    """The first moment of a day in Brussels."""
    return datetime.combine(day, time(), words.BRUSSELS)


def _number(text: str) -> int | None:
    """The number of an entry; what is none does not narrow."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
