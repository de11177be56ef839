"""``/medewerker/verwerkingsregister``: the register of processing (GDPR art. 30), for staff.

As a page, and as CSV or JSON to be taken along into the register of the whole municipality.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from geoloket.people import Session
from web import words
from web.oversight.entries import Entry, entries
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.signin.door import for_staff
from web.view import View

_COLUMNS = ("id", "kind", "title", "purpose", "legal_basis", "subjects", "data", "recipients",
            "retention", "fields", "measures")  # fmt: skip


def router(view: View) -> APIRouter:
    """The page and its two files, in both languages."""

    async def page(request: Request, session: Session) -> Response:
        say = sentences(language_of(request))
        return await view.page(
            request,
            "register.html",
            twin=twin("register"),
            entries=entries(view.hall, say),
            file=path("register", say.language),
        )

    async def as_json(request: Request, session: Session) -> Response:
        say = sentences(language_of(request))
        document: dict[str, Any] = {
            "title": say("register.title"),
            "controller": (await view.site()).name or None,
            "contact": view.hall.settings.site.contact_email,
            "made_on": words.today().isoformat(),
            "processings": [one.document() for one in entries(view.hall, say)],
        }
        return _file(orjson.dumps(document), "application/json", "json", say)

    async def as_csv(request: Request, session: Session) -> Response:
        say = sentences(language_of(request))
        # With a mark at its start a spreadsheet reads the letters as they are.
        text = "\ufeff" + _table(entries(view.hall, say), say)
        return _file(text.encode(), "text/csv; charset=utf-8", "csv", say)

    pages = APIRouter()
    for address in PATHS["register"].values():
        for end, answer in (("", page), (".json", as_json), (".csv", as_csv)):
            pages.add_api_route(
                f"{address}{end}", for_staff(answer), methods=["GET", "HEAD"], response_model=None
            )
    return pages


def _table(found: list[Entry], say: Sentences) -> str:
    """A line for each; what has several parts has them in one cell."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(say(f"register.{name}") for name in _COLUMNS)
    for one in found:
        told = one.document() | {
            "kind": say(f"register.kind_{one.kind}"),
            "fields": "; ".join(f"{field.title} ({field.seen_by})" for field in one.fields),
            "measures": " ".join(one.measures),
        }
        lines.writerow(told[name] or "" for name in _COLUMNS)
    return out.getvalue()


def _file(body: bytes, media_type: str, ending: str, say: Sentences) -> Response:
    name = f"{say('register.file')}-{words.today().isoformat()}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)
