"""Where the private cluster keeps its files: under the home, or where its user can reach them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO

from geoloket.embedded.account import Account
from geoloket.errors import CommandError

ELSEWHERE = Path("/var/lib/geoloket")
"""Holds the clusters that root started for homes which the server's user cannot enter."""

_SOCKET_PATH_BYTES = 107  # sun_path of unix(7), less the closing zero


class Place:
    """Files and folders of the cluster of one home."""

    def __init__(self, home: Path) -> None:
        """``home`` is absolute and real; nothing is made before ``prepared``."""
        self.home = home
        self.link = home / "postgres"

    @property
    def folder(self) -> Path:
        """The real folder that holds everything."""
        return self.link.resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder; when it exists, it is complete."""
        return self.folder / "data"

    @property
    def lock(self) -> Path:
        """Locked by the server's processes."""
        return self.folder / "server.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by those who work with the server."""
        return self.folder / "users.lock"

    @property
    def automatic(self) -> Path:
        """Exists when the last user is to stop the server."""
        return self.folder / "stops-by-itself"

    @cached_property
    def account(self) -> Account:
        """Who runs the server: the owner of its files, once there are any."""
        if not self.data.exists():
            return Account.for_server()
        owner = Account.of(self.data.stat().st_uid)
        if os.geteuid() not in (0, owner.uid):
            raise CommandError(f"{self.home} belongs to the user {owner.name}")
        return owner

    @property
    def socket(self) -> Path:
        """Folder of the socket: beside the data, or in /tmp where that path would be too long."""
        beside = self.folder / "run"
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= _SOCKET_PATH_BYTES and not set(
            str(beside)
        ) & set(',"'):
            return beside
        key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(f"/tmp/geoloket-{self.account.uid}-{key}")  # noqa: S108  # made 0700, owner checked

    @contextmanager
    def prepared(self) -> Generator[None]:
        """The folders exist, and as long as the block lasts nobody else makes or removes them.

        Raises CommandError when they cannot be made or are not ours.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise _unusable(self.home, error) from None
        try:
            self._prepare()
            yield
        finally:
            os.close(lock)

    def _prepare(self) -> None:
        try:
            if not self.link.exists():
                self._choose()
            self._own(self.folder, self.account)
            self._own(self.socket, self.account)
        except OSError as error:
            raise _unusable(self.home, error) from None
        if self.link.is_symlink():
            self._adopt()

    def remove(self) -> None:
        """Delete the cluster's files; the server must have been stopped."""
        folder, socket = self.folder, self.socket
        shutil.rmtree(socket, ignore_errors=True)
        if self.link.is_symlink():
            self.link.unlink()
        shutil.rmtree(folder, ignore_errors=True)

    def write(self, name: str, lines: Sequence[str]) -> None:
        """Write a file of the data folder that the server's user can read."""
        path = self.data / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o600)
        os.chown(path, self.account.uid, self.account.gid)

    def _choose(self) -> None:
        """Beside the rest of the home when the server's user can get there, else elsewhere."""
        self.link.unlink(missing_ok=True)  # a link to files that are gone
        if self.account.reaches(self.home):
            self.link.mkdir(mode=0o700)
            return
        ELSEWHERE.mkdir(mode=0o755, exist_ok=True)
        self._make_elsewhere()

    def _make_elsewhere(self) -> None:
        """A new folder under ELSEWHERE, named after the home, with a link to it in the home."""
        key = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:10]
        for number in range(1000):  # an earlier home of this name may have left its files
            target = ELSEWHERE / (f"{key}-{number}" if number else key)
            try:
                target.mkdir(mode=0o700)
            except FileExistsError:
                continue
            (target / "home").write_text(f"{self.home}\n", encoding="utf-8")
            self.link.symlink_to(target)
            return
        raise CommandError(f"too many left-over clusters of {self.home} in {ELSEWHERE}")

    def _adopt(self) -> None:
        """The files follow a home that was moved, but not a copy: two homes share no cluster."""
        note = self.folder / "home"
        recorded = Path(note.read_text(encoding="utf-8").rstrip("\n")) if note.exists() else None
        if recorded == self.home:
            return
        if recorded and (recorded / "postgres").resolve() == self.folder:
            self.link.unlink()
            self.__dict__.pop("account", None)
            self._make_elsewhere()
            self._own(self.folder, self.account)
            self._own(self.socket, self.account)
        else:
            note.write_text(f"{self.home}\n", encoding="utf-8")

    @staticmethod
    def _own(folder: Path, account: Account) -> None:
        """A folder of the server's user that nobody else can enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (0, account.uid, os.geteuid()):
            raise CommandError(f"{folder} belongs to somebody else")
        os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)


def take(lock: IO[str]) -> bool:
    """Lock a file for ourselves alone, if nobody else holds a lock on it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unusable(home: Path, error: OSError) -> CommandError:
    return CommandError(f"cannot use {home}: {error.strerror}: {error.filename}")


def forsaken() -> Iterator[tuple[Path, str]]:
    """Clusters under ELSEWHERE whose home no longer links to them, with the path of that home."""
    for note in sorted(ELSEWHERE.glob("*/home")):
        home = note.read_text(encoding="utf-8").rstrip("\n")
        if (Path(home) / "postgres").resolve() != note.parent:
            yield note.parent, home
