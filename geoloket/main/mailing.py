"""The worker's mail: rounds of the postman, for as long as it runs."""

from __future__ import annotations

import logging
from typing import Final

import psycopg

from geoloket import alerts
from geoloket.alerts import Postman
from geoloket.database import connect
from geoloket.errors import Unavailable
from geoloket.settings import Settings

_logger = logging.getLogger("geoloket.worker")

_ROUND_EVERY_S: Final = 2.0
"""How long somebody who asks for a letter waits for it at most; a round without work is cheap."""
_AFTER_TROUBLE_S: Final = 15.0
_WORKER: Final = "geoloket_worker"


def postman(settings: Settings, dsn: str) -> Postman | None:
    """The postman of these settings; None when no mail leaves."""
    if not settings.mail.on:
        return None
    from web.alerts.letters import Letters, sender_name
    from web.sentences import sentences

    name = settings.site.name or _name_of_site(dsn)
    channel = alerts.channel(settings.mail, sender_name(name, sentences("nl")))
    return Postman(channel, Letters(our_address(settings), name))


def rounds(dsn: str, post: Postman) -> None:
    """Make rounds until the postman leaves; trouble with the database is waited out."""
    while not post.leaving.is_set():
        try:
            with connect(dsn, role=_WORKER, autocommit=True) as connection:
                while not post.leaving.is_set():
                    post.round(connection)
                    post.leaving.wait(_ROUND_EVERY_S)
        except (psycopg.Error, Unavailable) as trouble:
            _logger.warning("no mail for now", extra={"kind": type(trouble).__name__})
            post.leaving.wait(_AFTER_TROUBLE_S)


def tidy(dsn: str) -> None:
    """Delete what is kept of followers no longer than it must be; also where mail is off now."""
    with connect(dsn, role=_WORKER, autocommit=True) as connection:
        Postman.tidy(connection)


def our_address(settings: Settings) -> str:
    """What links in letters start with: the public address, else where this machine listens."""
    if settings.server.public_url:
        return settings.server.public_url.rstrip("/")
    server = settings.server
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{server.port}"


def _name_of_site(dsn: str) -> str:
    with connect(dsn, role=_WORKER) as connection:
        row = connection.execute("SELECT value FROM site WHERE key = 'name'").fetchone()
    return str(row["value"]) if row else ""
