"""``load_demo``: the invented municipality into the database, and its papers up to date.

This module is read at every start of the demonstration, so it brings in nothing heavy until there
is something to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from psycopg import Connection, sql
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket.database import OWNER, connect
from geoloket.embedded import EmbeddedCluster
from geoloket.permits import PermitDesk
from geoloket.progress import Progress
from geoloket.settings import Settings

if TYPE_CHECKING:
    from processing.demo.town import Table, Town

_KEY: Final = "demo"
"""Row of ``geoloket.site`` that says which town was loaded, and for which day its papers are."""

_KEPT: Final = ("housing_inspections", "residence_checks")
"""Layers of which the history is kept."""

_SHIFT_AT_MOST: Final = 60
"""Days after which dates are not moved on any more: numbers would tell another year."""

_DATED: Final = ("permits", "events", "occupations", "housing_inspections", "residence_checks")
"""Layers that are made for a day; the others only change with the seed."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Which town is in the database: its seed, the day it was built for and is dated to now."""

    seed: int
    built_for: date
    dated_to: date

    def document(self) -> dict[str, Any]:
        days = {"built_for": self.built_for.isoformat(), "dated_to": self.dated_to.isoformat()}
        return {"seed": self.seed, **days}


def load_demo(settings: Settings, progress: Progress, today: date | None = None) -> None:
    """Load Zandwijk in one transaction, or bring the dates of one loaded before up to today.

    Does nothing in a database that holds something else, or that is up to date: a check of some
    milliseconds. After a kill in the middle the database is as it was.
    """
    day = today or datetime.now(ZoneInfo("Europe/Brussels")).date()
    with connect(owner_dsn(settings)) as connection:
        # Who follows something in the invented town hears of what is done there, not of this.
        connection.execute("SET LOCAL geoloket.alerts = 'off'")
        loaded = _loaded(connection)
        if loaded is None:
            if _is_empty(connection):
                _load_all(connection, settings, progress, day)
        elif loaded.dated_to < day:
            if (day - loaded.built_for).days > _SHIFT_AT_MOST:
                _load_dated(connection, settings, progress, loaded.seed, day)
            else:
                _move_dates(connection, settings, progress, loaded, day)


def _load_all(
    connection: Connection[DictRow], settings: Settings, progress: Progress, day: date
) -> None:
    from processing.demo.town import SEED, build  # noqa: PLC0415 - seconds of imports

    progress.begin("building the invented municipality")
    town = build(SEED, day)
    progress.done(f"{len(town.layers['parcels'])} parcels")
    _store(connection, settings, progress, town, tuple(town.layers))
    for key, value in town.site.items():
        _say(connection, key, value)
    _papers(connection, settings, progress, town, Loaded(SEED, day, day))


def _load_dated(
    connection: Connection[DictRow], settings: Settings, progress: Progress, seed: int, day: date
) -> None:
    """New permits, events and inspections in the same town."""
    from processing.demo.town import build  # noqa: PLC0415 - seconds of imports

    progress.begin("dating the papers of the invented municipality anew")
    town = build(seed, day)
    progress.done()
    connection.execute("DELETE FROM permit_events")
    connection.execute("DELETE FROM permits")
    connection.execute("DELETE FROM events")
    connection.execute("DELETE FROM occupations")
    connection.execute("DELETE FROM housing_inspections")
    connection.execute("DELETE FROM residence_checks")
    _store(connection, settings, progress, town, _DATED)
    _papers(connection, settings, progress, town, Loaded(seed, day, day))


def _store(
    connection: Connection[DictRow],
    settings: Settings,
    progress: Progress,
    town: Town,
    layers: tuple[str, ...],
) -> None:
    """The tables through the importer's own staging and merge."""
    from geoloket.registry import LayerRegistry  # noqa: PLC0415
    from processing.importing.importer import after_import, import_table  # noqa: PLC0415
    from processing.importing.source import Rows  # noqa: PLC0415

    registry = LayerRegistry.read(settings.layers)
    for name in layers:
        table = town.layers[name]
        progress.begin(f"loading {name}", len(table))
        columns = tuple(str(column) for column in table.columns if column != "geom")
        rows = Rows("Zandwijk", columns, _rows(table), srid=31370, total=len(table))
        report = import_table(connection, registry[name], [rows], settings.storage_srid)
        progress.advance(len(table))
        progress.done(f"{report.loaded} loaded")
    for name in layers:
        after_import(connection, registry[name])


def _rows(table: Table) -> list[dict[str, Any]]:
    """Rows as plain values; what is missing is None, however the frame kept it."""
    missing = table.isna()
    records = table.astype(object).mask(missing, None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def _papers(
    connection: Connection[DictRow],
    settings: Settings,
    progress: Progress,
    town: Town,
    loaded: Loaded,
) -> None:
    """Permit histories, the states that follow from them, and the note of what was loaded."""
    progress.begin("deriving where each permit stands", len(town.permit_events))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY permit_events (permit_id, seq, code, happened_on, source, extension_days) "
            "FROM STDIN"
        ) as copy,
    ):
        for row in town.permit_events:
            copy.write_row(tuple(row.values()))
    connection.execute("ANALYZE permit_events")
    _desk(settings).refresh(connection, loaded.dated_to)
    progress.advance(len(town.permit_events))
    progress.done()
    _say(connection, _KEY, loaded.document())


_MOVE: Final = (
    "UPDATE permit_events SET happened_on = happened_on + %(days)s",
    """
    UPDATE housing_inspections SET
        requested_on = requested_on + %(days)s,
        planned_on = planned_on + %(days)s,
        inspected_on = inspected_on + %(days)s,
        heard_on = heard_on + %(days)s,
        decided_on = decided_on + %(days)s,
        appealed_on = appealed_on + %(days)s,
        ruled_on = ruled_on + %(days)s,
        lifted_on = lifted_on + %(days)s,
        certificate_issued_on = certificate_issued_on + %(days)s,
        certificate_valid_until = certificate_valid_until + %(days)s
    """,
    """
    UPDATE residence_checks SET
        declared_on = declared_on + %(days)s,
        decided_on = decided_on + %(days)s,
        visits = (
            SELECT string_agg(
                (left(line, 10)::date + %(days)s)::text || substr(line, 11), E'\n' ORDER BY n)
            FROM regexp_split_to_table(visits, E'\n') WITH ORDINALITY AS part (line, n))
    """,
    """
    UPDATE events SET
        starts = starts + make_interval(days => %(days)s),
        ends = ends + make_interval(days => %(days)s),
        build_up_from = build_up_from + make_interval(days => %(days)s),
        teardown_until = teardown_until + make_interval(days => %(days)s)
    WHERE kind = 'exhibition'
    """,
    """
    UPDATE occupations SET
        starts = starts + make_interval(days => %(days)s),
        ends = ends + make_interval(days => %(days)s)
    WHERE event_id IS NULL
    """,
    """
    UPDATE events SET request_status = CASE
        WHEN request_status NOT IN ('approved', 'approved_with_conditions', 'ongoing')
            THEN 'cancelled'
        WHEN ends < %(day)s THEN 'completed'
        ELSE 'ongoing'
    END
    WHERE starts < %(day)s
      AND request_status NOT IN ('completed', 'cancelled', 'refused')
    """,
)


def _move_dates(
    connection: Connection[DictRow],
    settings: Settings,
    progress: Progress,
    loaded: Loaded,
    day: date,
) -> None:
    """All papers as many days later, so that what was open is open; the calendar stays as it is."""
    progress.begin("moving the dates of the invented municipality to today")
    values = {"days": (day - loaded.dated_to).days, "day": day}
    # Nobody changed anything: the history of each case begins with what people do.
    for switch in ("DISABLE", "ENABLE"):
        for name in _KEPT:
            statement = sql.SQL("ALTER TABLE {} {} TRIGGER keep_history")
            connection.execute(statement.format(sql.Identifier(name), sql.SQL(switch)))
        if switch == "DISABLE":
            for statement in _MOVE:
                connection.execute(statement, values)
    _desk(settings).refresh(connection, day)
    _say(connection, _KEY, Loaded(loaded.seed, loaded.built_for, day).document())
    progress.done(f"{values['days']} days on")


def _desk(settings: Settings) -> PermitDesk:
    return PermitDesk(delay=settings.permits.decision_delay_days)


def _loaded(connection: Connection[DictRow]) -> Loaded | None:
    row = connection.execute("SELECT value FROM site WHERE key = %s", [_KEY]).fetchone()
    if row is None:
        return None
    value = row["value"]
    days = (date.fromisoformat(value[name]) for name in ("built_for", "dated_to"))
    return Loaded(value["seed"], *days)


def _is_empty(connection: Connection[DictRow]) -> bool:
    """Nothing was ever loaded: no municipality has a name here, and there is no parcel."""
    row = connection.execute(
        "SELECT NOT EXISTS (SELECT FROM site WHERE key = 'name') "
        "AND NOT EXISTS (SELECT FROM parcels) AS empty"
    ).fetchone()
    return bool(row and row["empty"])


def _say(connection: Connection[DictRow], key: str, value: object) -> None:
    connection.execute(
        "INSERT INTO site (key, value) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, Jsonb(value)],
    )


def owner_dsn(settings: Settings) -> str:
    """Where the owner of the database comes in."""
    if settings.database.dsn is not None:
        return settings.database.dsn.get_secret_value()
    return EmbeddedCluster(settings.home).dsn(OWNER)
