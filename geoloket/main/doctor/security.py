"""What would make this Geoloket unsafe: open doors, readable secrets, mighty logins."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import Settings, is_loopback

_FILE: Final = Path("geoloket.toml")
_MIGHT: Final = {
    "rolsuper": "is a superuser",
    "rolbypassrls": "passes by row-level security",
    "rolreplication": "may copy the whole server",
}


def findings(settings: Settings) -> Iterator[Finding]:
    """What the settings and their files tell."""
    yield from _doors(settings)
    yield from _files(settings)


def server_findings(connection: Connection[DictRow], settings: Settings) -> Iterator[Finding]:
    """What the database tells; ``connection`` is that of its owner."""
    if _invented(connection) and _is_public(settings):
        fact = "the town is invented, and others than this machine can see it"
        yield Finding(State.WRONG, "data", fact)
    login = connection.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolreplication FROM pg_roles "
        "WHERE rolname = session_user"
    ).fetchone()
    may = [told for name, told in _MIGHT.items() if login and login[name]]
    if settings.database.dsn is None:
        yield Finding(State.OK, "login", "the web has one of its own, on this machine alone")
    elif may and login:
        fact = f"{login['rolname']} {' and '.join(may)}; make a login for Geoloket alone"
        yield Finding(State.WRONG, "login", fact)
    elif login:
        yield Finding(State.OK, "login", f"{login['rolname']} may do no more than it should")


def _invented(connection: Connection[DictRow]) -> bool:
    there = connection.execute("SELECT to_regclass('geoloket.site') AS it").fetchone()
    if not (there and there["it"]):
        return False
    row = connection.execute("SELECT value FROM geoloket.site WHERE key = 'invented'").fetchone()
    return bool(row and row["value"])


def _is_public(settings: Settings) -> bool:
    return not is_loopback(settings.server.host) or settings.server.public_url is not None


def _doors(settings: Settings) -> Iterator[Finding]:
    server = settings.server
    if not _is_public(settings):
        yield Finding(State.OK, "doors", f"only this machine reaches {server.host}")
        return
    by_https = (server.public_url or "").startswith("https://")
    if by_https:
        yield Finding(State.OK, "doors", f"visitors come by {server.public_url}")
    else:
        fact = "others reach us and server.public_url is no https: what they ask can be read"
        yield Finding(State.WARN, "doors", fact)
    if server.hosts is None:
        fact = "server.hosts is not set: links are made of whatever name a request says"
        yield Finding(State.WARN, "names", fact)
    if "*" in server.trusted_proxies.split():
        fact = "server.trusted_proxies is *: anybody may say who they are, and is never limited"
        yield Finding(State.WRONG, "proxies", fact)


def _files(settings: Settings) -> Iterator[Finding]:
    """Files with secrets, which others on this machine should not read."""
    named = [settings.audit.key_file, settings.identity.client_secret_file, _FILE]
    for file in filter(None, named):
        try:
            mode = file.stat().st_mode
        except OSError as error:
            if file is not _FILE:
                yield Finding(State.WRONG, "secrets", f"{file}: {error.strerror}")
            continue
        if file is _FILE and not _tells_secrets(file):
            continue
        if mode & stat.S_IROTH:
            fact = f"everybody on this machine can read {file}; chmod 600 {file}"
            yield Finding(State.WRONG, "secrets", fact)
        else:
            yield Finding(State.OK, "secrets", f"others cannot read {file}")


def _tells_secrets(file: Path) -> bool:
    """Whether it sets something that is nobody's business."""
    words = ("dsn", "password", "secret", "key")
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line.partition("=")[0].strip() for line in lines if "=" in line]
    return any(name.endswith(words) for name in names)
