"""Files that staff send from their own device, put below ``incoming`` where a job finds them.

The form is read part by part and written as it comes (RFC 7578): it is never whole in memory. Who
may send so much is known before the first byte is read.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import unicodedata
from pathlib import Path
from typing import BinaryIO, Final

from starlette.requests import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from geoloket.errors import BadRequest, Forbidden, Unavailable
from geoloket.people import Session

_MOST_PARTS: Final = 500
_LONGEST_HEAD: Final = 256 * 1024
"""Bytes that are kept while the head of a part is not whole."""
_LONGEST_FIELD: Final = 4096
_LONGEST_NAME: Final = 120
_PATIENCE_S: Final = 60.0
"""Within which something more must come."""


async def received(request: Request, session: Session, incoming: Path, most: int) -> list[str]:
    """Put the files of a form in a new folder; their names below ``incoming``, in their order.

    ``most``: bytes of the whole form. Raises BadRequest, Forbidden for a form of another session,
    BodyTooLarge, Unavailable when there is no room on the disk. Nothing is left behind then.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary or not boundary.isascii():
        raise BadRequest("Send a form with files (multipart/form-data).")
    request.state.room.most = most
    taker = _Taker(session, incoming / f"upload-{secrets.token_hex(8)}")
    decoder = MultipartDecoder(boundary.encode(), max_parts=_MOST_PARTS)
    try:
        async for chunk in request.stream():
            request.state.patience.reschedule(asyncio.get_running_loop().time() + _PATIENCE_S)
            # Nothing more comes as an empty chunk, and as None to the decoder.
            decoder.receive_data(chunk or None)
            await _taken(decoder, taker)
        return taker.names
    except BaseException as fault:
        await asyncio.to_thread(taker.undo)
        if isinstance(fault, (ValueError, RequestEntityTooLarge)):
            raise BadRequest("The form with files is broken.") from None
        if isinstance(fault, OSError):
            raise Unavailable("There is no room for this file now.") from None
        raise
    finally:
        await asyncio.to_thread(taker.close)


async def _taken(decoder: MultipartDecoder, taker: _Taker) -> None:
    """Hand over what the decoder has by now."""
    while True:
        event = decoder.next_event()
        if isinstance(event, NeedData):
            if len(decoder.buffer) > _LONGEST_HEAD:
                raise BadRequest("The form with files is broken.")
            return
        if isinstance(event, Epilogue):
            return
        if isinstance(event, (Field, File)):
            await asyncio.to_thread(taker.begin, event)
        elif isinstance(event, Data) and event.data:
            await asyncio.to_thread(taker.add, event.data)


class _Taker:
    """What has come of a form."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._folder = folder
        self._field = ""
        self._fields: dict[str, bytes] = {}
        self._file: BinaryIO | None = None
        self.names: list[str] = []

    def begin(self, part: Field | File) -> None:
        """Raises Forbidden for a file that comes before the word of this session."""
        self.close()
        self._field = part.name or ""
        if not isinstance(part, File) or not part.filename:  # no file was chosen
            return
        token = self._fields.get("form_token", b"").decode("ascii", "replace")
        if not self._session.is_own_form(token):
            raise Forbidden("The form is not of this session; open the page again.")
        self._folder.mkdir(parents=True, exist_ok=True)
        name = plain_name(part.filename)
        while (self._folder / name).exists():
            name = f"_{name}"
        self._file = (self._folder / name).open("xb")
        self.names.append(f"{self._folder.name}/{name}")

    def add(self, data: bytes) -> None:
        """More of the part that began last."""
        if self._file is not None:
            self._file.write(data)
            return
        whole = self._fields.get(self._field, b"") + data
        if len(whole) > _LONGEST_FIELD or len(self._fields) > _MOST_PARTS:
            raise BadRequest("The form is too long.")
        self._fields[self._field] = whole

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def undo(self) -> None:
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def plain_name(given: str) -> str:
    """The name of a file without what leads elsewhere or hides it; its end is kept."""
    last = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2])
    kept = re.sub(r"[^\w.() -]+", "_", last).strip(" .")
    while len(kept.encode()) > _LONGEST_NAME:
        kept = kept[1:]
    return kept.lstrip(" .") or "bestand"
