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
from typing import Any, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from processing.context import Rejected
from processing.panorama.delivery import Delivery, named


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
            found = (
                (pictures[one], row)
                for one, row in _track(_json(delivery, name))
                if one in pictures
            )
        elif low.endswith(".json") and stem in pictures:
            found = ((pictures[stem], _amsterdam(_json(delivery, name))),)
        else:
            continue
        for one, row in found:
            fresh = _checked(row)
            if low.endswith(".geojson") and isinstance(held := told.get(one), Told):
                # A JSON beside the picture is nearer to it, but knows of no track.
                fresh = held.model_copy(update={"sequence": row["sequence"], "rank": row["rank"]})
            told[one] = fresh
    return Sidecars(campaign=campaign, told=told)


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
    number, _, rank = str(document.get("pano_id", "")).rpartition("_")
    return {
        "lon": lon,
        "lat": lat,
        "elevation_m": up[0] if up else None,
        "captured_at": document.get("timestamp"),
        "heading_deg": document.get("heading"),
        "pitch_deg": document.get("pitch"),
        "roll_deg": document.get("roll"),
        "sequence": number,
        "rank": rank if rank.isdigit() else None,
        "compass": True,
    }


def _track(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of the picture and what the track tells of it; rank by the order along it."""
    rank = 0
    try:
        about = document["properties"]["coordinateProperties"]
        lines = document["geometry"]["coordinates"]
        for line, names, moments in zip(lines, about["imageId"], about["capturedAt"], strict=True):
            for place, name, at in zip(line, names, moments, strict=True):
                rank += 1
                row = {"lon": place[0], "lat": place[1], "captured_at": at, "compass": True}
                yield str(name), row | {"sequence": str(document.get("id", "")), "rank": rank}
    except (KeyError, TypeError, ValueError, IndexError):
        return
