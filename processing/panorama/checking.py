"""Whether a file is a whole equirectangular picture, and what it says of itself (EXIF, GPano)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from geopic_tag_reader.reader import GeoPicTags, PartialExifException, readPictureMetadata
from PIL import Image, ImageFile, UnidentifiedImageError

from processing.context import Rejected
from processing.panorama.sidecars import Told

NARROWEST: Final = 512
_LARGEST_PX: Final = 170_000_000
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_ORIENTATION: Final = 0x0112


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a picture when it is upright."""

    width: int
    height: int


def looked_over(data: bytes) -> Size:
    """The size of a whole panorama. Raises Rejected, with the reason, for anything else."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows it where it was imported before
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.format not in ("JPEG", "MPO"):
                raise Rejected(f"is no JPEG but {picture.format}")
            width, height = picture.size
            if picture.getexif().get(_ORIENTATION) in _SIDEWAYS:
                width, height = height, width
            if abs(width - 2 * height) > 2:
                raise Rejected(
                    f"is {width} by {height} pixels: a 360° picture is twice as wide as high"
                )
            if width < NARROWEST:
                raise Rejected(f"is {width} pixels wide: too small to see anything")
            if width * height > _LARGEST_PX:
                raise Rejected(f"is {width} pixels wide: larger than we can handle")
            picture.draft("RGB", (width // 8, height // 8))
            picture.load()  # to the last byte: half a picture is told
    except Rejected:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as no:
        raise Rejected(f"cannot be read as a picture: {str(no)[:120]}") from None
    return Size(width, height)


def own_words(data: bytes, *, sphere_told: bool = False) -> Told | None:
    """What the picture says of itself; None when it does not say where and when.

    ``sphere_told``: a sidecar tells that it is a panorama. Raises Rejected when it says itself
    that it is cropped, or when nothing says that it is a sphere.
    """
    try:
        tags = readPictureMetadata(data)
    except PartialExifException as partial:
        if partial.tags.crop:
            raise Rejected("shows a part of the sphere only (GPano crop)") from None
        return None
    except Exception as fault:  # the reader hands on whatever EXIF libraries raise
        if isinstance(fault, (MemoryError, RecursionError)):
            raise
        return None
    if tags.crop:
        raise Rejected("shows a part of the sphere only (GPano crop)")
    if tags.type != "equirectangular" and not sphere_told:
        raise Rejected("is a flat photo: it says nothing of a sphere (GPano), nor does a sidecar")
    return _told(tags)


def _told(tags: GeoPicTags) -> Told:
    # GPano has the heading of the centre as yaw where the GPS has none.
    heading = tags.heading if tags.heading is not None else tags.yaw
    camera = " ".join(filter(None, [tags.make, tags.model])).replace("\0", "")
    return Told(
        lon=tags.lon,
        lat=tags.lat,
        captured_at=tags.ts if tags.ts.tzinfo else tags.ts.replace(tzinfo=UTC),
        elevation_m=tags.altitude,
        heading_deg=heading,
        pitch_deg=tags.pitch or 0.0,
        roll_deg=tags.roll or 0.0,
        camera=camera[:200] or None,
        compass=True,
    )
