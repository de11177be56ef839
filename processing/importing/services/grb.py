"""Parcels from the OGC API Features of the GRB: pages of 10 000 within a municipality's box.

The service gives no ``numberMatched`` and pages by ``startIndex``; the box is that of the CAPAKEY
service and holds parcels of the neighbours too, which are left out when the pages are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from processing.importing import vector
from processing.importing.report import Progress
from processing.importing.services.downloads import Download
from processing.importing.services.fetching import Fetcher

_PAGE: Final = 10_000
_CRS: Final = "EPSG:31370"


@dataclass(slots=True)
class GrbParcels:
    """Fetches the parcels (collection ADP) of municipalities into files."""

    features: Fetcher
    capakey: Fetcher
    downloads: Path
    page: int = _PAGE

    def fetch(self, nis: Sequence[str], progress: Progress) -> list[vector.VectorLayer]:
        """The pages of each municipality (NIS code) as sources; complete ones are not fetched anew.

        Raises SourceRejected when the service cannot answer; what was fetched stays for next time.
        """
        progress.begin("parcels: fetching", None)
        return [source for code in nis for source in self._municipality(code, progress)]

    def _municipality(self, code: str, progress: Progress) -> list[vector.VectorLayer]:
        download = Download.of(self.downloads / "grb" / code)
        box = self._box(code)
        start = 0
        files: list[Path] = []
        while True:
            file = download.folder / f"adp-{start:07d}.geojson"
            if not file.exists():
                download.keep(file.name, orjson.dumps(self._page(box, start)))
            count, more = _size(file, self.page)
            if count:
                files.append(file)
                progress.advance(count)
            if not more:
                break
            start += count
        return [source for file in files for source in _own(file, code)]

    def _page(self, box: str, start: int) -> Any:
        return self.features.document(
            "collections/ADP/items",
            {
                "f": "application/json",
                "bbox": box,
                "bbox-crs": _CRS,
                "crs": _CRS,
                "limit": self.page,
                "startIndex": start,
            },
            whole=_is_whole,
        )

    def _box(self, code: str) -> str:
        """The municipality's bounding box in Lambert 72: a polygon as a string in the answer."""
        answer = self.capakey.document(
            f"municipality/{code}",
            {"geometry": "bbox", "srs": 31370},
            whole=lambda document: "geometry" in document,
        )
        ring = orjson.loads(answer["geometry"]["boundingBox"])["coordinates"][0]
        west, south = (min(axis) for axis in zip(*ring, strict=True))
        east, north = (max(axis) for axis in zip(*ring, strict=True))
        return f"{west:.2f},{south:.2f},{east:.2f},{north:.2f}"


def _is_whole(document: Any) -> bool:
    if document.get("type") != "FeatureCollection":
        return False
    count = len(document["features"])
    return document.get("numberReturned", count) == count


def _size(file: Path, page: int) -> tuple[int, bool]:
    """Features on a page, and whether another one follows."""
    document = orjson.loads(file.read_bytes())
    count = len(document["features"])
    linked = any(link.get("rel") == "next" for link in document.get("links", ()))
    return count, count > 0 and (linked or count >= page)


def _own(file: Path, code: str) -> list[vector.VectorLayer]:
    layers = vector.layers(str(file), f"GRB {code} {file.stem}")
    for layer in layers:
        layer.where = f"NISCODE = '{code}'"
        layer.total = None
    return layers
