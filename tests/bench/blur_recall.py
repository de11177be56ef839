"""How much our blurring hides of the faces and plates that a person pointed at, and what it costs.

``blur_annotations.csv`` has the boxes, in pixels of the picture as it was delivered, hard ones too:
``clear``, ``turned`` (from the side), ``covered`` in part, ``vague`` (dark, moved or far away). The
pictures are real ones that are not part of the project, as in the tests:

    python tests/bench/blur_recall.py [--threshold 0.3]

A box counts as hidden when at least half of it is. What a supplier had hidden is not counted.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.data import real_data_folder  # noqa: E402

from processing.panorama.blur import Found  # noqa: E402
from processing.panorama.blur.faces import CenterFace  # noqa: E402
from processing.panorama.blur.hiding import GROWN, shared  # noqa: E402
from processing.panorama.sphere import decode  # noqa: E402

SIDES = ("left", "top", "right", "bottom")
SMALL, LARGE = 20, 40
"""Pixels: a face's height or a plate's width."""


@dataclass(frozen=True)
class Box:
    """What a person pointed at."""

    kind: str
    left: float
    top: float
    right: float
    bottom: float
    how: str

    @property
    def size(self) -> float:
        """Height of a face, width of a plate."""
        return self.bottom - self.top if self.kind == "face" else self.right - self.left

    @property
    def group(self) -> str:
        """Its class of size."""
        if self.size < SMALL:
            return f"under {SMALL} px"
        return f"{SMALL} to {LARGE} px" if self.size < LARGE else f"from {LARGE} px"

    def on(self, width: int, height: int) -> Found:
        """In parts of a picture."""
        wide, high = self.right - self.left, self.bottom - self.top
        return Found(self.left / width % 1, self.top / height, wide / width, high / height)


def annotated() -> dict[Path, list[Box]]:
    """The boxes that a person drew, by picture; a picture without any has a row of kind none."""
    found: dict[Path, list[Box]] = defaultdict(list)
    with (Path(__file__).parent / "blur_annotations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            boxes = found[real_data_folder() / row["picture"]]
            if row["kind"] != "none":
                left, top, right, bottom = (float(row[side]) for side in SIDES)
                boxes.append(Box(row["kind"], left, top, right, bottom, row["how"]))
    return found


def hidden(box: Found, areas: list[Found]) -> bool:
    """Whether one area hides at least half of a box."""
    for area in areas:
        grown = Found(
            (area.x - area.width * GROWN / 2) % 1,
            area.y - area.height * GROWN / 2,
            area.width * (1 + GROWN),
            area.height * (1 + GROWN),
        )
        larger = grown.width * grown.height >= box.width * box.height
        if larger and shared(box, grown) >= 0.5:
            return True
        part = grown.width * grown.height / (box.width * box.height)
        if not larger and shared(box, grown) * part >= 0.5:
            return True
    return False


class Tally:
    """Hidden and all, by photo set, kind and class."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, folder: str, box: Box, seen: bool) -> None:
        """Count one box."""
        rows = ("all of it", folder, box.group, box.how)
        for place, name in enumerate(rows):
            count = self._counts[box.kind, f"{place}{name}"]
            count[0] += seen
            count[1] += 1

    def tell(self) -> None:
        """Print every class."""
        for (kind, name), (seen, every) in sorted(self._counts.items()):
            print(f"{kind:6} {name[1:]:28} {seen:3} of {every:3} hidden, recall {seen / every:.2f}")


def main() -> None:
    """Print recall by kind and class, what was missed, what was hidden besides, and the cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threshold", type=float, default=0.3)
    given = parser.parse_args()
    blurrer, seconds, tally = CenterFace(given.threshold), 0.0, Tally()
    besides: dict[str, list[int]] = defaultdict(list)
    pictures = annotated()
    for file, boxes in pictures.items():
        if not file.is_file():
            sys.exit(f"{file.name} is not here: the pictures are not part of the project")
        image = decode(file.read_bytes())
        height, width = image.shape[:2]
        began = time.process_time()
        areas = blurrer.find(image)
        seconds += time.process_time() - began
        drawn = [box.on(width, height) for box in boxes]
        for box, place in zip(boxes, drawn, strict=True):
            seen = hidden(place, areas)
            tally.add(file.parent.name, box, seen)
            if not seen and box.kind == "face":
                at = f"{box.left:.0f},{box.top:.0f}"
                print(f"missed in {file.name}: {box.kind} of {box.size:.0f} px at {at}, {box.how}")
        extra = [area for area in areas if all(shared(area, one) == 0 for one in drawn)]
        besides[file.parent.name].append(len(extra))
    tally.tell()
    for folder, counts in sorted(besides.items()):
        each = sum(counts) / len(counts)
        print(f"{folder}: {each:.1f} areas a picture hidden that nobody pointed at")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(pictures)} pictures, {seconds / len(pictures):.1f} s of processor a picture,", end=""
    )
    print(f" {memory:.0f} MB at most")


if __name__ == "__main__":
    main()
