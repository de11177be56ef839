"""The process panorama-ingest: a delivery looked over, and taken in picture by picture."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.process import JSON, Piece
from processing.context import JobContext, PieceStatus, Rejected
from processing.panorama import records, sidecars
from processing.panorama.checking import looked_over, own_words
from processing.panorama.delivery import Delivery, named
from processing.panorama.processes import IngestInputs, IngestOutputs
from processing.panorama.records import SQL
from processing.panorama.sidecars import CampaignTold, Told
from processing.panorama.tracks import Step, steadied


def plan(context: JobContext, inputs: IngestInputs) -> Iterable[Piece]:
    """One piece per picture, with what is told beside it. Raises Rejected."""
    delivery = Delivery(context.settings.home, inputs.folder)
    beside = sidecars.read(delivery)
    campaign = _campaign(inputs, beside.campaign, delivery.stem)
    pictures = delivery.pictures()
    if not pictures:
        raise Rejected("folder: there is no JPEG in it")
    year = campaign.year or _year(delivery, pictures, beside.told.values())
    with context.connect() as connection:
        records.keep_campaign(connection, campaign, year)
    return _pieces(pictures, beside.told, campaign.id)


def work(context: JobContext, inputs: IngestInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """Take in one picture; what is there already changes nothing. Raises Rejected, with why."""
    told = Told.model_validate(item["told"]) if isinstance(item.get("told"), dict) else None
    if told is None and item.get("told"):
        raise Rejected(f"what is told beside it cannot be used: {item['told']}")
    data = Delivery(context.settings.home, inputs.folder).read(str(item["member"]))
    digest, name = hashlib.sha256(data).hexdigest(), str(item["id"])
    with context.connect() as connection:
        there = records.same(connection, str(item["campaign"]), digest)
    if there == name:
        return {"id": name, "same": True, "compass": False}
    if there:
        raise Rejected(f"is the same picture as {there}")
    size, own = looked_over(data), own_words(data, sphere_told=told is not None)
    known = told or own
    if known is None:
        raise Rejected("nothing tells where and when it was taken: no EXIF, and no sidecar")
    key = f"originals/panoramas/{digest[:2]}/{digest}.jpg"
    with context.storage.write(key) as file:
        file.write_bytes(data)
    stored = records.Stored(name, str(item["campaign"]), digest, key, size.width, size.height)
    with context.connect() as connection:
        records.keep_picture(connection, stored, known, context.settings.storage_srid)
    return {"id": name, "same": False, "compass": known.compass or known.heading_deg is None}


def finish(context: JobContext, inputs: IngestInputs) -> IngestOutputs:
    """Straighten headings by their tracks, and count."""
    rejected: dict[str, str] = {}
    compass: set[str] = set()
    taken = unchanged = 0
    for result in context.results():
        found = result.result or {}
        if result.status is not PieceStatus.DONE:
            rejected[result.key] = result.reason or "failed"
        elif found.get("same"):
            unchanged += 1
        else:
            taken += 1
            if found.get("compass"):
                compass.add(str(found["id"]))
    delivery = Delivery(context.settings.home, inputs.folder)
    campaign = _campaign(inputs, sidecars.read(delivery).campaign, delivery.stem).id
    with context.connect() as connection:
        steadied_count = _steady(connection, campaign, compass)
        connection.execute(SQL["release_declared"], {"campaign": campaign})
    return IngestOutputs(
        campaign=campaign,
        taken=taken,
        unchanged=unchanged,
        headings_from_track=steadied_count,
        rejected=rejected,
    )


def _campaign(inputs: IngestInputs, told: CampaignTold | None, stem: str) -> CampaignTold:
    """What the delivery tells of itself, else what was filled in."""
    if told is not None:
        return told
    name = inputs.campaign or re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:80] or "campagne"
    return CampaignTold(
        id=name,
        title={"nl": inputs.title or name},
        year=inputs.year,
        supplier=inputs.supplier,
        licence=inputs.licence,
        supplier_blurred=inputs.supplier_blurred,
    )


def _year(delivery: Delivery, pictures: list[str], told: Iterable[Told | str]) -> int:
    """That of the first picture that tells when it was taken."""
    for one in told:
        if isinstance(one, Told):
            return one.captured_at.year
    for name in pictures:
        try:
            own = own_words(delivery.read(name), sphere_told=True)
        except Rejected:
            continue
        if own:
            return own.captured_at.year
    raise Rejected("year: nothing in the delivery tells it, so it must be filled in")


def _pieces(pictures: list[str], told: dict[str, Told | str], campaign: str) -> Iterator[Piece]:
    used: dict[str, int] = {}
    for member in pictures:
        file, stem = named(member)
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:100] or "beeld"
        used[plain] = used.get(plain, 0) + 1
        name = f"{campaign}-{plain}" + (f"-{used[plain]}" if used[plain] > 1 else "")
        about = told.get(file)
        document: JSON = about.model_dump(mode="json") if isinstance(about, Told) else about
        item: dict[str, JSON] = {"member": member, "id": name, "campaign": campaign}
        yield Piece(key=member[:200], item=item | {"told": document})


def _steady(connection: Connection[DictRow], campaign: str, compass: set[str]) -> int:
    rows = connection.execute(SQL["tracks"], {"campaign": campaign}).fetchall()
    changed: dict[str, float] = {}
    for _, some in groupby(rows, key=lambda row: row["sequence"]):
        track = [_step(row, compass) for row in some]
        found = steadied(track)
        changed |= {name: heading for name, heading in found.items() if name in compass}
    values = [{"id": name, "heading": heading} for name, heading in changed.items()]
    with connection.cursor() as cursor:
        cursor.executemany(SQL["keep_heading"], values)
    return len(changed)


def _step(row: dict[str, Any], compass: set[str]) -> Step:
    return Step(row["id"], row["lon"], row["lat"], row["heading_deg"], row["id"] in compass)
