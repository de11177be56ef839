"""The rows of street pictures, as the worker reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket import statements
from processing.context import Rejected
from processing.panorama.blur import Found
from processing.panorama.sidecars import CampaignTold, Told

SQL: Final = statements.read("panoramas")


@dataclass(frozen=True, slots=True)
class Stored:
    """Of a picture: what its name, checksum and size are, and where the original is kept."""

    id: str
    campaign: str
    sha256: str
    key: str
    width: int
    height: int


def keep_campaign(connection: Connection[DictRow], told: CampaignTold, year: int) -> None:
    """Note a campaign, or what is new of it. What was declared of its blur is not taken back."""
    values: dict[str, Any] = told.model_dump() | {"year": year}
    values["title"] = Jsonb(told.title or {"nl": told.id})
    values["captured_from"] = told.captured_from or date(year, 1, 1)
    values["captured_to"] = told.captured_to or date(year, 12, 31)
    connection.execute(SQL["keep_campaign"], values)


def keep_picture(connection: Connection[DictRow], stored: Stored, told: Told, srid: int) -> None:
    """Note a picture; another one of the same name takes its place, and is not blurred yet."""
    connection.execute(SQL["forget_found"], {"panorama": stored.id})
    connection.execute(
        SQL["keep_picture"],
        {
            "id": stored.id,
            "campaign": stored.campaign,
            "sha256": stored.sha256,
            "original_key": stored.key,
            "width": stored.width,
            "height": stored.height,
            "sequence": told.sequence,
            "rank": told.rank,
            "captured_at": told.captured_at,
            "heading": told.heading_deg % 360 if told.heading_deg is not None else None,
            "pitch": told.pitch_deg,
            "roll": told.roll_deg,
            "elevation": told.elevation_m,
            "camera": told.camera,
            "lon": told.lon,
            "lat": told.lat,
            "srid": srid,
        },
    )


def same(connection: Connection[DictRow], campaign: str, sha256: str) -> str | None:
    """The picture of a campaign that has this content."""
    values = {"campaign": campaign, "sha256": sha256}
    row = connection.execute(SQL["same"], values).fetchone()
    return row["id"] if row else None


def chosen(
    connection: Connection[DictRow], campaign: str | None, panoramas: Sequence[str] | None
) -> list[str]:
    """Names of the pictures of a campaign, or of those that are named, along their tracks.

    Raises Rejected when there are none.
    """
    given = {"campaign": campaign, "panoramas": list(panoramas) if panoramas else None}
    found = [row["id"] for row in connection.execute(SQL["chosen"], given)]
    if not found:
        raise Rejected("there is no such picture")
    return found


def picture(connection: Connection[DictRow], panorama: str) -> DictRow:
    """The row of a picture. Raises Rejected when there is none any more."""
    row = connection.execute(SQL["picture"], {"id": panorama}).fetchone()
    if row is None:
        raise Rejected("there is no such picture any more")
    return row


def areas(connection: Connection[DictRow], panorama: str) -> list[Found]:
    """What is to be hidden in a picture."""
    rows = connection.execute(SQL["areas"], {"panorama": panorama})
    return [Found(**row) for row in rows]


def keep_found(
    connection: Connection[DictRow], panorama: str, found: Sequence[Found], by: str
) -> None:
    """Note what a detector found, in place of what one found before."""
    connection.execute(SQL["forget_found"], {"panorama": panorama})
    connection.execute(SQL["keep_looking"], {"panorama": panorama, "by": by})
    with connection.cursor() as cursor:
        rows = [asdict(one) | {"panorama": panorama, "by": by} for one in found]
        cursor.executemany(SQL["keep_found"], rows)


def keep_derived(connection: Connection[DictRow], panorama: str, key: str, *, whole: bool) -> None:
    """Note where what was made of a picture is; ``whole``: blurred, with all of its tiles.

    It is shown to visitors when its campaign was released, else it waits for review.
    """
    connection.execute(SQL["keep_derived"], {"id": panorama, "key": key, "whole": whole})
