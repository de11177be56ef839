"""The web server: uvicorn, one process or several."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from geoloket.main import app
from geoloket.main.lifeline import die_with_parent
from geoloket.main.listening import refuse_taken

_TREE = Path(__file__).parent.parent.parent
_WATCHED = ("geoloket", "ogc", "web", "layers", "data")


def serve(host: str, port: int, workers: int, *, reload: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; requests under way get five seconds to finish.

    ``reload`` starts again when the source changes, in one process.
    """
    refuse_taken(host, port)
    uvicorn.run(
        "geoloket.main.serve:create",
        factory=True,
        host=host,
        port=port,
        workers=1 if reload else workers,
        reload=reload,
        reload_dirs=[str(_TREE / name) for name in _WATCHED] if reload else None,
        reload_includes=["*.py", "*.toml", "*.html", "*.sql", "*.json"] if reload else None,
        log_config=None,  # our own JSON lines, set up by the application
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def create() -> FastAPI:
    """The application of this process; one of several workers ends with their parent."""
    if multiprocessing.parent_process() is not None:
        die_with_parent(os.getppid())
    return app.create()
