"""``/beeld/{picture}/…``: preview, thumbnail and tiles; the row in the database says for whom.

Visitors get what is blurred and reviewed, and keep it for some minutes at most: what is hidden
again after a resident asked for it must be gone soon. That staff look at a picture is noted once in
a while, not for each of its tiles.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.responses import FileResponse, Response

from geoloket.access import Principal, Role
from geoloket.audit import AuditLog
from geoloket.errors import NotFound
from geoloket.imagery import Panorama
from geoloket.storage import Storage
from web.view import View

_FOR_ALL: Final = {"cache-control": "public, max-age=300"}
_NOTED_AGAIN_S: Final = 600.0
_NOTED_MOST: Final = 10_000

_Number = Annotated[int, InPath(ge=0, lt=1000)]


def router(view: View) -> APIRouter:
    """The three addresses."""
    pages = APIRouter()
    shelf = Shelf(view)

    async def preview(request: Request, picture: str) -> Response:
        return await shelf.give(request, picture, "preview.jpg")

    async def thumbnail(request: Request, picture: str) -> Response:
        return await shelf.give(request, picture, "thumbnail.jpg")

    async def tile(
        request: Request, picture: str, level: _Number, x: _Number, y: _Number
    ) -> Response:
        return await shelf.give(request, picture, f"tiles/{level}/{x}_{y}.jpg")

    answers = {
        "voorbeeld.jpg": preview,
        "klein.jpg": thumbnail,
        "tegel/{level}/{x}_{y}.jpg": tile,
    }
    for file, answer in answers.items():
        address = f"/beeld/{{picture}}/{file}"
        pages.add_api_route(address, answer, methods=["GET", "HEAD"], response_model=None)
    return pages


class Shelf:
    """Takes files from the storage for who may see them."""

    def __init__(self, view: View) -> None:
        self._hall = view.hall
        self._storage = Storage(view.hall.settings.home / "storage")
        self._audit = AuditLog(view.hall.database)
        self._noted: dict[tuple[str | None, str], float] = {}

    async def give(self, request: Request, picture: str, file: str) -> Response:
        """A file of a picture. Raises NotFound when it is not there for this person."""
        who: Principal = request.state.who
        found = await self._hall.imagery.panorama(who, picture)
        if found is None or found.derived_key is None:
            raise NotFound("There is no such picture.")
        place = await asyncio.to_thread(self._storage.path, f"{found.derived_key}/{file}")
        if who.role is not Role.VISITOR:
            await self._note(who, found)
            return FileResponse(place, media_type="image/jpeg")
        return _given(request, place, found.derived_key)

    async def _note(self, who: Principal, picture: Panorama) -> None:
        key, now = (who.subject, picture.id), time.monotonic()
        if now - self._noted.get(key, -1e9) < _NOTED_AGAIN_S:
            return
        layer = self._hall.features.layer("panoramas", who)
        await self._audit.saw(who, "read", layer, (picture.id,))
        if len(self._noted) >= _NOTED_MOST:
            self._noted.clear()
        self._noted[key] = now


def _given(request: Request, place: Path, version: str) -> Response:
    """The file, or that it is unchanged: what was made anew stands under another key."""
    tag = f'"{version.rsplit("/", 1)[-1]}"'
    headers = _FOR_ALL | {"etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(place, media_type="image/jpeg", headers=headers)
