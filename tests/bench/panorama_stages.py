"""What each stage of a street picture costs beside the bare calls of the libraries, in one run.

    python tests/bench/panorama_stages.py [picture.jpg]

Without a picture one of 8000 by 4000 pixels is made up. Lines of sight are measured on a made-up
town: 10 000 pictures along streets with houses on both sides.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import shapely

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fixtures.panoramas import jpeg, picture  # noqa: E402

from geoloket.imagery import pyramid  # noqa: E402
from geoloket.storage import Storage  # noqa: E402
from processing.panorama import tiling  # noqa: E402
from processing.panorama.blur.faces import CenterFace, View, window  # noqa: E402
from processing.panorama.checking import looked_over, own_words  # noqa: E402
from processing.panorama.fronts import fronts  # noqa: E402
from processing.panorama.sights import sights  # noqa: E402
from processing.panorama.sphere import decode, encode  # noqa: E402


def cost(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of processor of the quickest of some rounds."""
    taken: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def line(name: str, ours: float, bare: float | None) -> None:
    """One line of the table."""
    beside = f"{bare * 1000:9.0f} {ours / bare:6.2f}" if bare else f"{'':9} {'':6}"
    print(f"{name:34} {ours * 1000:9.0f} {beside}")


def bare_decoding(data: bytes) -> None:
    """OpenCV alone."""
    cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def bare_tiles(image: np.ndarray, width: int, folder: Path | None = None) -> None:
    """Resize and encode, and nothing else; with a folder each is a file in it, never flushed."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 85]

    def keep(name: str, part: np.ndarray) -> None:
        _, content = cv2.imencode(".jpg", part, quality)
        if folder is not None:
            (folder / name).write_bytes(content.tobytes())

    for size in (2048, 512):
        keep(f"{size}.jpg", cv2.resize(image, (size, size // 2), interpolation=cv2.INTER_AREA))
    for level in reversed(pyramid(width)):
        how = cv2.INTER_AREA if level.width < image.shape[1] else cv2.INTER_LINEAR
        image = cv2.resize(image, (level.width, level.width // 2), interpolation=how)
        for row in range(level.rows):
            for column in range(level.cols):
                tile = image[row * 512 : row * 512 + 512, column * 512 : column * 512 + 512]
                keep(f"{level.number}_{column}_{row}.jpg", tile)


def bare_detection(blurrer: CenterFace, image: np.ndarray) -> None:
    """The network alone, on pictures of the same size."""
    view = window(image, View(0, -8, 62, 1344, 1344))
    for _ in range(8):
        blob = cv2.dnn.blobFromImage(view, 1.0, swapRB=True)
        blurrer._network.run(None, {"input.1": blob})


def clock(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds by the clock of the quickest of some rounds."""
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def stored(storage: Storage, image: np.ndarray, width: int) -> None:
    """As the process does: all on the disk before any gets its name."""
    with storage.writing() as files:
        for name, content in tiling.derive(image, width):
            with files.write(f"derived/bench/{name}") as file:
                file.write_bytes(content)


def one_by_one(storage: Storage, image: np.ndarray, width: int) -> None:
    """Each file flushed by itself: what it costs to wait for the disk."""
    for name, content in tiling.derive(image, width):
        with storage.write(f"derived/single/{name}") as file:
            file.write_bytes(content)


def town(streets: int = 100, houses: int = 50) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parcels, buildings, and places of pictures every 5 m."""
    parcels, buildings, places = [], [], []
    for street in range(streets):
        y = street * 80.0
        for house in range(houses):
            x = house * 10.0
            for side in (1, -1):
                low, high = sorted((y + side * 6, y + side * 36))
                parcels.append(shapely.box(x, low, x + 10, high))
                front, back = sorted((y + side * 9, y + side * 19))
                buildings.append(shapely.box(x + 1, front, x + 10 - house % 2, back))
        places += [(step * 5.0, y + 1) for step in range(100)]
    return np.array(parcels, object), np.array(buildings, object), np.array(places)


def main() -> None:
    """Print the table."""
    data = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else jpeg(picture(1, 8000))
    image = decode(data)
    width, blurrer = image.shape[1], CenterFace(0.3)
    title = f"stage, one picture of {width} px"
    print(f"{title:34} {'ours ms':>9} {'bare ms':>9} {'ratio':>6}")
    checked = cost(lambda: (looked_over(data), own_words(data, sphere_told=True)))
    line("look over and read metadata", checked, None)
    line(
        "decode",
        cost(lambda: decode(data)),
        cost(lambda: bare_decoding(data)),
    )
    line(
        "find faces",
        cost(lambda: blurrer.find(image), 1),
        cost(lambda: bare_detection(blurrer, image), 1),
    )
    line("keep the blurred picture", cost(lambda: encode(image, 92)), None)
    made = cost(lambda: sum(len(content) for _, content in tiling.derive(image, width)))
    line("thumbnail, preview and tiles", made, cost(lambda: bare_tiles(image, width)))
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        bare = clock(lambda: bare_tiles(image, width, Path(folder)))
        line("the same, written (by the clock)", clock(lambda: stored(storage, image, width)), bare)
        alone = clock(lambda: one_by_one(storage, image, width))
        line("each flushed by itself", alone, bare)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of a worker at most: {memory:.0f} MB")
    parcels, buildings, places = town()
    names = [str(number) for number in range(len(parcels))]
    began = time.process_time()
    walls = fronts(parcels, names, buildings)
    between = time.process_time()
    found = sights(places, walls, buildings)
    ended = time.process_time()
    print(
        f"lines of sight: {len(places)} pictures, {len(parcels)} parcels, "
        f"{len(found.picture)} pairs: "
        f"fronts {between - began:.1f} s, sights {ended - between:.1f} s"
    )


if __name__ == "__main__":
    main()
