"""The operating system's user under which the private database server runs."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geoloket.errors import CommandError

UNPRIVILEGED = "postgres"
"""The user that PostgreSQL's package makes; PostgreSQL refuses to run as root."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int
    name: str

    @classmethod
    def of(cls, uid: int) -> Account:
        """The account with this number; raises CommandError when the system has no name for it."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise CommandError(
                f"user number {uid} has no name on this system, which PostgreSQL needs; "
                "set GEOLOKET_DATABASE__DSN to use another database"
            ) from None
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def current(cls) -> Account:
        """The user that runs this process."""
        return cls.of(os.geteuid())

    @classmethod
    def for_server(cls) -> Account:
        """The current user, or an unprivileged one when that is root."""
        if os.geteuid() != 0:
            return cls.current()
        try:
            return cls.of(pwd.getpwnam(UNPRIVILEGED).pw_uid)
        except KeyError:
            raise CommandError(
                f"PostgreSQL does not run as root and there is no user '{UNPRIVILEGED}'; "
                "install the package postgresql, or run Geoloket as another user"
            ) from None

    def run(
        self, command: Sequence[str], *, pass_fds: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, away from the caller's folder, terminal and locale."""
        other = os.geteuid() == 0 and self.uid != 0
        return subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            pass_fds=pass_fds,
            check=False,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether this user may go into ``folder``."""
        return self.run(["test", "-x", str(folder)]).returncode == 0
