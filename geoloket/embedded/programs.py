"""PostgreSQL's programs on this machine: which versions there are, and where."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geoloket.errors import CommandError

OLDEST = 15
"""Oldest major version that Geoloket supports."""

_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed PostgreSQL: its major version and the folder of its programs."""

    major: int
    programs: Path

    def program(self, name: str) -> str:
        """Absolute path of a program such as ``pg_ctl``."""
        return str(self.programs / name)


def installations() -> list[Installation]:
    """Every PostgreSQL server of a supported version on this machine, newest first."""
    folders = [path / "bin" for path in _DEBIAN.glob("[0-9]*")]
    if pg_config := shutil.which("pg_config"):
        folders.append(Path(_output(pg_config, "--bindir")))
    found = {
        Installation(major, folder)
        for folder in folders
        if (folder / "initdb").exists() and (major := _major(folder)) >= OLDEST
    }
    return sorted(found, key=lambda each: (each.major, str(each.programs)), reverse=True)


def find_installation(major: int | None = None) -> Installation:
    """The newest PostgreSQL that has PostGIS, or the one of a given major version.

    Raises CommandError that says what to install.
    """
    for installation in installations():
        if major in (None, installation.major) and _has_postgis(installation):
            return installation
    version = major or f"{OLDEST} or newer"
    raise CommandError(
        f"PostgreSQL {version} with PostGIS was not found; run ./setup.sh, or install the packages "
        f"postgresql-{major or OLDEST} and postgresql-{major or OLDEST}-postgis-3"
    )


def client_program(name: str) -> str:
    """Path of ``psql``, ``pg_dump`` or ``pg_restore``: the newest, which reads older servers."""
    for installation in installations():
        if (installation.programs / name).exists():
            return installation.program(name)
    if found := shutil.which(name):
        return found
    raise CommandError(f"{name} was not found; install the package postgresql-client")


def _has_postgis(installation: Installation) -> bool:
    share = Path(f"/usr/share/postgresql/{installation.major}")
    if not share.exists():
        share = Path(_output(installation.program("pg_config"), "--sharedir"))
    return (share / "extension" / "postgis.control").exists()


def _major(folder: Path) -> int:
    if found := re.fullmatch(r"/usr/lib/postgresql/(\d+)/bin", str(folder)):
        return int(found[1])
    found = re.search(r"\d+", _output(str(folder / "postgres"), "--version"))
    return int(found[0]) if found else 0


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
