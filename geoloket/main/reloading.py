"""New layers and changed declarations without a restart: ``geoloket reload``, or SIGHUP.

The command notifies on a channel that every web process hears, on whatever machine. Each reads the
layer folders anew, checks that the database has what they declare, makes the whole application from
them beside the one that serves, and puts it in its place with one assignment: a request is answered
by the old declarations or by the new ones. On any fault the old ones stay.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, Final, LiteralString

import psycopg
from fastapi import FastAPI
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.access import Principal, Role
from geoloket.database import connect
from geoloket.errors import CommandError, DeclarationFaults, Problem, Unavailable
from geoloket.features import FeatureStore
from geoloket.hall import Hall
from geoloket.main.connect import owner_dsn
from geoloket.query import Query
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings

_logger = logging.getLogger("geoloket.reload")

ASK: Final = "geoloket_reload"
ANSWER: Final = "geoloket_reloaded"
_HEARD_WITHIN_S: Final = 2.0
_DONE_WITHIN_S: Final = 60.0
_LONGEST_FAULT: Final = 3000
"""Characters; a notification holds 8000 bytes."""


class Reloader:
    """Renews one application of this process when it is told to."""

    def __init__(
        self, application: FastAPI, hall: Hall, furnish: Callable[[Hall], FastAPI]
    ) -> None:
        self._application = application
        self._hall = hall
        self._furnish = furnish
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        hall.versions.hear(ASK, self.begin)

    def begin(self, token: str = "") -> None:
        """Start renewing; who gave a ``token`` is answered on the channel of answers."""
        task = asyncio.create_task(self._renew(token))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, token: str) -> None:
        await self._answer(token, "heard")
        async with self._one_at_a_time:
            try:
                layers = await self._replace()
            except Problem as problem:
                _logger.error("layers not reloaded", extra={"reason": str(problem)})
                await self._answer(token, "refused", fault=str(problem)[:_LONGEST_FAULT])
            else:
                _logger.info("layers reloaded", extra={"layers": layers})
                await self._answer(token, "reloaded", layers=layers)

    async def _replace(self) -> int:
        """Raises DeclarationFaults, or Unavailable, and has then changed nothing."""
        before = self._hall.versions.on_change
        try:
            registry = await asyncio.to_thread(LayerRegistry.read, self._hall.settings.layers)
            hall = with_registry(self._hall, registry)
            if faults := await _not_in_database(hall):
                raise DeclarationFaults(faults)
            fresh = await asyncio.to_thread(self._furnish, hall)
            stack = fresh.build_middleware_stack()
        except BaseException:
            self._hall.versions.on_change = before
            raise
        self._hall = self._application.state.hall = hall
        self._application.middleware_stack = stack
        return len(registry)

    async def _answer(self, token: str, outcome: str, **facts: object) -> None:
        if not token:
            return
        process = f"{socket.gethostname()}:{os.getpid()}"
        payload = {"token": token, "process": process, "outcome": outcome} | facts
        with suppress(Unavailable):
            await self._hall.versions.tell(ANSWER, json.dumps(payload))


def with_registry(hall: Hall, registry: LayerRegistry) -> Hall:
    """The same hall, with the same connections, over other layers."""
    features = FeatureStore(hall.database, registry, hall.access, hall.settings.storage_srid)
    tokens = hall.access_tokens
    return dataclasses.replace(
        hall,
        registry=registry,
        features=features,
        edits=hall.edits.over(registry),
        access_tokens=tokens.over(registry) if tokens else None,
    )


async def _not_in_database(hall: Hall) -> list[str]:
    """What is declared and cannot be asked of the database, as each role asks it."""
    states = await hall.versions.ask()
    faults: list[str] = []
    for layer_id, layer in hall.registry.items():
        where = layer.folder / "layer.toml"
        if layer_id not in states:
            faults.append(f"{where}: there is no table yet; run geoloket migrate")
            continue
        for role in (Role.VISITOR, Role.STAFF, Role.HOUSING):
            who = Principal(role)
            seen = hall.access.layer(layer, who)
            try:
                if seen is not None:
                    await hall.features.page(seen, Query(limit=1), who)
            except psycopg.Error:
                faults.append(f"{where}: the table is not as declared; run geoloket migrate")
                break
    return faults


def reload_all(settings: Settings) -> list[str]:
    """Have every web process read the layers anew; what each says of it.

    Raises DeclarationFaults for what this command itself finds wrong with the folders, and
    CommandError when a process keeps its old layers or none answers.
    """
    LayerRegistry.read(settings.layers)
    with connect(owner_dsn(settings), autocommit=True) as connection:
        outcomes = _ask(connection)
    if not outcomes:
        raise CommandError("no web process answered; is one running that listens to this database?")
    told = [_told(process, answer) for process, answer in sorted(outcomes.items())]
    if any(answer["outcome"] != "reloaded" for answer in outcomes.values()):
        raise CommandError("\n".join(["not every web process reloaded its layers:", *told]))
    return told


def _ask(connection: Connection[DictRow]) -> dict[str, dict[str, Any]]:
    """The last answer of each process: all that hear of it say so at once, and again when done."""
    token, outcomes = uuid.uuid4().hex, dict[str, dict[str, Any]]()
    listen: LiteralString = "LISTEN geoloket_reloaded"
    connection.execute(listen)
    connection.execute("SELECT pg_notify(%s, %s)", [ASK, token])
    began = monotonic()
    for answer in _answers(connection, token):
        if answer is not None:
            outcomes[answer["process"]] = answer
        waited = monotonic() - began
        busy = any(answer["outcome"] == "heard" for answer in outcomes.values())
        if waited > (_DONE_WITHIN_S if busy else _HEARD_WITHIN_S):
            break
    return outcomes


def _answers(connection: Connection[DictRow], token: str) -> Iterator[dict[str, Any] | None]:
    """Answers to the one who gave the token; None now and then while nothing comes."""
    while True:
        for notice in connection.notifies(timeout=0.2, stop_after=1):
            answer: dict[str, Any] = json.loads(notice.payload)
            if answer.get("token") == token:
                yield answer
        yield None


def _told(process: str, answer: dict[str, Any]) -> str:
    match answer["outcome"]:
        case "reloaded":
            return f"{process} serves {answer['layers']} layers"
        case "refused":
            return f"{process} keeps its old layers: {answer['fault']}"
        case _:
            return f"{process} has not finished in time"
