"""How much our blurring hides of the faces and plates that a person pointed at, and what it costs.

``blur_annotations.csv`` has the boxes, in pixels. The pictures are real ones that are not part of
the project, as in the tests:

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
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.data import real_data_folder  # noqa: E402

from processing.panorama.blur import Found  # noqa: E402
from processing.panorama.blur.faces import CenterFace  # noqa: E402
from processing.panorama.blur.hiding import GROWN, shared  # noqa: E402
from processing.panorama.sphere import decode  # noqa: E402

Boxes = dict[Path, list[tuple[str, tuple[float, float, float, float]]]]


def annotated() -> Boxes:
    """The boxes that a person drew, by picture."""
    found: Boxes = defaultdict(list)
    with (Path(__file__).parent / "blur_annotations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sides = (
                float(row["left"]),
                float(row["top"]),
                float(row["right"]),
                float(row["bottom"]),
            )
            found[real_data_folder() / row["picture"]].append((row["kind"], sides))
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


def main() -> None:
    """Print recall per kind, what was hidden besides, and seconds and memory per picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threshold", type=float, default=0.3)
    given = parser.parse_args()
    blurrer, seconds, besides = CenterFace(given.threshold), 0.0, 0
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    pictures = annotated()
    for file, boxes in pictures.items():
        if not file.is_file():
            sys.exit(f"{file.name} is not here: the pictures are not part of the project")
        image = decode(file.read_bytes())
        height, width = image.shape[:2]
        began = time.process_time()
        areas = blurrer.find(image)
        seconds += time.process_time() - began
        drawn: list[Found] = []
        for kind, (left, top, right, bottom) in boxes:
            box = Found(left / width, top / height, (right - left) / width, (bottom - top) / height)
            drawn.append(box)
            counts[kind][0] += hidden(box, areas)
            counts[kind][1] += 1
        besides += sum(all(shared(area, box) == 0 for box in drawn) for area in areas)
    for kind, (seen, all_of) in sorted(counts.items()):
        print(f"{kind}: {seen} of {all_of} hidden, recall {seen / all_of:.2f}")
    print(f"besides, {besides} areas were hidden that nobody annotated")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds / len(pictures):.1f} s of processor a picture, {memory:.0f} MB at most")


if __name__ == "__main__":
    main()
