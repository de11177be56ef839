"""``python -m processing.demo.pictures --out FOLDER``: the pictures alone, without a database."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from processing.demo.pictures.make import Wish, draw
from processing.demo.town import SEED


def main() -> None:
    """Read what is wanted and draw it, with one line that tells how far it is."""
    reader = argparse.ArgumentParser(prog="python -m processing.demo.pictures", description=__doc__)
    reader.add_argument("--out", type=Path, required=True, help="folder to draw into")
    reader.add_argument("--width", type=int, default=Wish().width, help="pixels of a panorama")
    reader.add_argument("--today", type=date.fromisoformat, default=date.today())
    wanted = reader.parse_args()
    begun = time.monotonic()

    def say(progress: int, message: str) -> None:
        sys.stderr.write(f"\r{progress:3d} %  {message:<40}")

    drawn = draw(wanted.out, SEED, wanted.today, wanted.today, Wish(width=wanted.width), say)
    seconds = time.monotonic() - begun
    sys.stderr.write(
        f"\r{drawn.panoramas} panoramas and {drawn.photos} photos in {seconds:.0f} s\n"
    )


if __name__ == "__main__":
    main()
