"""The web server: uvicorn, one process or several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload, Multiprocess

from geoloket.main import app
from geoloket.main.lifeline import die_with_parent
from geoloket.main.listening import refuse_taken
from geoloket.settings import ServerSettings

_TREE = Path(__file__).parent.parent.parent
_WATCHED = ("geoloket", "ogc", "web", "layers", "data")


def serve(server: ServerSettings, layers: Sequence[Path] = (), *, reload: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; requests under way get five seconds to finish.

    A SIGHUP has the layers read anew, by each process. ``reload`` starts again when the source or a
    folder of ``layers`` changes, in one process.
    """
    refuse_taken(server.host, server.port)
    watched = [*(_TREE / name for name in _WATCHED), *layers]
    config = uvicorn.Config(
        "geoloket.main.serve:create",
        factory=True,
        host=server.host,
        port=server.port,
        workers=1 if reload else server.workers,
        reload=reload,
        reload_dirs=[str(folder) for folder in watched] if reload else None,
        reload_includes=["*.py", "*.toml", "*.html", "*.sql", "*.json"] if reload else None,
        log_config=None,  # our own JSON lines, set up by the application
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=server.trusted_proxies.split(),
        timeout_graceful_shutdown=5,
    )
    with suppress(KeyboardInterrupt):  # how it is meant to end
        if reload:
            ChangeReload(config, uvicorn.Server(config).run, [config.bind_socket()]).run()
        elif config.workers > 1:
            _Workers(config, [config.bind_socket()]).run()
        else:
            alone = uvicorn.Server(config)
            alone.run()
            if not alone.started:
                raise SystemExit(STARTUP_FAILURE)


class _Workers(Multiprocess):
    """Passes a SIGHUP on to the processes that answer; uvicorn would start all of them anew."""

    def handle_hup(self) -> None:
        if hangs_up():
            self.should_exit.set()
            return
        for process in self.processes:
            if process.pid:
                os.kill(process.pid, signal.SIGHUP)


def hangs_up() -> bool:
    """Whether a SIGHUP says that our terminal was closed, and not that something was changed."""
    return sys.stdin is not None and sys.stdin.isatty()


def create() -> FastAPI:
    """The application of this process; one of several workers ends with their parent."""
    if multiprocessing.parent_process() is not None:
        die_with_parent(os.getppid())
    return app.create(hangup=not hangs_up())
