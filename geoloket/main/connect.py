"""Which database this Geoloket uses, and as whom: an external one when set, else its own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from geoloket.database import OWNER, WEB
from geoloket.embedded import EmbeddedCluster
from geoloket.settings import Settings


def owner_dsn(settings: Settings) -> str:
    """Connection string of the owner, for migrations and imports."""
    return _dsn(settings, OWNER)


def web_dsn(settings: Settings) -> str:
    """Connection string of the web's login; on an external database the one that is configured.

    Either way the web's sessions start as ``geoloket_reader`` (see ``geoloket.database``).
    """
    return _dsn(settings, WEB)


def _dsn(settings: Settings, user: str) -> str:
    if settings.database.dsn is not None:
        return settings.database.dsn.get_secret_value()
    return EmbeddedCluster(settings.home).dsn(user)


@contextmanager
def using_database(
    settings: Settings, say: Callable[[str], None] = lambda line: None
) -> Generator[None]:
    """Have the configured database at hand: our own is started, and stopped by its last user."""
    if settings.database.dsn is not None:
        yield
        return
    with EmbeddedCluster(settings.home, say=say).running():
        yield
