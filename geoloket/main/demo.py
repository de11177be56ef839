"""``geoloket demo``: database, invented municipality, web and worker, in the foreground."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from geoloket.embedded import EmbeddedCluster
from geoloket.main.connect import using_database
from geoloket.main.console import ConsoleProgress
from geoloket.main.listening import refuse_taken
from geoloket.main.migrating import migrate_all
from geoloket.main.supervise import Supervisor
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings

_READY_TIMEOUT_S = 120
_LOOK_AT_DATABASE_EVERY_S = 5


def run(settings: Settings, progress: ConsoleProgress, *, reload: bool = False) -> None:
    """Bring everything up, say where it is, and stay until a signal comes.

    ``reload`` is for who works on the source: the web starts again and Vite builds when it changes.
    """
    server = settings.server
    refuse_taken(server.host, server.port)
    LayerRegistry.read(settings.layers)  # a faulty folder is told before anything starts
    progress.begin("starting PostgreSQL")
    with using_database(settings, say=progress.begin):
        progress.begin("bringing the tables up to date")
        migrate_all(settings)
        _load(settings, progress)
        progress.begin("starting web and worker")
        with Supervisor(settings.home / "log", _environment(settings)) as children:
            options = ["--host", server.host, "--port", str(server.port)]
            if reload:
                options.append("--reload")
                children.run("vite", ["npm", "--prefix", "web", "run", "dev"])
            children.start("web", ["serve", *options, "--workers", str(server.workers)])
            children.start("worker", ["worker"])
            children.wait_until(lambda: _ready(settings), _READY_TIMEOUT_S)
            progress.done()
            _welcome(settings, progress)
            with suppress(KeyboardInterrupt):  # how it is meant to end
                children.watch(_keep_database(settings))
            progress.begin("stopping")


def _load(settings: Settings, progress: ConsoleProgress) -> None:
    from processing.demo.load import load_demo

    load_demo(settings, progress)


def _environment(settings: Settings) -> dict[str, str]:
    """Children use the same home and address, whatever their own idea of it; mail stays here."""
    server = {"HOST": settings.server.host, "PORT": str(settings.server.port)}
    mail = {} if settings.mail.on else {"GEOLOKET_MAIL__OUTBOX": str(_outbox(settings))}
    return {
        "GEOLOKET_HOME": str(settings.home),
        "PYTHONUNBUFFERED": "1",
        **{f"GEOLOKET_SERVER__{name}": value for name, value in server.items()},
        **mail,
    }


def _outbox(settings: Settings) -> Path:
    return settings.home / "outbox"


def _ready(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(_reachable(settings), settings.server.port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _reachable(settings: Settings) -> str:
    """An address at which this machine reaches the server that listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.server.host, settings.server.host)  # noqa: S104


def _welcome(settings: Settings, progress: ConsoleProgress) -> None:
    host = _reachable(settings)
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"
    # Letters with links to click, as files: nothing leaves the machine.
    mail = "" if settings.mail.on else f"  mail       {_from_here(_outbox(settings))}\n"
    progress.say(
        "\nGeoloket is serving. Ctrl-C stops it.\n"
        f"  logs       {_from_here(settings.home / 'log')}\n"
        f"{mail}"
        f"  data       {base}/ogc\n"
        f"  map        {base}/kaart\n"
        f"  home page  {base}/"
    )


def _from_here(folder: Path) -> Path:
    """A folder of the home, as it is found from here."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _keep_database(settings: Settings) -> Callable[[], None]:
    """Starts the private server again when something killed it; the web reconnects by itself."""
    cluster = None if settings.database.dsn else EmbeddedCluster(settings.home)
    looked = time.monotonic()

    def look() -> None:
        nonlocal looked
        if cluster and time.monotonic() - looked > _LOOK_AT_DATABASE_EVERY_S:
            looked = time.monotonic()
            cluster.revive()

    return look
