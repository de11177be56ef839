"""Events on the map: those that go on or are to come, whatever their request says of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures.mvt import decoded
from fixtures.server import settings_for

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.database import connect
from geoloket.hall import Hall
from ogc.schemes import WEB_MERCATOR
from ogc.tilejson import document

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
EVENTS = {
    "over": (NOW - 3 * DAY, NOW - DAY),
    "over, and its end is not known": (NOW - 2 * DAY, None),
    "never dated": (None, None),
    "going on": (NOW - DAY, NOW + DAY),
    "going on, and its end is not known": (NOW - DAY / 2, None),
    "to come": (NOW + DAY, NOW + 2 * DAY),
}
WEST, SOUTH, EAST, NORTH = 3.0, 51.0, 3.5, 51.5
TILE = (12, 2084, 1367)
"""Level, column and row of the tile that they lie in."""


@pytest.fixture
async def hall(fresh_dsn: str, tmp_path: Path) -> AsyncIterator[Hall]:
    with connect(fresh_dsn) as owner:
        for name, (starts, ends) in EVENTS.items():
            owner.execute(
                "INSERT INTO events (id, name, starts, ends, request_status, publicity, geom) "
                "VALUES (%(name)s, %(name)s, %(starts)s, %(ends)s, 'approved', TRUE, "
                "ST_SetSRID(ST_MakePoint(70100, 211700), 31370))",
                {"name": name, "starts": starts, "ends": ends},
            )
    hall = Hall.furnish(settings_for(fresh_dsn, tmp_path), fresh_dsn)
    await hall.database.open()
    yield hall
    await hall.database.close()


async def test_the_map_draws_what_the_list_beside_it_names(hall: Hall):
    layer = hall.features.layer("events", VISITOR)
    level, column, row = TILE
    frame = WEB_MERCATOR.frame(level, column, row)
    tile = await hall.tiles.tile([layer], frame, level, VISITOR)
    until = {
        one.properties["name"]: one.properties["until"] for one in decoded(tile)["events"].features
    }
    assert until.keys() == EVENTS.keys(), "a tile holds them all: it is kept for long"
    assert until["to come"] == (NOW + 2 * DAY).timestamp()
    drawn = {name for name, end in until.items() if end > datetime.now(UTC).timestamp()}
    box = {"west": WEST, "south": SOUTH, "east": EAST, "north": NORTH}
    async with hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(
            statements.read("pages")["events_in_view"],
            box | {"lon": 3.2, "lat": 51.2, "limit": 50},
        )
        listed = {row["name"] for row in await cursor.fetchall()}
    assert drawn == listed
    assert drawn == {name for name in EVENTS if not name.startswith(("over", "never"))}


async def test_what_tells_of_tiles_tells_of_the_end(hall: Hall):
    layer = hall.features.layer("events", VISITOR)
    told = document("events", "{z}/{y}/{x}", [layer], (WEST, SOUTH, EAST, NORTH), "nl")
    assert told["vector_layers"][0]["fields"]["until"] == "Number"  # pyright: ignore[reportIndexIssue]
