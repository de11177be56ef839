"""The machine: settings, disk, the web build, and clusters that lost their home."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import web
from geoloket.embedded import EmbeddedCluster
from geoloket.embedded.place import ELSEWHERE, forsaken
from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import Settings

_GB = 1_000_000_000
_LITTLE_BYTES = 5 * _GB
_TOO_LITTLE_BYTES = _GB // 2


def findings(settings: Settings) -> Iterator[Finding]:
    """What can be said without the database."""
    where = "an external one" if settings.database.dsn else f"our own, in {settings.home}"
    yield Finding(State.OK, "database", where)
    yield _disk("disk", settings.home)
    if settings.database.dsn is None:
        data = EmbeddedCluster(settings.home).status().data
        if not data.is_relative_to(settings.home):
            yield _disk("disk of the database", data)
    yield _web_build()
    yield from _forsaken_clusters()


def _disk(subject: str, folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    state = State.OK if free > _LITTLE_BYTES else State.WARN
    if free < _TOO_LITTLE_BYTES:
        state = State.WRONG
    return Finding(state, subject, f"{free / _GB:.1f} GB free for {folder}")


def _web_build() -> Finding:
    dist = Path(next(iter(web.__path__))) / "dist"
    if dist.is_dir() and any(dist.iterdir()):
        return Finding(State.OK, "pages", f"built in {dist}")
    return Finding(State.WRONG, "pages", "scripts and styles are not built; run make setup")


def _forsaken_clusters() -> Iterator[Finding]:
    if os.geteuid() == 0:
        for folder, home in forsaken():
            fact = f"{folder} belonged to {home}, which is gone; delete it if nobody needs it"
            yield Finding(State.WARN, f"in {ELSEWHERE}", fact)
