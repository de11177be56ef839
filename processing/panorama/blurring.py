"""The process panorama-blur: people made unrecognisable, picture by picture."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from geoloket.process import JSON, Piece
from geoloket.settings import ImagerySettings
from processing.context import JobContext, PieceStatus
from processing.panorama import making, records
from processing.panorama.blur import Blurrer
from processing.panorama.blur.faces import CenterFace
from processing.panorama.blur.hiding import hide
from processing.panorama.blur.service import BlurService
from processing.panorama.processes import BlurInputs, BlurOutputs
from processing.panorama.sphere import Image, decode, levelled


def plan(context: JobContext, inputs: BlurInputs) -> Iterable[Piece]:
    """One piece per picture. Raises Rejected when there are none."""
    with context.connect() as connection:
        names = records.chosen(connection, inputs.campaign, inputs.panoramas)
    return [Piece(key=name[:200], item={"id": name}) for name in names]


def work(context: JobContext, inputs: BlurInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """Blur one picture, and make its tiles where asked. Raises Rejected and Transient."""
    with context.connect() as connection:
        row = records.picture(connection, str(item["id"]))
        before = records.areas(connection, row["id"])
    blurrer = chosen(context.settings.imagery)
    if (
        row["original_key"] is None
    ):  # what is left is blurred: more can be hidden in it, and nothing brought back
        areas, by = before, "kept"
        image = hide(making.blurred(context.storage, row["derived_key"] or "none"), areas)
    else:
        image = _upright(context, row)
        looked = row["derived_key"] is not None and not inputs.again
        if not looked or not isinstance(blurrer, CenterFace):  # a service does not tell areas
            done = blurrer.blur(image)
            image = done.image
            if not looked:
                with context.connect() as connection:
                    records.keep_found(connection, row["id"], done.areas, blurrer.name)
                    before = records.areas(connection, row["id"])
        areas, by = before, blurrer.name
        image = hide(image, areas)
    key = making.folder_of(row, areas, by)
    making.keep_blurred(context.storage, key, image)
    files = making.keep_tiles(context, key, image, row["width"]) if inputs.tiles else 0
    with context.connect() as connection:
        # An area that somebody added meanwhile is not in it: then it is not whole yet.
        same = records.areas(connection, row["id"]) == areas
        records.keep_derived(connection, row["id"], key, whole=inputs.tiles and same)
    making.forget(context.storage, row["derived_key"], key)
    return {"id": row["id"], "areas": len(areas), "files": files}


def finish(context: JobContext, inputs: BlurInputs) -> BlurOutputs:
    """Count."""
    rejected: dict[str, str] = {}
    pictures = areas = 0
    for result in context.results():
        if result.status is not PieceStatus.DONE:
            rejected[result.key] = result.reason or "failed"
            continue
        pictures += 1
        found = (result.result or {}).get("areas")
        areas += found if isinstance(found, int) else 0
    return BlurOutputs(pictures=pictures, areas=areas, rejected=rejected)


def _upright(context: JobContext, row: dict[str, Any]) -> Image:
    whole = decode(making.original(context.storage, row))
    return levelled(whole, row["pitch_deg"] or 0.0, row["roll_deg"] or 0.0)


@lru_cache(maxsize=2)
def _made(url: str | None, threshold: float) -> Blurrer:
    return BlurService(url) if url else CenterFace(threshold)


def chosen(settings: ImagerySettings) -> Blurrer:
    """The plug-in that the settings name; the network of our own is read once per process."""
    return _made(settings.blur_url, settings.blur_threshold)
