"""The process panorama-tiles: from the blurred picture only, all that pages show of it."""

from __future__ import annotations

from collections.abc import Iterable

from geoloket.process import JSON, Piece
from processing.context import JobContext, PieceStatus, Rejected
from processing.panorama import making, records
from processing.panorama.processes import Chosen, TilesOutputs


def plan(context: JobContext, inputs: Chosen) -> Iterable[Piece]:
    """One piece per picture. Raises Rejected when there are none."""
    with context.connect() as connection:
        names = records.chosen(connection, inputs.campaign, inputs.panoramas)
    return [Piece(key=name[:200], item={"id": name}) for name in names]


def work(context: JobContext, inputs: Chosen, item: dict[str, JSON]) -> dict[str, JSON]:
    """Make the files of one picture. Raises Rejected when it is not blurred as it must be."""
    with context.connect() as connection:
        row = records.picture(connection, str(item["id"]))
        areas = records.areas(connection, row["id"])
    key = row["derived_key"]
    if key is None:
        raise Rejected("is not blurred yet")
    image = making.blurred(context.storage, key)
    files = making.keep_tiles(context, key, image, row["width"])
    with context.connect() as connection:
        same = making.holds(key, areas) and records.areas(connection, row["id"]) == areas
        records.keep_derived(connection, row["id"], key, whole=same)
    if not same:
        raise Rejected("areas to blur have changed since: panorama-blur must make it anew")
    return {"id": row["id"], "files": files}


def finish(context: JobContext, inputs: Chosen) -> TilesOutputs:
    """Count."""
    rejected: dict[str, str] = {}
    pictures = files = 0
    for result in context.results():
        if result.status is not PieceStatus.DONE:
            rejected[result.key] = result.reason or "failed"
            continue
        pictures += 1
        made = (result.result or {}).get("files")
        files += made if isinstance(made, int) else 0
    return TilesOutputs(pictures=pictures, files=files, rejected=rejected)
