"""2 000 pieces, ten workers killed outright, PostgreSQL restarted once: what is left, and how long.

    .venv/bin/python tests/bench/jobs_survive.py [pieces] [seconds per piece] [kills]

The same run without any of that is made first, so that the price of surviving is a ratio.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures.survival import Left, survive


def main() -> None:
    given = sys.argv[1:]
    pieces = int(given[0]) if given else 2000
    pause = float(given[1]) if len(given) > 1 else 0.05
    kills = int(given[2]) if len(given) > 2 else 10
    quiet = _once(pieces, pause, 0)
    print(_told("undisturbed", quiet))
    left = _once(pieces, pause, kills)
    print(_told(f"{kills} kills, one restart", left))
    print(f"ratio {left.seconds / quiet.seconds:.2f}")
    print("\n".join(left.log[-5:]))


def _once(pieces: int, pause: float, kills: int) -> Left:
    with tempfile.TemporaryDirectory() as folder:
        return survive(Path(folder), pieces, pause, kills)


def _told(name: str, left: Left) -> str:
    counts = ", ".join(f"{number} {what}" for what, number in left.pieces.items())
    return f"{name}: {left.run['status']}, {counts}, {left.files} files, {left.seconds:.1f} s"


if __name__ == "__main__":
    main()
