"""``/handleiding`` and ``/en/manual``: the pages of the manual, and its pictures."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from geoloket.errors import NotFound
from web.manual.documents import FIRST, PICTURES, manual
from web.paths import PATHS, language_of, twin
from web.view import View

_MANY: Final = 3
"""Headings from which a page says what is in it."""


def router(view: View) -> APIRouter:
    """The first page, ``/{id}`` for each other document, ``/pictures/{name}``. Raises NotFound."""
    pages = APIRouter()
    pictures = {file.name: file for file in PICTURES.iterdir()}

    async def page(request: Request) -> Response:
        name = str(request.path_params.get("id", FIRST))
        book = manual(language_of(request))
        if name not in book.documents:
            raise NotFound("The manual has no such page.")
        document = book.documents[name]
        headings = [one for one in document.headings if one.level == 2]
        return await view.page(
            request,
            "manual.html",
            twin=twin("manual_page", id=name) if name else twin("manual"),
            document=document,
            headings=headings if name and len(headings) >= _MANY else [],
            chapters=book.chapters,
        )

    async def picture(name: str) -> Response:
        if name not in pictures:
            raise NotFound("The manual has no such picture.")
        return FileResponse(pictures[name])

    locations = (*PATHS["manual"].values(), *PATHS["manual_page"].values())
    for location, endpoint in (
        *((location, page) for location in locations),
        ("/handleiding/pictures/{name}", picture),
    ):
        pages.add_api_route(location, endpoint, methods=["GET", "HEAD"], response_model=None)
    return pages
