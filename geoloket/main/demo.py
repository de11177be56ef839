"""``geoloket demo``: database, invented municipality, web and worker, in the foreground."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from geoloket.database import connect
from geoloket.embedded import EmbeddedCluster
from geoloket.main import demo_provider
from geoloket.main.connect import using_database
from geoloket.main.console import ConsoleProgress
from geoloket.main.listening import refuse_taken
from geoloket.main.migrating import migrate_all
from geoloket.main.supervise import Supervisor
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings, is_loopback

_logger = logging.getLogger(__name__)
_READY_TIMEOUT_S = 120
_LOOK_AT_DATABASE_EVERY_S = 5
_LOOK_AT_PICTURES_EVERY_S = 3


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
        lodge = _lodge(settings)
        with Supervisor(settings.home / "log", _environment(settings, lodge)) as children:
            options = ["--host", server.host, "--port", str(server.port)]
            if reload:
                options.append("--reload")
                children.run("vite", ["npm", "--prefix", "web", "run", "dev"])
            if lodge:
                children.start("provider", ["demo-provider", "--port", str(lodge)])
            children.start("web", ["serve", *options, "--workers", str(server.workers)])
            children.start("worker", ["worker"])
            children.wait_until(lambda: _ready(settings, lodge), _READY_TIMEOUT_S)
            progress.done()
            _welcome(settings, progress, lodge)
            with suppress(KeyboardInterrupt):  # how it is meant to end
                children.watch(_together(_keep_database(settings), _pictures(settings)))
            progress.begin("stopping")


def _load(settings: Settings, progress: ConsoleProgress) -> None:
    from processing.demo.load import load_demo

    load_demo(settings, progress)


def _together(*looks: Callable[[], None]) -> Callable[[], None]:
    def look() -> None:
        for one in looks:
            one()

    return look


def _pictures(settings: Settings) -> Callable[[], None]:
    """Has the worker draw and take in pictures of the invented town, a step at a time."""
    from processing.demo.load import owner_dsn
    from processing.demo.pictures.steps import advance

    left = settings.demo.pictures
    looked = time.monotonic()

    def look() -> None:
        nonlocal left, looked
        if left and time.monotonic() - looked > _LOOK_AT_PICTURES_EVERY_S:
            looked = time.monotonic()
            try:
                with connect(owner_dsn(settings)) as connection:
                    left = not advance(connection, settings.home)
            except psycopg.OperationalError:
                return  # the database is away for a moment
            except (psycopg.Error, OSError, ValueError, KeyError):
                _logger.exception("no more pictures of the invented municipality are asked for")
                left = False

    return look


def _pictures_told(settings: Settings) -> str | None:
    from processing.demo.load import owner_dsn
    from processing.demo.pictures.steps import told

    with connect(owner_dsn(settings)) as connection:
        return told(connection, asked=settings.demo.pictures)


def _environment(settings: Settings, lodge: int | None) -> dict[str, str]:
    """Children use the same home and address, whatever their own idea of it; mail stays here."""
    server = {"HOST": settings.server.host, "PORT": str(settings.server.port)}
    mail = {} if settings.mail.on else {"GEOLOKET_MAIL__OUTBOX": str(_outbox(settings))}
    return {
        "GEOLOKET_HOME": str(settings.home),
        "PYTHONUNBUFFERED": "1",
        **{f"GEOLOKET_SERVER__{name}": value for name, value in server.items()},
        **mail,
        **(identity(lodge) if lodge else {}),
    }


def _lodge(settings: Settings) -> int | None:
    """The port on which invented staff sign in, any that is free.

    None where a provider is set, and where others than who sits at this machine could come in.
    """
    server = settings.server
    if settings.identity.issuer or server.public_url or not is_loopback(server.host):
        return None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def identity(lodge: int) -> dict[str, str]:
    """Settings by which the web lets them in."""
    return {
        "GEOLOKET_IDENTITY__ISSUER": f"http://127.0.0.1:{lodge}",
        "GEOLOKET_IDENTITY__CLIENT_ID": demo_provider.CLIENT,
        "GEOLOKET_IDENTITY__ROLES": json.dumps(demo_provider.ROLES),
        "GEOLOKET_IDENTITY__DEMO": "true",
    }


def _outbox(settings: Settings) -> Path:
    return settings.home / "outbox"


def _ready(settings: Settings, lodge: int | None) -> bool:
    if lodge and not _answers("127.0.0.1", lodge, "/keys"):
        return False
    return _answers(_reachable(settings), settings.server.port, "/health/ready")


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _reachable(settings: Settings) -> str:
    """An address at which this machine reaches the server that listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.server.host, settings.server.host)  # noqa: S104


def _welcome(settings: Settings, progress: ConsoleProgress, lodge: int | None) -> None:
    host = _reachable(settings)
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"
    # Letters with links to click, as files: nothing leaves the machine.
    mail = "" if settings.mail.on else f"  mail       {_from_here(_outbox(settings))}\n"
    names = " or ".join(str(one["name"]) for one in demo_provider.PEOPLE.values())
    staff = f"  staff      {base}/medewerker  as {names}, without a password\n" if lodge else ""
    seen = _pictures_told(settings) if lodge else None
    pictures = f"  pictures   {base}/medewerker/beelden  {seen}\n" if seen else ""
    progress.say(
        "\nGeoloket is serving. Ctrl-C stops it.\n"
        f"  logs       {_from_here(settings.home / 'log')}\n"
        f"{mail}"
        f"{staff}"
        f"{pictures}"
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
