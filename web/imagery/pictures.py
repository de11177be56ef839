"""``/beeld/{picture}/…``: preview, thumbnail, tiles and cut-outs; the database says for whom.

Visitors get what is blurred and reviewed, and keep it for some minutes at most: what is hidden
again after a resident asked for it must be gone soon. That staff look at a picture is noted once in
a while, not for each of its tiles.
"""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.responses import FileResponse, Response

from geoloket.access import Principal, Role
from geoloket.audit import AuditLog
from geoloket.errors import NotFound
from geoloket.imagery import Panorama
from geoloket.storage import Storage
from geoloket.turns import Turns
from web.imagery.cutout import MOST_UP, Look
from web.imagery.drawing import draw
from web.view import View

_FOR_ALL: Final = {"cache-control": "public, max-age=300"}
_NOTED_AGAIN_S: Final = 600.0
_NOTED_MOST: Final = 10_000

_AT_ONCE: Final = 2
"""Cut-outs that are drawn at a time: each is some tens of milliseconds of a processor."""
_WAITING: Final = 60
_WAIT_S: Final = 15.0

_Number = Annotated[int, InPath(ge=0, lt=1000)]
_Yaw = Annotated[int, InPath(ge=-180, lt=180)]
_Pitch = Annotated[int, InPath(ge=-MOST_UP, le=MOST_UP)]


def router(view: View) -> APIRouter:
    """The four addresses."""
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

    async def part(request: Request, picture: str, yaw: _Yaw, pitch: _Pitch) -> Response:
        return await shelf.cut(request, picture, Look(yaw, pitch))

    answers = {
        "voorbeeld.jpg": preview,
        "klein.jpg": thumbnail,
        "tegel/{level}/{x}_{y}.jpg": tile,
        "uitsnede/{yaw}_{pitch}.jpg": part,
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
        self._turns = Turns(_AT_ONCE, _WAITING, _WAIT_S, "Many pictures are being drawn.")

    async def give(self, request: Request, picture: str, file: str) -> Response:
        """A file of a picture. Raises NotFound when it is not there for this person."""
        who: Principal = request.state.who
        _, key = await self._seen(who, picture)
        place = await asyncio.to_thread(self._storage.path, f"{key}/{file}")
        headers = _headers(who, key)
        if _is_known(request, headers):
            return Response(status_code=304, headers=headers)
        return FileResponse(place, media_type="image/jpeg", headers=headers)

    async def cut(self, request: Request, picture: str, look: Look) -> Response:
        """The part of a picture that faces somewhere. Raises NotFound as ``give`` does."""
        who: Principal = request.state.who
        found, key = await self._seen(who, picture)
        headers = _headers(who, key)
        if _is_known(request, headers):
            return Response(status_code=304, headers=headers)
        async with self._turns.turn():
            made = await asyncio.to_thread(draw, self._storage, key, found.width or 0, look)
        return Response(made, media_type="image/jpeg", headers=headers)

    async def _seen(self, who: Principal, picture: str) -> tuple[Panorama, str]:
        found = await self._hall.imagery.panorama(who, picture)
        if found is None or found.derived_key is None:
            raise NotFound("There is no such picture.")
        if who.role is not Role.VISITOR:
            await self._note(who, found)
        return found, found.derived_key

    async def _note(self, who: Principal, picture: Panorama) -> None:
        key, now = (who.subject, picture.id), time.monotonic()
        if now - self._noted.get(key, -1e9) < _NOTED_AGAIN_S:
            return
        layer = self._hall.features.layer("panoramas", who)
        await self._audit.saw(who, "read", layer, (picture.id,))
        if len(self._noted) >= _NOTED_MOST:
            self._noted.clear()
        self._noted[key] = now


def _headers(who: Principal, version: str) -> dict[str, str]:
    """For visitors how long it is kept, and a tag: what was made anew stands under another key."""
    if who.role is not Role.VISITOR:
        return {}
    return _FOR_ALL | {"etag": f'"{version.rsplit("/", 1)[-1]}"'}


def _is_known(request: Request, headers: dict[str, str]) -> bool:
    return "etag" in headers and request.headers.get("if-none-match") == headers["etag"]
