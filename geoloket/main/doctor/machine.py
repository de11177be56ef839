"""The machine: settings, disk, the web build, PDFs, and clusters that lost their home."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import web
from geoloket.embedded import EmbeddedCluster
from geoloket.embedded.place import ELSEWHERE, forsaken
from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import Settings

_GB = 1_000_000_000
_LITTLE_BYTES = 5 * _GB
_TOO_LITTLE_BYTES = _GB // 2

TYPESETTERS: Final = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Libraries that WeasyPrint opens by name, and their packages in Debian and Ubuntu."""


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
    yield typesetting(TYPESETTERS)
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


def typesetting(libraries: Mapping[str, str]) -> Finding:
    """Whether PDFs can be set: pip brings WeasyPrint, and the system what it sets with."""
    missing = [package for library, package in libraries.items() if not _opens(library)]
    if not missing:
        return Finding(State.OK, "PDFs", "Pango and HarfBuzz are there")
    fact = f"the parcel dossier cannot be printed; run apt-get install {' '.join(missing)}"
    return Finding(State.WRONG, "PDFs", fact)


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _forsaken_clusters() -> Iterator[Finding]:
    if os.geteuid() == 0:
        for folder, home in forsaken():
            fact = f"{folder} belonged to {home}, which is gone; delete it if nobody needs it"
            yield Finding(State.WARN, f"in {ELSEWHERE}", fact)
