"""Start, find again and stop the private cluster.

It lives under Geoloket's home, listens on a unix socket in a folder of its own and nowhere else,
and lets in only the operating system's user that runs Geoloket (peer authentication).

::

    <home>/postgres/            or a link to /var/lib/geoloket/<id>/, when root started it and the
      data/                     server's user cannot reach the home
      run/                      the socket; in /tmp when the path is too long for one
      server.lock               held by the server's processes as long as one of them lives
      users.lock                shared by everybody who works with a server that stops by itself

Two facts make it hard to break. A half-made cluster never bears its final name. And the server
inherits the lock on ``server.lock``: whoever gets that lock knows that nothing of an earlier server
survives, whatever was killed and however, so that a stale ``postmaster.pid`` can be thrown away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from geoloket.embedded.account import Account
from geoloket.embedded.contents import ADMIN, DATABASE, OWNER, WEB, ensure_contents
from geoloket.embedded.place import Place, take
from geoloket.embedded.processes import postmaster, processes
from geoloket.embedded.programs import Installation, find_installation
from geoloket.embedded.tuning import memory_bytes, tuning
from geoloket.errors import CommandError

_READY_TIMEOUT_S = 600  # recovery after a kill -9 in the middle of a large import may take minutes
_GRACE_S = 3  # a starting server has no postmaster.pid for a moment; it is no survivor
_LAST_GRACE_S = 10


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """Where the cluster is and whether it runs."""

    made: bool
    pid: int | None
    data: Path
    socket: Path


class EmbeddedCluster:
    """The cluster of one home; cheap to construct, nothing happens before ``start``.

    >>> cluster = EmbeddedCluster(Path(".geoloket"))
    >>> with cluster.running():
    ...     psycopg.connect(cluster.dsn())
    """

    def __init__(
        self, home: Path, *, durable: bool = True, say: Callable[[str], None] = lambda _: None
    ) -> None:
        """``durable=False`` does without fsync, for tests; ``say`` is told what takes a while."""
        self.home = home.expanduser().resolve()
        self.durable = durable
        self._say = say
        self._place = Place(self.home)

    # -- what callers use ----------------------------------------------------------------------

    def start(self) -> bool:
        """Make sure that the server runs, until ``stop``; False when it ran already.

        Raises CommandError when PostgreSQL is missing or does not start.
        """
        started = self.revive()
        self._place.automatic.unlink(missing_ok=True)
        return started

    def revive(self) -> bool:
        """Start the server if it does not run; who is to stop it stays as it was."""
        with self._place.prepared():
            pass
        started = self._launch_or_join()
        ensure_contents(self.dsn, self._say)
        return started

    def stop(self) -> bool:
        """Stop the server in an orderly way; False when it did not run."""
        if not self._place.data.exists() or not self._await_postmaster():
            return False
        self._place.automatic.unlink(missing_ok=True)
        stop = ("stop", "-w", "-D", str(self._place.data))
        if self._pg_ctl(*stop, "-m", "fast", "-t", "60").returncode != 0:
            self._pg_ctl(*stop, "-m", "immediate", "-t", "30")
        return True

    @contextmanager
    def running(self) -> Generator[EmbeddedCluster]:
        """Work with a running server; the last one out stops it, unless ``start`` started it."""
        with ExitStack() as stack:
            with self._place.prepared():
                users = stack.enter_context(self._place.users.open("a"))
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self._is_held():  # noted before it starts: we may be killed meanwhile
                    self._place.automatic.touch()
            try:
                self.revive()
                yield self
            finally:
                if take(users) and self._place.automatic.exists():
                    self.stop()

    def status(self) -> ClusterStatus:
        """What there is, without starting anything."""
        made = self._place.data.exists()
        pid = postmaster(self._place.data) if made else None
        return ClusterStatus(made, pid, self._place.data, self._place.socket)

    def dsn(self, user: str = OWNER, database: str = DATABASE) -> str:
        """Connection string for one of OWNER, WEB and ADMIN."""
        return make_conninfo(host=str(self._place.socket), port=5432, user=user, dbname=database)

    def remove(self) -> None:
        """Stop the server and delete the cluster with all that is in it.

        Raises CommandError when somebody works with it.
        """
        with self._place.prepared(), self._place.users.open("a") as users:
            if not take(users):
                raise CommandError(
                    f"the database of {self.home} is in use; stop what uses it first"
                )
            self.stop()
            self._place.remove()

    # -- starting ------------------------------------------------------------------------------

    def _launch_or_join(self) -> bool:
        """True when this call started the server, False when it found a running one."""
        deadline = time.monotonic() + _READY_TIMEOUT_S
        survivors_since: float | None = None
        while time.monotonic() < deadline:
            with self._place.lock.open("a") as lock:
                if take(lock):
                    return self._launch(lock.fileno())
            if postmaster(self._place.data) is not None:
                if self._answers():
                    return False
            elif survivors := processes(self._place.data):
                survivors_since = survivors_since or time.monotonic()
                _end(survivors, time.monotonic() - survivors_since)
            else:
                survivors_since = None
            time.sleep(0.1)
        raise CommandError(
            f"PostgreSQL did not answer; its messages are in {self._place.data / 'log'}"
        )

    def _launch(self, lock: int) -> bool:
        """Start the server; it inherits ``lock``, the descriptor of the lock that we hold."""
        if self._place.data.exists() and postmaster(self._place.data) is not None:
            return False  # started by hand, without the lock
        installation = self._installation()
        account = self._place.account
        if not self._place.data.exists():
            self._build(installation)
        self._forget_stale()
        self._configure(installation, account)
        log = self._place.folder / "start.log"
        log.unlink(missing_ok=True)
        start = (
            "start",
            "-w",
            "-t",
            str(_READY_TIMEOUT_S),
            "-D",
            str(self._place.data),
            "-l",
            str(log),
        )
        outcome = self._pg_ctl(*start, pass_fds=(lock,))
        if outcome.returncode != 0:
            # A server that was killed while it undid a transaction with unlogged tables, such as
            # an import's, fails its first recovery: an empty file stands where one is to be made
            # ("File exists"). That recovery put back what tells the next one to remove the file.
            self._forget_stale()
            outcome = self._pg_ctl(*start, pass_fds=(lock,))
        if outcome.returncode != 0:
            told = log.read_text(errors="replace") if log.exists() else outcome.stderr
            raise CommandError(
                "PostgreSQL did not start: " + " | ".join(told.split("\n")[-4:]).strip(" |")
            )
        return True

    def _build(self, installation: Installation) -> None:
        """Make the cluster's files under another name and rename them when they are complete."""
        self._say("making a private PostgreSQL cluster")
        account = self._place.account
        for leftover in self._place.folder.glob("new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self._place.folder))
        os.chown(new, account.uid, account.gid)
        outcome = account.run(
            [
                installation.program("initdb"),
                *("--pgdata", str(new), "--username", ADMIN, "--auth", "peer"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
                *(() if self.durable else ("--no-sync",)),
            ]
        )
        if outcome.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise CommandError("initdb failed: " + outcome.stderr.strip().replace("\n", " | "))
        with (new / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude = 'geoloket.conf'  # written anew at each start\n")
        new.rename(self._place.data)

    def _configure(self, installation: Installation, account: Account) -> None:
        """Write the server's settings for this machine and the list of who may come in."""
        directory = str(self._place.socket).replace("'", "''")
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'\"{directory}\"'",
            "unix_socket_permissions": "0700",
            "logging_collector": "on",
            "log_filename": "'postgresql-%a.log'",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            **tuning(memory_bytes(), os.cpu_count() or 1, installation.major),
            # A run of the tests has many servers on one cluster, each with connections of its own.
            **({} if self.durable else {"max_connections": "300"}),
        }
        lines = [f"{key} = {value}" for key, value in settings.items()]
        known = {account.name, Account.current().name, "root"}
        maps = [
            f'geoloket "{name}" {role}' for name in sorted(known) for role in (OWNER, WEB, ADMIN)
        ]
        self._place.write("geoloket.conf", lines)
        self._place.write("pg_hba.conf", ["local all all peer map=geoloket"])
        self._place.write("pg_ident.conf", maps)

    def _forget_stale(self) -> None:
        """Throw away what a killed server left; the lock that we hold says that it is dead."""
        (self._place.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self._place.socket.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _is_held(self) -> bool:
        """Whether processes of a server live, or somebody is making or starting one."""
        with self._place.lock.open("a") as lock:
            return not take(lock)

    def _await_postmaster(self) -> bool:
        """Whether a server runs; one that is just starting is waited for."""
        deadline = time.monotonic() + _LAST_GRACE_S
        while postmaster(self._place.data) is None:
            if not self._is_held() or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    # -- processes -----------------------------------------------------------------------------

    def _installation(self) -> Installation:
        """The PostgreSQL of the version that made these files, else the newest."""
        version = self._place.data / "PG_VERSION"
        return find_installation(int(version.read_text()) if version.exists() else None)

    def _pg_ctl(
        self, *arguments: str, pass_fds: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        command = [self._installation().program("pg_ctl"), *arguments]
        return self._place.account.run(command, pass_fds=pass_fds)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(ADMIN, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _end(survivors: list[int], waited: float) -> None:
    """End what outlived its postmaster, politely first; the next start recovers the data."""
    if waited < _GRACE_S:
        return
    how = signal.SIGKILL if waited > _LAST_GRACE_S else signal.SIGTERM
    for pid in survivors:
        with suppress(ProcessLookupError):
            os.kill(pid, how)
