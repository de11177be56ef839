"""The web application: settings, database, registries and rooms, put together.

``uvicorn --factory geoloket.main.app:create`` or ``geoloket serve``.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

import ogc.routes
import web.routes
from geoloket import __version__, log
from geoloket.audit import AuditLog
from geoloket.errors import Unavailable
from geoloket.hall import Hall
from geoloket.main.answers import Answers
from geoloket.main.audited import Audited
from geoloket.main.built import BuiltFiles
from geoloket.main.connect import web_dsn
from geoloket.main.doorkeeper import Doorkeeper
from geoloket.main.encoding import Encoding
from geoloket.main.gate import Gate
from geoloket.main.middleware import Reception, answer_problems
from geoloket.main.reloading import Reloader
from geoloket.settings import Settings
from processing.catalog import catalogue
from web.view import View


def create(settings: Settings | None = None, *, hangup: bool = False) -> FastAPI:
    """Put the application together. Raises CommandError for bad settings or layer folders.

    With ``hangup`` a SIGHUP to the process makes it read its layers anew.
    """
    settings = settings or Settings.read()
    log.configure(settings.log_level)
    hall = Hall.furnish(settings, web_dsn(settings), catalogue(settings))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        reloader = Reloader(app, hall, _furnished)
        if hangup:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.begin)
        await hall.database.open()
        listening = asyncio.create_task(hall.versions.listen())
        yield
        listening.cancel()
        await asyncio.wait([listening])
        hall.exports.close()
        if hall.provider:
            await hall.provider.close()
        await hall.database.close()

    app = _furnished(hall)
    app.router.lifespan_context = lifespan
    app.state.hall = hall
    return app


def _furnished(hall: Hall) -> FastAPI:
    """Everything that answers, over one hall."""
    app = FastAPI(
        title="Geoloket",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    answer_problems(app)
    _health(app, hall)
    # Not included as a router: FastAPI looks through one of those twice for each request.
    app.router.routes.extend(ogc.routes.routes(hall, View(hall, ()).framed))
    app.include_router(web.routes.router(hall))
    _static(app)
    app.add_middleware(Audited, audit=AuditLog(hall.database))
    app.add_middleware(Encoding)
    if hall.people and hall.access_tokens:
        app.add_middleware(
            Doorkeeper,
            people=hall.people,
            tokens=hall.access_tokens,
            settings=hall.settings,
        )
    app.add_middleware(Gate, settings=hall.settings)
    app.add_middleware(Reception)
    app.add_middleware(
        Answers, versions=hall.versions, limit=hall.settings.server.answer_cache_mb * 2**20
    )
    return app


def _health(app: FastAPI, hall: Hall) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """The process answers."""
        return JSONResponse({"status": "ok", "version": __version__})

    @app.get("/health/ready", include_in_schema=False)
    async def ready(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """The database answers and is migrated: visitors can be sent here."""
        try:
            async with asyncio.timeout(3):
                states = await hall.versions.ask()
        except TimeoutError:
            raise Unavailable("The database did not answer in time.") from None
        if not states.keys() >= set(hall.registry):
            raise Unavailable("A layer has no table yet; run geoloket migrate.")
        return JSONResponse({"status": "ok"})


def _static(app: FastAPI) -> None:
    room = Path(web.routes.__file__).parent
    built = BuiltFiles(directory=room / "dist" / "assets", check_dir=False)
    app.mount("/assets", built, name="assets")
    app.mount("/static", StaticFiles(directory=room / "static", check_dir=False), name="static")
