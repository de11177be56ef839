"""``geoloket check``: the doctor. Each part finds facts and says of each whether it is well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import click

from geoloket.database import connect
from geoloket.errors import Problem
from geoloket.main.connect import owner_dsn, using_database
from geoloket.main.doctor import cluster, coordinates, identity, machine, security, server
from geoloket.main.doctor.finding import Finding, State
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings

__all__ = ["examine"]

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.WRONG: "red"}


def examine(settings: Settings) -> bool:
    """Print one line per finding as it is found; whether anything is wrong."""
    wrong = 0
    for finding in _findings(settings):
        wrong += finding.state is State.WRONG
        mark = click.style(f"{finding.state:<6}", fg=_COLOURS[finding.state])
        click.echo(f"{mark}{finding.subject:<22}  {finding.fact}")
    click.echo(f"{wrong} wrong" if wrong else "nothing wrong")
    return wrong > 0


def _findings(settings: Settings) -> Iterator[Finding]:
    yield from machine.findings(settings)
    yield from security.findings(settings)
    yield from coordinates.python_findings()
    yield from identity.findings(settings)
    yield from cluster.findings(settings)
    try:
        registry = LayerRegistry.read(settings.layers)
    except Problem as problem:
        yield Finding(State.WRONG, "layers", str(problem))
        return
    yield Finding(State.OK, "layers", f"{len(registry)} declared: {', '.join(sorted(registry))}")
    yield from _database(settings, registry)


def _database(settings: Settings, registry: LayerRegistry) -> Iterable[Finding]:
    with ExitStack() as stack:
        try:
            stack.enter_context(using_database(settings))
            connection = stack.enter_context(connect(owner_dsn(settings), autocommit=True))
        except Problem as problem:
            yield Finding(State.WRONG, "database", str(problem))
            return
        yield from server.findings(connection, settings, registry)
        yield from security.server_findings(connection, settings)
        yield from coordinates.server_findings(connection)
