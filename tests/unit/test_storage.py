"""Files by key: whole under their names, or not there at all, whatever happens meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from geoloket.errors import NotFound
from geoloket.storage import Storage

_WRITES = """
import sys
from pathlib import Path
from geoloket.storage import Storage
turn = 0
while True:
    turn += 1
    with Storage(Path(sys.argv[1])).writing() as files:
        for number in range(40):
            with files.write(f"tiles/{number}.txt") as file:
                file.write_text(f"{turn:06}" * 20_000)
    print(turn, flush=True)
"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def test_many_files_get_their_names_together(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    with storage.writing() as files:
        for number in range(9):
            with files.write(f"a/{number % 2}/{number}.txt") as file:
                file.write_text(str(number))
        assert not [name for name in names(tmp_path) if not name.startswith(".")]
    assert names(tmp_path) == [f"{number}.txt" for number in range(9)]
    assert storage.path("a/1/7.txt").read_text() == "7"


def test_of_files_that_fail_together_nothing_is_left(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    with storage.write("kept.txt") as file:
        file.write_text("before")
    with pytest.raises(OSError, match="full"), storage.writing() as files:
        with files.write("kept.txt") as file:
            file.write_text("after")
        with files.write("other.txt") as file:
            raise OSError("the disk is full")
    assert names(tmp_path) == ["kept.txt"]
    assert storage.path("kept.txt").read_text() == "before"
    with pytest.raises(NotFound), storage.writing() as files, files.write("../away.txt"):
        pass
    with pytest.raises(FileNotFoundError), storage.writing() as files, files.write("never.txt"):
        pass
    assert names(tmp_path) == ["kept.txt"]


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_killed_in_the_midst_it_leaves_whole_files(tmp_path: Path, lines: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITES, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert writer.stdout
    for _ in range(lines):
        assert writer.stdout.readline()
    writer.kill()
    writer.wait()
    writer.stdout.close()
    left = [file for file in tmp_path.rglob("*.txt") if not file.name.startswith(".")]
    assert len(left) == 40
    for file in left:
        text = file.read_text()
        assert text == text[:6] * 20_000, file
