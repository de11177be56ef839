"""What a resident does, in Chromium: from an address to a permit, follow it, hear of it, and stop.

The whole way with scripts, without them and by keyboard alone; in the invented municipality, and in
Leuven, whose parcels and addresses are real. Mail is read from a real server on loopback.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.post import PostOffice, link_in, text_of
from fixtures.server import serving, settings_for
from fixtures.towns import Town, path_of

from geoloket.permits import PermitDesk
from processing.importing.importer import run_import
from web.words import BRUSSELS

pytestmark = pytest.mark.browser

JAN = "jan.peeters@voorbeeld.be"
WALK = Path(__file__).parents[1] / "browser" / "resident.mjs"
MANNERS = ["scripts", "plain", "keyboard"]


@dataclass(frozen=True)
class Quest:
    """What somebody types, and the pages that this must lead to."""

    address: str
    parcel: str
    permit: str
    title: str
    mailbox: str = JAN


def today() -> date:
    return datetime.now(BRUSSELS).date()


def in_chromium(base: str, stretch: str, path: str, manner: str, **wanted: str) -> None:
    """One stretch of the way, up to where the mail must be read."""
    done = subprocess.run(
        ["node", WALK, stretch, path, manner, json.dumps(wanted)],
        env=os.environ | {"GEOLOKET_BASE_URL": base},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def walk(
    town: Town, office: PostOffice, manner: str, quest: Quest, event: Callable[[], str]
) -> None:
    """The whole way; ``event`` makes something happen to the file and names its new status."""
    town.worker()
    with serving(town.dsn, town.home, **town.settings) as base:
        in_chromium(base, "follow", "/", manner, **asdict(quest))
        confirm = path_of(link_in(office.wait(JAN), "/bevestig/"))
        in_chromium(base, "confirm", confirm, manner, found=quest.permit)
        became = event()
        news = office.wait(JAN, 2)
        assert news["Subject"] == f"{quest.permit}: {became}"
        assert f"http://loket.example/vergunning/{quest.permit}" in text_of(news)
        stop = path_of(link_in(news, "/stop/"))
        in_chromium(base, "stop", stop, manner, found="Je volgt dit niet meer")
        town.change(quest.permit, "granted")
        with httpx.Client(base_url=base, timeout=60) as client:
            client.post("/meldingen", data={"deed": "mine", "email": JAN})
        last = office.wait(JAN, 3)
        assert last["Subject"] == "Alles wat je volgt", "nothing came of the last change"


@pytest.mark.parametrize("manner", MANNERS)
def test_in_the_invented_municipality(town: Town, post_office: PostOffice, manner: str) -> None:
    """The applicant withdraws: an event of the file, from which the desk derives its status."""
    with town.owner() as owner:
        found = owner.execute(
            "SELECT id, title FROM permits WHERE status = 'public_inquiry' "
            "AND capakeys LIKE '%99001A0123/00B000%' ORDER BY id"
        ).fetchone()
    assert found

    def withdrawn() -> str:
        with town.owner() as owner, owner.transaction():
            owner.execute(
                "INSERT INTO permit_events (permit_id, seq, code, happened_on, source) "
                "SELECT permit_id, max(seq) + 1, 'withdrawn', %s, 'test' FROM permit_events "
                "WHERE permit_id = %s GROUP BY permit_id",
                [today(), found["id"]],
            )
            PermitDesk().refresh(owner, today())
        return "Ingetrokken"

    quest = Quest(
        "Kerkstraat 12, 9999 Zandwijk", "/perceel/99001A0123-00B000", found["id"], found["title"]
    )
    walk(town, post_office, manner, quest, withdrawn)


@pytest.mark.parametrize("manner", MANNERS)
def test_in_leuven(leuven: Town, post_office: PostOffice, manner: str) -> None:
    """Leuven has no permits in the open: a delivery is made, on parcels that are there."""
    spots = addressed_parcels(leuven)
    number = "OMV_2026000007"
    deliver(leuven, spots, number, "under_review")
    spot = spots[int(number[-3:])]
    quest = Quest(spot["address"], f"/perceel/{spot['parcel']}", number, f"Verbouwing {spot['n']}")

    def inquiry_opens() -> str:
        deliver(leuven, spots, number, "public_inquiry")
        return "Openbaar onderzoek loopt"

    walk(leuven, post_office, manner, quest, inquiry_opens)


def addressed_parcels(town: Town) -> list[dict[str, Any]]:
    """Parcels with one address of their own, which no other address in Leuven is written as."""
    with town.owner() as owner:
        rows = owner.execute(
            """
            SELECT row_number() OVER (ORDER BY parcel.id) - 1 AS n, parcel.id AS parcel,
                min(parcel.capakey) AS capakey, min(address.full_address) AS address,
                min(ST_AsGeoJSON(parcel.geom_crs84)) AS geometry
            FROM geoloket.parcels AS parcel
            JOIN geoloket.addresses AS address
                ON ST_Intersects(parcel.geom_crs84, address.geom_crs84)
            WHERE address.street_name = 'Naamsesteenweg'
            GROUP BY parcel.id
            HAVING count(*) = 1
            ORDER BY parcel.id
            LIMIT 20
            """
        ).fetchall()
    assert len(rows) == 20
    return rows


def deliver(town: Town, spots: list[dict[str, Any]], number: str, status: str) -> None:
    """Import a file on each of these parcels; the one of this number has this status."""
    features: list[dict[str, Any]] = []
    for spot in spots:
        file_number = f"OMV_2026{spot['n']:06d}"
        facts = {
            "id": file_number,
            "file_number": file_number,
            "title": f"Verbouwing {spot['n']}",
            "procedure": "ordinary",
            "authority": "municipality",
            "project_types": "building_works",
            "status": "under_review",
            "status_on": (today() - timedelta(days=9)).isoformat(),
            "submitted_on": (today() - timedelta(days=30)).isoformat(),
            "address": spot["address"],
            "capakeys": spot["capakey"],
            "nis_code": "24062",
        }
        if file_number == number and status == "public_inquiry":
            facts |= {
                "status": status,
                "status_on": today().isoformat(),
                "inquiry_from": today().isoformat(),
                "inquiry_until": (today() + timedelta(days=29)).isoformat(),
            }
        geometry = json.loads(spot["geometry"])
        features.append({"type": "Feature", "properties": facts, "geometry": geometry})
    file = town.home / "permits.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = run_import(settings_for(town.dsn, town.home), "permits", [str(file)])
    assert (report.read, report.rejected) == (len(spots), 0)
