"""Which processes belong to a cluster: PostgreSQL's all stand in their data folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def processes(data: Path) -> list[int]:
    """Living server processes of the cluster with this data folder, in no order."""
    folder = data.resolve()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or somebody else's
            program = (entry / "exe").readlink().name
            if (entry / "cwd").readlink() == folder and program.startswith("postgres"):
                found.append(int(entry.name))
    return found


def postmaster(data: Path) -> int | None:
    """The server's process id, when it is alive and really this cluster's."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid in processes(data) else None
