"""2 000 pieces, ten workers killed outright, PostgreSQL restarted once: what is left, and how long.

    .venv/bin/python tests/bench/jobs_survive.py [pieces] [kills]

Twice: pieces that only wait a moment, and a delivery of so many made-up street pictures taken in by
``panorama-ingest``. The same run without any of that is made first, so that the price of surviving
is a ratio.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures.panoramas import deliver, jpeg, picture
from fixtures.survival import Left, Order, counting, survive
from fixtures.workers import Workshop

PAUSE_S = 0.05
SMALLEST = 512


def main() -> None:
    given = sys.argv[1:]
    pieces = int(given[0]) if given else 2000
    kills = int(given[1]) if len(given) > 1 else 10
    ingest = Order("panorama-ingest", {"folder": "one"}, pieces, partial(_delivery, pieces))
    for order in (counting(pieces, PAUSE_S), ingest):
        print(f"{order.process}:")
        quiet = _once(order, 0)
        print(_told("undisturbed", quiet))
        left = _once(order, kills)
        print(_told(f"{kills} kills, one restart", left))
        print(f"ratio {left.seconds / quiet.seconds:.2f}")
        print("\n".join(left.log[-5:]), flush=True)


def _delivery(pictures: int, shop: Workshop) -> None:
    hour = 3600
    moments = {
        f"{n:05}.jpg": {
            "captured_at": f"2024-05-12T{8 + n // hour:02}:{n % hour // 60:02}:{n % 60:02}Z"
        }
        for n in range(pictures)
    }
    deliver(
        shop.home,
        "one",
        {file: jpeg(picture(n, SMALLEST)) for n, file in enumerate(moments)},
        rows=moments,
    )


def _once(order: Order, kills: int) -> Left:
    with tempfile.TemporaryDirectory() as folder:
        return survive(Path(folder), order, kills)


def _told(name: str, left: Left) -> str:
    counts = ", ".join(f"{number} {what}" for what, number in left.pieces.items())
    pictures = ", ".join(f"{number} {what}" for what, number in left.panoramas.items())
    return (
        f"{name}: {left.run['status']}, {counts}, panoramas {pictures}, "
        f"{left.files} files, {left.seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
