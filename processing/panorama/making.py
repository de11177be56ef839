"""What is made of a picture, in a folder of its own whose name follows from what went into it.

So a run that is done twice makes the same files under the same name, and a picture that is being
made anew leaves the former one as it is until it is whole.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any, Final

from geoloket.storage import Storage
from processing.context import JobContext, Rejected
from processing.panorama import tiling
from processing.panorama.blur import Found
from processing.panorama.sphere import Image, decode, encode

BLURRED: Final = "blurred.jpg"
QUALITY: Final = 92


def folder_of(row: dict[str, Any], areas: list[Found], by: str) -> str:
    """The key of the folder of a picture that is blurred so; its end tells the areas."""
    parts = [row["sha256"], by, tiling.VERSION, row["pitch_deg"], row["roll_deg"]]
    return f"{folder_of_all(row['id'])}/{_digest(parts)}{_areas(areas)}"


def folder_of_all(panorama: str) -> str:
    """The key below which everything is that was ever made of a picture."""
    return f"derived/panoramas/{panorama}"


def holds(key: str, areas: list[Found]) -> bool:
    """Whether exactly these areas are blurred in what is in that folder."""
    return key.endswith(_areas(areas))


def _areas(areas: list[Found]) -> str:
    return _digest([(a.x, a.y, a.width, a.height) for a in areas])


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()[:12]


def original(storage: Storage, row: dict[str, Any]) -> bytes:
    """The original of a picture. Raises Rejected when it was deleted, or is not what it was."""
    key = row["original_key"]
    if key is None or not storage.exists(key):
        raise Rejected("its original was deleted")
    data = storage.path(key).read_bytes()
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise Rejected("its original is not what was taken in: its checksum differs")
    return data


def keep_blurred(storage: Storage, key: str, image: Image) -> None:
    """Store the blurred picture itself, of which all that is shown is made."""
    with storage.write(f"{key}/{BLURRED}") as file:
        file.write_bytes(encode(image, QUALITY))


def blurred(storage: Storage, key: str) -> Image:
    """The blurred picture. Raises Rejected when it is not there."""
    name = f"{key}/{BLURRED}"
    if not storage.exists(name):
        raise Rejected("is not blurred yet")
    return decode(storage.path(name).read_bytes())


def keep_tiles(context: JobContext, key: str, image: Image, width: int) -> int:
    """Store thumbnail, preview and tiles; how many files."""
    made = 0
    with context.storage.writing() as files:
        for name, content in tiling.derive(image, width):
            with files.write(f"{key}/{name}") as file:
                file.write_bytes(content)
            made += 1
        if made != tiling.count(width):
            raise RuntimeError(f"{made} files were made of {tiling.count(width)}")
    return made


def forget(storage: Storage, key: str | None, but: str) -> None:
    """Remove what was made before, unless it is what was made now."""
    if key is None or key == but or not storage.exists(f"{key}/{BLURRED}"):
        return
    folder: Path = storage.path(f"{key}/{BLURRED}").parent
    shutil.rmtree(folder, ignore_errors=True)
