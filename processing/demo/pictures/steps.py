"""From drawn to shown: which runs the demo asks for, one after another, and remembers.

The invented municipality takes the way of any delivery: taken in, made unrecognisable, reviewed.
Its reviewer knows where faces and number plates are, for they were drawn: what the detector missed
in the newest campaign is pointed at, and that campaign is then released through the gate. Last, a
few parcels on which was built are set side by side, year by year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket.process import JSON

FOLDER: Final = "zandwijk"
"""Of the deliveries, below the folder incoming."""
_KEY: Final = "demo_pictures"
"""Row of ``geoloket.site`` that says how far it is."""
_PERSON: Final = "mira"
"""Of the invented staff, who asks for the runs and reviews."""
_SAMPLE: Final = 12

type Run = tuple[str, dict[str, JSON]]


def advance(connection: Connection[DictRow], home: Path) -> bool:
    """Begin what comes next when what was begun has ended; True when nothing is left to do.

    Called again and again, by a connection of the owner that commits after each call.
    """
    row = connection.execute("SELECT value FROM site WHERE key = 'demo'").fetchone()
    if row is None:
        return True
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_KEY])
    state = _state(connection)
    if _running(connection, [UUID(one) for one in state["jobs"]]):
        return False
    step = state["step"] + 1
    if step > _LAST:
        return True
    runs = list(_begun(connection, step, home))
    jobs = [_submit(connection, name, inputs) for name, inputs in runs]
    _remember(connection, step, jobs)
    return False


def told(connection: Connection[DictRow], *, asked: bool) -> str | None:
    """For who starts the demo: what there is to see; None when there are no pictures to come.

    ``asked``: whether the demo makes what is missing.
    """
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM site WHERE key = 'demo') AS invented, "
        "EXISTS (SELECT FROM panoramas WHERE retired_on IS NULL) AS there"
    ).fetchone()
    if row and row["invented"] and asked and not _finished(_state(connection), connection):
        return "parcels through the years, which are made now: some minutes"
    return "parcels through the years" if row and row["there"] else None


def _finished(state: dict[str, Any], connection: Connection[DictRow]) -> bool:
    jobs = [UUID(one) for one in state["jobs"]]
    return state["step"] >= _LAST and not _running(connection, jobs)


def _begun(connection: Connection[DictRow], step: int, home: Path) -> Iterator[Run]:
    """The runs of a step; what it needs done in the database is done at once."""
    campaigns = sorted(one.name for one in (home / "incoming" / FOLDER / "straat").glob("[!.]*"))
    newest = campaigns[-1:]
    match step:
        case 1:
            yield "demo-pictures", {}
        case 2:
            for name in reversed(campaigns):
                yield "panorama-ingest", {"folder": f"{FOLDER}/straat/{name}"}
            yield "orthophoto-ingest", {"folder": f"{FOLDER}/lucht", "review_state": "reviewed"}
        case 3:
            yield "panorama-visibility", {}
            for name in reversed(campaigns):
                yield "panorama-blur", {"campaign": name}
        case 4:
            for name in newest:
                yield from _pointed_at(connection, home, name)
        case 5:
            for name in newest:
                _review(connection, name)
        case 6:
            parcels = _built_on(connection, home, campaigns)
            if parcels:
                yield "panorama-series", {"parcels": parcels}
        case _:
            return


_LAST: Final = 6
_SERIES: Final = 3
"""Parcels that are set side by side: a few seconds of work."""


def _built_on(connection: Connection[DictRow], home: Path, campaigns: list[str]) -> list[JSON]:
    """Parcels on which a house came between the first campaign and the last: the best in sight."""
    if len(campaigns) < 2:
        return []
    first, last = (_truth(home, name) for name in (campaigns[0], campaigns[-1]))
    keys = [
        one["parcel"] for one in last["changes"]
        if one["kind"] in {"new", "rebuilt"}
        and first["driven_on"] < one["seen_from"] <= last["driven_on"]
    ]  # fmt: skip
    found = connection.execute(
        "SELECT s.parcel FROM imagery.sights AS s JOIN panoramas AS p ON p.id = s.panorama "
        "JOIN parcels AS l ON l.id = s.parcel WHERE l.capakey = ANY(%s) AND p.blurred "
        "GROUP BY s.parcel HAVING count(DISTINCT p.campaign) > 1 "
        "ORDER BY count(DISTINCT p.campaign) DESC, max(s.score) DESC, s.parcel LIMIT %s",
        [keys, _SERIES],
    )
    return [row["parcel"] for row in found]


def _truth(home: Path, campaign: str) -> dict[str, Any]:
    file = home / "incoming" / FOLDER / "straat" / campaign / "truth.json"
    return json.loads(file.read_text(encoding="utf-8"))


def _pointed_at(connection: Connection[DictRow], home: Path, campaign: str) -> Iterator[Run]:
    """Areas over all faces and plates that were drawn, a little larger; then they are made."""
    truth = _truth(home, campaign)
    found = connection.execute(
        "SELECT id, width, height FROM panoramas WHERE campaign = %s", [campaign]
    ).fetchall()
    sizes = {row["id"]: (row["width"], row["height"]) for row in found}
    for file, shown in truth["panoramas"].items():
        name = f"{campaign}-{Path(file).stem}"
        for kind, boxes in (("face", shown["faces"]), ("plate", shown["plates"])):
            for box in cast(list[dict[str, float]], boxes) if name in sizes else []:
                _point_at(connection, name, kind, box, sizes[name])
    if sizes:
        yield "panorama-blur", {"campaign": campaign}


def _point_at(
    connection: Connection[DictRow], name: str, kind: str, box: dict[str, float],
    size: tuple[int, int],
) -> None:  # fmt: skip
    edge_x, edge_y = 0.35 * box["width"] + 2, 0.35 * box["height"] + 2
    connection.execute(
        "SELECT imagery.add_area(%s, %s, %s, %s, %s, %s, 'staff', %s)",
        [
            name, kind, ((box["x"] - edge_x) / size[0]) % 1, (box["y"] - edge_y) / size[1],
            (box["width"] + 2 * edge_x) / size[0], (box["height"] + 2 * edge_y) / size[1], _PERSON,
        ],
    )  # fmt: skip


def _review(connection: Connection[DictRow], campaign: str) -> None:
    """A sample is drawn, found clean and the campaign released, as staff would do it."""
    connection.execute("SELECT imagery.draw_sample(%s, %s)", [campaign, _SAMPLE])
    sample = connection.execute(
        "SELECT panorama FROM imagery.review_samples WHERE campaign = %s AND verdict IS NULL",
        [campaign],
    ).fetchall()
    for row in sample:
        connection.execute(
            "SELECT imagery.judge(%s, %s, 'clean', %s)", [campaign, row["panorama"], _PERSON]
        )
    connection.execute("SELECT imagery.release(%s, %s)", [campaign, _PERSON])


def _state(connection: Connection[DictRow]) -> dict[str, Any]:
    row = connection.execute("SELECT value FROM site WHERE key = %s", [_KEY]).fetchone()
    return row["value"] if row else {"step": 0, "jobs": []}


def _running(connection: Connection[DictRow], jobs: list[UUID]) -> bool:
    row = connection.execute(
        "SELECT count(*) AS n FROM jobs.job WHERE id = ANY(%s) AND "
        "status IN ('accepted', 'running')",
        [jobs],
    ).fetchone()
    return bool(row and row["n"])


def _submit(connection: Connection[DictRow], name: str, inputs: dict[str, JSON]) -> str:
    row = connection.execute(
        "SELECT jobs.submit(%s, %s, '{}', %s) AS id", [name, Jsonb(inputs), _PERSON]
    ).fetchone()
    return str(row["id"]) if row else ""


def _remember(connection: Connection[DictRow], step: int, jobs: list[str]) -> None:
    connection.execute(
        "INSERT INTO site (key, value) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [_KEY, Jsonb({"step": step, "jobs": jobs, "on": date.today().isoformat()})],
    )
