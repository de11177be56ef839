"""What is told beside the pictures: of each where and when it was taken, and how the camera stood.

Four shapes are read: ``panoramas.json`` (ours: campaign and pictures), a CSV with the same columns,
a JSON per picture as the city of Amsterdam has it, and a track as GeoJSON with the names of the
pictures on it. What a JSON beside a picture tells goes before what a track tells.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from math import hypot
from typing import Any, Final, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from processing.context import Rejected
from processing.panorama.delivery import Delivery, named
from processing.panorama.tracks import Step, steadied

_NEAR_DEG: Final = 1e-4
"""About ten metres."""


class Told(BaseModel):
    """What is known of a picture before it is opened."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    captured_at: AwareDatetime
    elevation_m: float | None = Field(default=None, allow_inf_nan=False)
    heading_deg: float | None = Field(default=None, allow_inf_nan=False)
    pitch_deg: float = Field(default=0, ge=-90, le=90, allow_inf_nan=False)
    roll_deg: float = Field(default=0, ge=-180, le=180, allow_inf_nan=False)
    sequence: str | None = Field(default=None, max_length=200)
    rank: int | None = None
    camera: str | None = Field(default=None, max_length=200)
    compass: bool = False
    """The heading is that of a compass, which jitters; else it was worked out by a supplier."""


class CampaignTold(BaseModel):
    """What a delivery tells of itself."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    title: dict[str, str] = Field(default_factory=dict[str, str])
    year: int | None = Field(default=None, ge=1850, le=2200)
    captured_from: date | None = None
    captured_to: date | None = None
    supplier: str | None = None
    licence: str | None = None
    supplier_blurred: bool = False


class Sidecars(BaseModel):
    """All that stands beside the pictures of a delivery: by file name."""

    campaign: CampaignTold | None = None
    told: dict[str, Told | str] = Field(default_factory=dict[str, Told | str])
    """A text is what is wrong with what was told of that picture."""


def read(delivery: Delivery) -> Sidecars:
    """Read all of them. Raises Rejected for a panoramas.json that is none."""
    campaign: CampaignTold | None = None
    told: dict[str, Told | str] = {}
    tracks: list[dict[str, Any]] = []
    names = delivery.names()
    pictures = {named(name)[1]: named(name)[0] for name in delivery.pictures()}
    for name in sorted(names, key=lambda one: named(one)[0] != "panoramas.json"):
        file, stem = named(name)
        low = file.lower()
        if file == "panoramas.json":
            document = _json(delivery, name)
            campaign = _campaign(document.get("campaign"))
            found = _listed(document.get("panoramas"))
        elif low.endswith(".csv"):
            found = _table(delivery.read(name))
        elif low.endswith(".geojson"):
            track = list(_track(_json(delivery, name)))
            tracks += (row for _, row in track)
            found = ((pictures[one], row) for one, row in track if one in pictures)
        elif low.endswith(".json") and stem in pictures:
            found = ((pictures[stem], _amsterdam(_json(delivery, name))),)
        else:
            continue
        for one, row in found:
            if low.endswith(".geojson") and isinstance(told.get(one), Told):
                continue  # what lies beside the picture is nearer to it
            told[one] = _checked(row)
    along = {one: _along(about, tracks) for one, about in told.items()}
    return Sidecars(campaign=campaign, told=along)


def _along(about: Told | str, tracks: list[dict[str, Any]]) -> Told | str:
    """With the heading of the track that it lies on, where it tells none itself."""
    if isinstance(about, str) or about.heading_deg is not None:
        return about
    near = [row for row in tracks if row["sequence"] == about.sequence]
    if not near:
        return about
    # A degree of longitude is about 0.6 of one of latitude here.
    apart = {id(r): hypot(0.6 * (r["lon"] - about.lon), r["lat"] - about.lat) for r in near}
    place = min(near, key=lambda row: apart[id(row)])
    if apart[id(place)] > _NEAR_DEG or place["heading_deg"] is None:
        return about
    return about.model_copy(update={"heading_deg": place["heading_deg"], "compass": False})


def _checked(row: Mapping[str, Any]) -> Told | str:
    try:
        return Told.model_validate(
            {key: value for key, value in row.items() if value not in ("", None)}
        )
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _json(delivery: Delivery, name: str) -> dict[str, Any]:
    try:
        document = json.loads(delivery.read(name))
    except (ValueError, RecursionError):
        raise Rejected(f"{named(name)[0]}: is no JSON") from None
    if not isinstance(document, dict):
        raise Rejected(f"{named(name)[0]}: is no object")
    return cast("dict[str, Any]", document)


def _campaign(document: object) -> CampaignTold | None:
    if document is None:
        return None
    try:
        return CampaignTold.model_validate(document)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Rejected(f"panoramas.json: campaign.{where}: {first['msg']}") from None


def _listed(rows: object) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in cast("list[Any]", rows) if isinstance(rows, list) else ():
        if isinstance(row, dict) and "file" in row:
            about = cast("dict[str, Any]", row)
            yield named(str(about["file"]))[0], about


def _table(content: bytes) -> Iterable[tuple[str, dict[str, Any]]]:
    """A CSV with a column ``file``; semicolons and commas, and moments without zone as UTC."""
    text = content.decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    for row in csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ","):
        given = {str(key): value for key, value in row.items() if isinstance(value, str)}
        if given.get("file"):
            moment = given.get("captured_at", "")
            try:
                at = datetime.fromisoformat(moment)
                given["captured_at"] = (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
            except ValueError:
                pass  # it is told when the row is checked
            yield named(given["file"])[0], given | {"compass": True}


def _amsterdam(document: dict[str, Any]) -> dict[str, Any]:
    geometry: Any = document.get("geometry")
    try:
        lon, lat, *up = geometry["coordinates"]
    except (TypeError, KeyError, ValueError):
        lon, lat, up = None, None, []
    name = str(document.get("pano_id", ""))
    rank = name.rpartition("_")[2]
    return {
        "lon": lon,
        "lat": lat,
        "elevation_m": up[0] if up else None,
        "captured_at": document.get("timestamp"),
        "heading_deg": document.get("heading"),
        "pitch_deg": document.get("pitch"),
        "roll_deg": document.get("roll"),
        "sequence": name.partition("_")[0],
        "rank": rank if rank.isdigit() else None,
        "compass": True,
    }


def _track(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of the picture and what the track tells of it: its place, rank and heading along it."""
    rank = 0
    try:
        about = document["properties"]["coordinateProperties"]
        lines = document["geometry"]["coordinates"]
        for line, names, moments in zip(lines, about["imageId"], about["capturedAt"], strict=True):
            track = [Step(str(n), at[0], at[1], None, False) for n, at in enumerate(line)]
            headings = steadied(track)
            for step, name, at in zip(track, names, moments, strict=True):
                rank += 1
                row = {"lon": step.lon, "lat": step.lat, "captured_at": at, "rank": rank}
                row |= {"sequence": str(document.get("id", "")), "camera": None}
                yield str(name), row | {"heading_deg": headings.get(step.id)}
    except (KeyError, TypeError, ValueError, IndexError):
        return
