"""Which database this Geoloket uses, and as whom: an external one when set, else its own."""

from __future__ import annotations

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
