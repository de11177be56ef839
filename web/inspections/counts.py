"""What everybody may know of inspections: numbers per neighbourhood, small ones left out.

Off unless ``inspections.public_counts`` is set: whether to publish is the municipality's choice.
The database leaves out what is small (``geoloket.inspection_counts``), so that a fault here cannot
tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import Response

from geoloket import statements
from geoloket.access import VISITOR
from web import words
from web.answers import answer, only
from web.paths import PATHS, language_of, twin
from web.sentences import Sentences, sentences
from web.view import View

_TOTAL: Final = ""
_REST: Final = "rest"


def router(view: View) -> APIRouter:
    """``/woningcontroles`` and ``/api/inspection-counts``; none where numbers are not published."""
    pages = APIRouter()
    if not view.hall.settings.inspections.public_counts:
        return pages

    async def shown(request: Request) -> Response:
        say, rows = sentences(language_of(request)), await _rows(view)
        return await view.page(
            request,
            "inspection_counts.html",
            twin=twin("inspection_counts"),
            until=_until(),
            tables=[_table(rows, by, say) for by in ("year", "outcome") if _has(rows, by)],
        )

    async def told(request: Request) -> Response:
        """Inspections of dwellings per neighbourhood; `amount` is null where it is not told."""
        only(request.query_params)
        document = {"until": _until().isoformat(), "least": 5, "counts": await _rows(view)}
        return answer(request, document)

    for address in PATHS["inspection_counts"].values():
        pages.add_api_route(address, shown, methods=["GET", "HEAD"], response_model=None)
    pages.add_api_route(
        "/api/inspection-counts", told, methods=["GET", "HEAD"], response_model=None
    )
    return pages


def _until() -> date:
    """The last day that counts: that of the year before this one."""
    return date(words.today().year - 1, 12, 31)


async def _rows(view: View) -> list[DictRow]:
    async with view.hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(statements.read("inspection_counts")["counts"])
        return await cursor.fetchall()


def _has(rows: list[DictRow], by: str) -> bool:
    told = {row["category"] for row in rows if row["breakdown"] == by}
    return len(told) > 2  # two at least, and the total


def _table(rows: list[DictRow], by: str, say: Sentences) -> dict[str, Any]:
    """One breakdown with its totals last."""
    cells = {
        (row["neighbourhood"], row["category"]): row["amount"]
        for row in rows
        if row["breakdown"] == by
    }
    return {
        "by": by,
        "title": say(f"counts.by_{by}"),
        "columns": [_column(name, say) for name in _ordered({col for _, col in cells})],
        "rows": [_row(name, cells, say) for name in _ordered({line for line, _ in cells})],
    }


def _row(name: str, cells: Mapping[tuple[str, str], int | None], say: Sentences) -> dict[str, Any]:
    said = {_TOTAL: say("counts.total"), _REST: say("counts.rest")}.get(name, name)
    columns = _ordered({col for _, col in cells})
    return {"name": said, "cells": [cells[name, col] for col in columns]}


def _column(name: str, say: Sentences) -> str:
    known = {
        _TOTAL: "counts.total",
        _REST: "counts.earlier",
        "conform": "counts.conform",
        "not_conform": "counts.not_conform",
    }
    return say(known[name]) if name in known else name


def _ordered(names: set[str]) -> list[str]:
    """By name, then the small ones together, then the total."""
    return sorted(names, key=lambda name: (name == _TOTAL, name == _REST, name))
