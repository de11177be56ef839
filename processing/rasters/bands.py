"""What each band of a photo measures: as it is declared, described, or else as its values tell.

A fourth band is near infrared or transparency, and files say the wrong one: the regional
orthophotos mark near infrared as alpha. So a mark alone is not believed, its values are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from processing.context import Rejected

NAMES: Final = ("red", "green", "blue", "nir", "grey", "alpha")
_INFRARED: Final = ("nir", "infra", "near ir")
_SAMPLE: Final = 1024
"""Pixels on a side of what is looked at."""
_MOSTLY: Final = 0.98
_FEW: Final = 16


@dataclass(frozen=True, slots=True)
class Bands:
    """The names of a file's bands in order, and why a fourth is called what it is called."""

    names: tuple[str, ...]
    ground: str

    @property
    def shown(self) -> tuple[str, ...]:
        """Those that measure something: transparency becomes the mask of the file."""
        return tuple(name for name in self.names if name != "alpha")


def told(source: Any, declared: Sequence[str] | None) -> Bands:
    """The bands of an open dataset of rasterio. Raises Rejected when it is no photo."""
    if any(kind != "uint8" for kind in source.dtypes):
        raise Rejected(f"holds {source.dtypes[0]} samples; a photo has 8 bits (uint8) a sample")
    marks = [mark.name for mark in source.colorinterp]
    if "palette" in marks:
        raise Rejected("its values are codes with a palette, not a photo")
    if declared:
        return _declared(tuple(declared), source.count)
    match source.count:
        case 1:
            return Bands(("grey",), "one band")
        case 2 if marks[1] == "alpha":
            return _fourth(source, ("grey",), 2)
        case 3:
            return Bands(("red", "green", "blue"), "three bands")
        case 4:
            return _fourth(source, ("red", "green", "blue"), 4)
        case count:
            raise Rejected(f"has {count} bands; say in the sidecar what each of them is")


def _declared(names: tuple[str, ...], count: int) -> Bands:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise Rejected(f"bands: {unknown[0]!r} is not one of {', '.join(NAMES)}")
    if len(names) != count:
        raise Rejected(f"{len(names)} bands are declared and the file has {count}")
    if len(set(names)) < count:
        raise Rejected("bands: one of them is declared twice")
    if not ({"red", "green", "blue"} <= set(names) or "grey" in names):
        raise Rejected("bands: red, green and blue, or grey, must be there")
    return Bands(names, "declared in the sidecar")


def _fourth(source: Any, first: tuple[str, ...], band: int) -> Bands:
    """Name the last band by its description, else by its values."""
    description = (source.descriptions[band - 1] or "").lower()
    if any(word in description for word in _INFRARED) or source.colorinterp[band - 1].name == "nir":
        return Bands((*first, "nir"), "the file describes it as near infrared")
    shape = (min(_SAMPLE, source.height), min(_SAMPLE, source.width))
    values: NDArray[np.uint8] = source.read(band, out_shape=shape)
    counts: NDArray[np.int64] = np.bincount(values.ravel(), minlength=256)
    ends = float(counts[0] + counts[255]) / values.size
    different = int((counts > 0).sum())
    seen = f"{ends:.1%} of its pixels are 0 or 255, {different} values occur"
    if ends >= _MOSTLY:
        return Bands((*first, "alpha"), f"its values are those of transparency: {seen}")
    if different >= _FEW and len(first) == 3:
        marked = (
            " though it is marked as alpha" if source.colorinterp[band - 1].name == "alpha" else ""
        )
        return Bands((*first, "nir"), f"its values are those of near infrared{marked}: {seen}")
    raise Rejected(f"cannot tell what band {band} is ({seen}); say it in the sidecar")
