"""The desk for whole selections: text passed on as PostgreSQL writes it, and files made beside us.

A page is answered from the pool; what is larger has connections of its own, so that no download
keeps a page waiting, and only so many at a time. Nothing of a selection is held in memory.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from geoloket.access import AccessPolicy, Principal
from geoloket.audit import AuditLog
from geoloket.compose import Statement
from geoloket.compose.exports import Selection, records, sequence, spreadsheet, without_place
from geoloket.database import Database
from geoloket.errors import Unavailable
from geoloket.files.job import Job, Place
from geoloket.language import DEFAULT, pick
from geoloket.layer import Layer
from geoloket.query import Query
from geoloket.settings import ExportSettings

CHUNK: Final = 1 << 16
"""Bytes that are gathered before they are passed on."""

_NAME: Final = "geoloket-export"


@dataclass(frozen=True, slots=True)
class Errand:
    """What another process needs to fetch a selection: a login and statements with their values."""

    login: str
    role: str
    """What the connection must be, or nothing is fetched by it: a pooler may drop what is asked."""
    rows: str
    without_place: str | None
    """Gives a row when something in the selection has no geometry; None when nothing has one."""


def file_job(  # noqa: PLR0913, PLR0917  # what a file is made of
    errand: Errand,
    layer: Layer,
    query: Query,
    path: Path,
    format_name: str,
    crs84: bool,
    language: str = DEFAULT,
) -> Job:
    """What ``geoloket.files`` is asked: this selection as a file of that format at ``path``."""
    place = Place(layer.geometry.type, query.srid, crs84) if layer.geometry else None
    return Job(
        format=format_name,
        path=str(path),
        login=errand.login,
        role=errand.role,
        rows=errand.rows,
        without_place=errand.without_place,
        name=layer.id,
        title=pick(layer.title, language),
        description=pick(layer.description, language),
        place=place if query.geometry else None,
    )


class Exports:
    """Gives whole selections to people, as they may see them."""

    def __init__(
        self,
        database: Database,
        access: AccessPolicy,
        storage_srid: int,
        settings: ExportSettings,
        folder: Path,
    ) -> None:
        """``folder`` holds files under way; it is made when the first one is."""
        self._database = database
        self._audit = AuditLog(database)
        self._access = access
        self._srid = storage_srid
        self.settings = settings
        self._folder = settings.folder or folder
        self._under_way = {"file": 0, "stream": 0}
        self._own: Path | None = None
        self._lock: int | None = None

    @contextmanager
    def turn(self, kind: str) -> Generator[None]:
        """A place for a ``file`` or a ``stream``. Raises Unavailable when all are taken."""
        most = self.settings.files if kind == "file" else self.settings.streams
        if self._under_way[kind] >= most:
            raise Unavailable("Others are downloading; try again in a moment.", retry_after=10)
        self._under_way[kind] += 1
        try:
            yield
        finally:
            self._under_way[kind] -= 1

    def sequence(
        self, layer: Layer, query: Query, who: Principal, most: int | None
    ) -> AsyncGenerator[bytes]:
        """A GeoJSON text sequence (RFC 8142) in chunks of about ``CHUNK`` bytes."""
        return self._copied(
            sequence(self._chosen(layer, query, who, most)), layer, who, most, b"\n"
        )

    def spreadsheet(
        self, layer: Layer, query: Query, who: Principal, most: int | None
    ) -> AsyncGenerator[bytes]:
        """CSV with a header line and CRLF line ends (RFC 4180), in chunks."""
        chosen = self._chosen(layer, query, who, most)
        return self._copied(spreadsheet(chosen), layer, who, most, b"\r\n")

    async def errand(
        self, layer: Layer, query: Query, who: Principal, most: int | None, *, boxes: bool
    ) -> Errand:
        """What fetches ``(id, fields…, geometry)`` elsewhere; ``boxes`` as in ``records``."""
        who = who.on(layer.id)
        await self._audit.saw(who, "export", layer, amount=most)
        chosen = self._chosen(layer, query, who, most)
        statements = [records(chosen, boxes=boxes)]
        if chosen.has_geometry:
            statements.append(without_place(chosen))
        async with self._database.session(who) as connection:
            cursor = psycopg.AsyncClientCursor(connection)
            # The values are written into the text by the driver, as COPY takes no parameters.
            texts = [cursor.mogrify(*statement) for statement in statements]
        login = self._database.login(who, self.settings.timeout_s, _NAME)
        without = texts[1] if chosen.has_geometry else None
        return Errand(login, who.role.database_role, texts[0], without)

    def _chosen(self, layer: Layer, query: Query, who: Principal, most: int | None) -> Selection:
        return Selection(layer, query, self._access.rows(layer, who), self._srid, most)

    async def _copied(
        self, statement: Statement, layer: Layer, who: Principal, most: int | None, line_end: bytes
    ) -> AsyncGenerator[bytes]:
        """Messages of a COPY, one per row, gathered; each ends as ``line_end`` says.

        Raises Unavailable when the database is away or the selection takes too long.
        """
        who = who.on(layer.id)
        with self.turn("stream"):
            await self._audit.saw(who, "export", layer, amount=most)
            connection = await self._database.own(who, self.settings.timeout_s, _NAME)
            try:
                async for chunk in _chunks(connection, statement, line_end):
                    yield chunk
            except (psycopg.errors.QueryCanceled, psycopg.OperationalError):
                raise Unavailable("The selection took too long; ask for less.") from None
            finally:
                connection.pgconn.finish()  # what is still under way ends with its connection

    @property
    def place(self) -> Path:
        """The folder of this process for files under way. Raises Unavailable without one.

        It is locked for as long as the process lives; what others left behind is removed.
        """
        if self._own is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with _locked(self._folder):
                    self._sweep()
                    self._own = Path(tempfile.mkdtemp(dir=self._folder))
                    self._lock = os.open(self._own, os.O_RDONLY)
                    fcntl.flock(self._lock, fcntl.LOCK_EX)
            except OSError:
                raise Unavailable("There is no room for files at the moment.") from None
        return self._own

    def close(self) -> None:
        """Remove the folder for files under way."""
        if self._own is not None and self._lock is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            os.close(self._lock)
            self._own = self._lock = None

    def _sweep(self) -> None:
        for left in self._folder.iterdir():
            try:
                lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
            except OSError:
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue  # somebody is at work in it
            else:
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """One process at a time sweeps, so that none removes a folder that is about to be locked."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


async def _chunks(
    connection: AsyncConnection[TupleRow], statement: Statement, line_end: bytes
) -> AsyncGenerator[bytes]:
    gathered: list[bytes] = []
    size = 0
    async with connection.cursor().copy(*statement) as copy:
        async for message in copy:
            line = bytes(message)
            if line_end != b"\n":
                line = line[:-1] + line_end
            gathered.append(line)
            size += len(line)
            if size >= CHUNK:
                yield b"".join(gathered)
                gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)
