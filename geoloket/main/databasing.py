"""``geoloket db start|stop|status|psql|remove``."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence

from geoloket.database import SEARCH_PATH
from geoloket.embedded import EmbeddedCluster
from geoloket.embedded.programs import client_program
from geoloket.errors import CommandError
from geoloket.main.connect import owner_dsn, using_database
from geoloket.settings import Settings


def start(settings: Settings) -> str:
    """Start the private server; what to tell about it."""
    cluster = _cluster(settings)
    how = "started" if cluster.start() else "was running"
    return f"PostgreSQL {how}: {cluster.dsn()}"


def stop(settings: Settings) -> str:
    """Stop the private server; what to tell about it."""
    return "PostgreSQL stopped" if _cluster(settings).stop() else "PostgreSQL was not running"


def status(settings: Settings) -> tuple[bool, str]:
    """Whether the private server runs, and what to tell about it."""
    cluster = _cluster(settings)
    found = cluster.status()
    if not found.made:
        return False, f"no database yet; its place is {found.data}"
    if found.pid is None:
        return False, f"PostgreSQL is stopped; its data is in {found.data}"
    return True, f"PostgreSQL runs as process {found.pid}; {cluster.dsn()}; data in {found.data}"


def remove(settings: Settings) -> str:
    """Delete the private server's files; what to tell about it."""
    cluster = _cluster(settings)
    data = cluster.status().data
    cluster.remove()
    return f"deleted: {data}"


def psql(settings: Settings, arguments: Sequence[str]) -> int:
    """Run psql as the owner with the layers on its search path; its exit code."""
    options = f"-c search_path={SEARCH_PATH.replace(' ', '')}"
    with using_database(settings):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for psql
        try:
            command = [client_program("psql"), "--dbname", owner_dsn(settings), *arguments]
            environment = {**os.environ, "PGOPTIONS": options}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)


def _cluster(settings: Settings) -> EmbeddedCluster:
    if settings.database.dsn is not None:
        raise CommandError(
            "GEOLOKET_DATABASE__DSN is set: that server is not Geoloket's to start or stop"
        )
    return EmbeddedCluster(settings.home)
