"""The process panorama-series: a parcel through the years, each facing the same front."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import atan, degrees
from typing import Any, Final

import cv2
import numpy as np
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.imagery import Capture
from geoloket.process import JSON, Piece, StoredFile
from processing.context import JobContext, PieceStatus, Rejected
from processing.panorama import making, records
from processing.panorama.alignment import Alignment, aligned
from processing.panorama.processes import SeriesInputs, SeriesOutputs
from processing.panorama.records import SQL
from processing.panorama.sphere import Image, View, encode, window

_NARROWEST, _WIDEST = 50.0, 95.0
_PITCH: Final = 4.0
"""A little up: doors and roofs rather than the road."""
_LABEL_PX: Final = 44


@dataclass(frozen=True, slots=True)
class Shot:
    """A capture and what was cut out of it."""

    capture: Capture
    image: Image
    fov: float


def plan(context: JobContext, inputs: SeriesInputs) -> Iterable[Piece]:
    """One piece per parcel. Raises Rejected when none is seen."""
    parcels = list(dict.fromkeys(inputs.parcels))
    if not parcels:
        with context.connect() as connection:
            parcels = [row["parcel"] for row in connection.execute(SQL["seen"])]
    if not parcels:
        raise Rejected("no parcel is seen by any picture: run panorama-visibility first")
    return [Piece(key=one[:200], item={"parcel": one}) for one in parcels]


def work(context: JobContext, inputs: SeriesInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """Cut out, compare and join the pictures of one parcel. Raises Rejected when there are none."""
    parcel = str(item["parcel"])
    with context.connect() as connection:
        captures = _captures(connection, parcel)
        if not captures:
            raise Rejected("no picture sees this parcel")
        length = connection.execute(
            SQL["front_length"], {"parcel": parcel, "front": captures[0].front}
        ).fetchone()
        rows = {one.panorama: records.picture(connection, one.panorama) for one in captures}
    front_m = float(length["length_m"]) if length else 8.0
    shots = [_shot(context, inputs, c, rows[c.panorama], front_m) for c in captures]
    usable = [shot for shot in shots if shot is not None]
    if not usable:
        raise Rejected("no picture of this parcel is blurred yet")
    compared = [(one, other, aligned(one.image, other.image)) for one, other in pairwise(usable)]
    with context.connect() as connection:
        for one, other, how in compared:
            connection.execute(SQL["keep_comparison"], _comparison(parcel, one, other, how))
    for shot in usable:
        key = f"{rows[shot.capture.panorama]['derived_key']}/cutouts/{_plain(parcel)}.jpg"
        _store(context, key, shot.image)
    strip = f"jobs/{context.job}/strips/{_plain(parcel)}.jpg"
    _store(context, strip, _strip(usable))
    comparable = sum(how.verdict == "comparable" for *_, how in compared)
    return {
        "parcel": parcel,
        "pictures": len(usable),
        "years": [shot.capture.year for shot in usable],
        "comparable": comparable,
        "uncertain": len(compared) - comparable,
        "strip": strip,
    }


def finish(context: JobContext, inputs: SeriesInputs) -> SeriesOutputs:
    """Count, and tell where each strip is."""
    rejected: dict[str, str] = {}
    strips: dict[str, StoredFile] = {}
    totals = {"pictures": 0, "comparable": 0, "uncertain": 0}
    for result in context.results():
        found: dict[str, Any] = dict(result.result or {})
        if result.status is not PieceStatus.DONE:
            rejected[result.key] = result.reason or "failed"
            continue
        strips[str(found["parcel"])] = StoredFile(key=str(found["strip"]), media_type="image/jpeg")
        for name in totals:
            totals[name] += int(found[name])
    return SeriesOutputs(parcels=len(strips), strips=strips, rejected=rejected, **totals)


def _captures(connection: Connection[DictRow], parcel: str) -> list[Capture]:
    """As pages find them: the same front in every year."""
    rows = connection.execute(statements.read("imagery")["captures"], {"parcel": parcel})
    return [Capture(**row) for row in rows]


def _shot(
    context: JobContext, inputs: SeriesInputs, capture: Capture, row: DictRow, front_m: float
) -> Shot | None:
    """The cut-out that faces the front, about as wide as it; None when it is not blurred yet."""
    key = row["derived_key"]
    if key is None or not row["blurred"]:
        return None
    view = facing(capture, front_m, inputs.width, inputs.height)
    return Shot(capture, window(making.blurred(context.storage, key), view), view.fov)


def facing(capture: Capture, front_m: float, width: int, height: int) -> View:
    """A look at the front, about as wide as it."""
    wide = degrees(2 * atan(0.8 * front_m / max(capture.distance_m, 1)))
    fov = min(_WIDEST, max(_NARROWEST, wide))
    return View(capture.yaw_deg, _PITCH, fov, width, height)


def _comparison(parcel: str, one: Shot, other: Shot, how: Alignment) -> dict[str, object]:
    offset = None if how.shift_px is None else how.shift_px * other.fov / other.image.shape[1]
    return {
        "parcel": parcel,
        "earlier": one.capture.panorama,
        "later": other.capture.panorama,
        "verdict": how.verdict,
        "matches": how.matches,
        "offset": offset,
    }


def _strip(shots: list[Shot]) -> Image:
    """All years side by side, each with its year below."""
    return np.concatenate([_labelled(shot) for shot in shots], axis=1)


def _labelled(shot: Shot) -> Image:
    wide = shot.image.shape[1]
    label = np.full((_LABEL_PX, wide, 3), 255, np.uint8)
    text = str(shot.capture.year)
    (text_wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
    place = ((wide - text_wide) // 2, _LABEL_PX - 12)
    cv2.putText(label, text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.0, (40, 30, 20), 2, cv2.LINE_AA)
    return np.concatenate([shot.image, label], axis=0)


def _store(context: JobContext, key: str, image: Image) -> None:
    with context.storage.write(key) as file:
        file.write_bytes(encode(image, 88))


def _plain(parcel: str) -> str:
    """An id as part of a key: readable, and different for each id."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", parcel).strip("_-")[:60] or "p"
    return f"{plain}-{hashlib.sha256(parcel.encode()).hexdigest()[:8]}"
