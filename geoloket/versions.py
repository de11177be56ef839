"""Versions of the layers' tables: kept in memory, told by the database when they change.

A trigger raises the version of a layer in the transaction that changes its table, and notifies
(``data/functions/touch_layer.sql``). Each process keeps one connection that listens. What it knows
is used only while the connection has proved within the last moments that it lives and is heard;
else the database is asked, on each request. Decision 0008 tells what that promises.
"""

from __future__ import annotations

import asyncio
import logging
import select
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final, NoReturn

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow

from geoloket.access import VISITOR
from geoloket.database import Database

_logger = logging.getLogger("geoloket.versions")

CHANGES: Final = "geoloket_layers"
"""Channel on which the trigger tells which layer changed."""
_PROOF: Final = "geoloket_proof"
_BEAT_S: Final = 0.5
"""How often the listening connection is asked for everything, changed or not."""
_TRUSTED_S: Final = 1.5
"""How long an answer of the listening connection is used, counted from the question."""
_PATIENCE_S: Final = 2.0
_RETRY_S: Final = (0.1, 0.5, 2.0, 5.0)
_UNHEARD_RETRY_S: Final = 60.0

_STATES: Final = "SELECT layer, version, changed_at, dated FROM geoloket.layer_state"


@dataclass(frozen=True, slots=True)
class LayerState:
    """What is kept about a layer's table: it changes with each change of the table."""

    version: int
    changed_at: datetime
    dated: bool = True
    """Whether no version before this one changed in the same second."""


States = Mapping[str, LayerState]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What an answer for visitors follows from beside the request: it holds while that does."""

    states: tuple[tuple[str, LayerState], ...]
    """Layers by id, as they were when the answer was begun."""
    until: datetime | None = None
    """When its header fields will be others although nothing changed (``Last-Modified``)."""

    def holds(self, states: States) -> bool:
        """Whether the same would be answered now of tables in these states."""
        if self.until is not None and datetime.now(UTC) >= self.until:
            return False
        return all(states.get(layer) == state for layer, state in self.states)


class _Unheard(Exception):
    """The connection lives, but notifications do not come through it."""


class Versions:
    """The state of every layer's table, at most one question to the database away."""

    def __init__(self, database: Database, *, listen: bool = True) -> None:
        """Without ``listen`` the database is asked each time."""
        self._database = database
        self._listen = listen
        self._known: States | None = None
        self._trusted_until = 0.0
        self._unread = select.poll()
        self._heard: dict[str, Callable[[str], None]] = {}
        self.on_change: Callable[[States], None] | None = None
        """Called with all states when some are new; must return at once."""
        self._told: States = {}

    async def current(self, *, sure: bool = False) -> States:
        """The states by layer id; ``sure`` asks the database whatever is known.

        Never older than the start of the call by more than a notification takes to arrive (decision
        0008). Raises Unavailable.
        """
        known = None if sure else self._trusted()
        return await self.ask() if known is None else known

    async def ask(self) -> States:
        """The states as the database has them now. Raises Unavailable."""
        async with self._database.session(VISITOR) as connection:
            return await _read(connection)

    def hear(self, channel: str, callback: Callable[[str], None]) -> None:
        """Call back with the payload of each notification on ``channel``; before ``listen``."""
        self._heard[channel] = callback

    async def tell(self, channel: str, payload: str) -> None:
        """Notify all processes that listen, on whatever machine. Raises Unavailable."""
        async with self._database.session(VISITOR) as connection:
            await connection.execute("SELECT pg_notify(%s, %s)", [channel, payload])

    async def listen(self) -> NoReturn:
        """Listen for as long as the process lives; whatever breaks is begun anew."""
        tried = 0
        while True:
            if not self._listen:
                await asyncio.Event().wait()
            pause = _RETRY_S[min(tried, len(_RETRY_S) - 1)]
            try:
                async with await self._database.listening() as connection:
                    tried = 0
                    await self._follow(connection)
            except _Unheard:
                _logger.warning("notifications do not arrive: each request asks for the versions")
                pause = _UNHEARD_RETRY_S
            except Exception as error:  # whatever it is, it is tried again
                if not tried:
                    _logger.warning("not listening", extra={"reason": type(error).__name__})
            finally:
                self._known = None
            tried += 1
            await asyncio.sleep(pause)

    async def _follow(self, connection: AsyncConnection[DictRow]) -> None:
        for channel in (CHANGES, _PROOF, *self._heard):
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        await self._prove(connection)
        _logger.info("listening")
        descriptor = connection.fileno()
        self._unread.register(descriptor, select.POLLIN)
        try:
            while True:
                asked = monotonic()
                async with asyncio.timeout(_PATIENCE_S):
                    states = await _read(connection)
                # Nothing else runs in this process from here to the first notification: one that
                # came with the answer is handed out by notifies() before anybody uses the answer.
                self._known, self._trusted_until = states, asked + _TRUSTED_S
                self._tell_of(states)
                async for notice in connection.notifies(timeout=_BEAT_S, stop_after=1):
                    self._notice(notice)
        finally:
            self._known = None
            with suppress(KeyError):
                self._unread.unregister(descriptor)

    def _notice(self, notice: psycopg.Notify) -> None:
        if notice.channel == CHANGES:
            self._known = None  # until it was read again, whoever needs it asks
        elif notice.channel in self._heard:
            self._heard[notice.channel](notice.payload)

    async def _prove(self, connection: AsyncConnection[DictRow]) -> None:
        """See a notification of another connection arrive while this one does nothing.

        Behind a pooler that lends connections per transaction LISTEN succeeds, and nothing comes.
        """
        sign = uuid.uuid4().hex
        await self.tell(_PROOF, sign)
        async for notice in connection.notifies(timeout=_PATIENCE_S):
            if notice.payload == sign:
                return
            self._notice(notice)
        raise _Unheard

    def _trusted(self) -> States | None:
        """What is known, when it is to be relied on.

        Bytes that the connection has received and nobody has read may be a notification, so that
        they are waited for: a busy process does not answer from before what has reached it.
        """
        if self._known is None or monotonic() > self._trusted_until or self._unread.poll(0):
            return None
        return self._known

    def _tell_of(self, states: States) -> None:
        if self.on_change and states != self._told:
            self._told = states
            self.on_change(states)


async def _read(connection: AsyncConnection[DictRow]) -> States:
    rows = await (await connection.execute(_STATES)).fetchall()
    return {
        row["layer"]: LayerState(row["version"], row["changed_at"], row["dated"]) for row in rows
    }
