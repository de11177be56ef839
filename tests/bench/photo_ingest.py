"""What taking in an aerial photo costs beside the bare copy by GDAL, in one run.

    python tests/bench/photo_ingest.py [pixels on a side]

A made-up photo with near infrared becomes a COG: by ``rasterio.shutil.copy`` with the same options
(the bare call), by our ``cog.write``, and by all that ``orthophoto-ingest`` does with one file:
checksums of both, looking at bands, the outline. Each in a process of its own, alternating; wall
and processor time of all threads, the quickest of three.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from geoloket.settings import Settings  # noqa: E402
from geoloket.storage import Storage  # noqa: E402
from processing.rasters import cog, ingest  # noqa: E402
from processing.rasters.bands import Bands  # noqa: E402
from processing.rasters.gdal import copy, environment, from_origin, open_raster  # noqa: E402

ROUNDS: Final = 3
BANDS: Final = Bands(("red", "green", "blue", "nir"), "")


def picture(path: Path, side: int) -> None:
    """Patches with grain: it neither packs away to nothing nor is it noise alone."""
    chance = np.random.default_rng(1)
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "uint8", "count": 4, "width": side, "height": side,
        "crs": "EPSG:31370", "transform": from_origin(70000, 212000, 0.25, 0.25), "tiled": True,
        "compress": "deflate",
    }  # fmt: skip
    patches = chance.integers(30, 200, (4, side // 16, side // 16), dtype=np.uint8)
    pixels = patches.repeat(16, axis=1).repeat(16, axis=2)
    pixels += chance.integers(0, 24, pixels.shape, dtype=np.uint8)
    with open_raster(path, "w", **profile) as target:
        target.write(pixels)


def bare(source: Path, folder: Path) -> None:
    """The library's own call."""
    with environment(GDAL_TIFF_INTERNAL_MASK=True, GDAL_CACHEMAX=512):
        copy(source, folder / "bare.tif", **cog.CREATION)


def written(source: Path, folder: Path) -> None:
    """The COG of ours."""
    cog.write(source, BANDS, 31370, folder / "ours.tif", folder)


def whole(source: Path, folder: Path) -> None:
    """Everything that is done with a file, but for the row."""
    settings = Settings.read(home=folder)
    told: list[str] = []
    context: Any = SimpleNamespace(
        settings=settings, folder=folder, storage=Storage(folder / "storage"), log=told.append
    )
    ingest._sha256(source)
    ingest._make(context, source, ingest.Sidecar())


WAYS: Final = {"bare": bare, "cog.write": written, "whole": whole}


def once(name: str, source: Path) -> dict[str, float]:
    """Seconds by the clock and of processors, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--way", name, str(source)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--way"]:
        with tempfile.TemporaryDirectory() as folder:
            clock, spent = time.perf_counter(), time.process_time()
            WAYS[sys.argv[2]](Path(sys.argv[3]), Path(folder))
            print(json.dumps({
                "wall": time.perf_counter() - clock, "cpu": time.process_time() - spent
            }))  # fmt: skip
        return
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photo.tif"
        picture(source, side)
        taken: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
        for _ in range(ROUNDS):
            for name in WAYS:
                taken[name].append(once(name, source))
        best = {
            name: {unit: min(one[unit] for one in found) for unit in ("wall", "cpu")}
            for name, found in taken.items()
        }
        print(f"{side} × {side} × 4, {source.stat().st_size / 1e6:.0f} MB; load "
              f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
        print(f"{'':12} {'wall s':>7} {'ratio':>6} {'cpu s':>7} {'ratio':>6}")
        for name, one in best.items():
            ratios = {unit: one[unit] / best["bare"][unit] for unit in one}
            print(f"{name:12} {one['wall']:7.1f} {ratios['wall']:6.2f} {one['cpu']:7.1f} "
                  f"{ratios['cpu']:6.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
