"""The permit desk on a database: what is derived is written, once, and only where it differs."""

from __future__ import annotations

import tracemalloc
from datetime import date

import pytest
from psycopg import Connection
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.rows import DictRow

from geoloket.database import connect
from geoloket.main.worker import refresh_events, refresh_permits
from geoloket.permits import PermitDesk

SUBMITTED = ("submitted", "2026-03-02")
DECLARED = ("declared_complete", "2026-03-20")
OPENED = ("inquiry_opened", "2026-04-01")


def permit(
    owner: Connection[DictRow], id: str, *events: tuple[str, str], procedure: str = "ordinary"
) -> None:
    owner.execute(
        "INSERT INTO permits (id, file_number, procedure, project_types, authority, status) "
        "VALUES (%s, %s, %s, 'building_works', 'municipality', 'imported')",
        [id, id, procedure],
    )
    for seq, (code, on) in enumerate(events, 1):
        owner.execute(
            "INSERT INTO permit_events (permit_id, seq, code, happened_on) VALUES (%s, %s, %s, %s)",
            [id, seq, code, on],
        )


def derived(owner: Connection[DictRow], id: str) -> DictRow:
    row = owner.execute(
        "SELECT status, status_on, submitted_on, inquiry_from, inquiry_until, decision_due, "
        "decided_on, decision_result FROM permits WHERE id = %s",
        [id],
    ).fetchone()
    assert row is not None
    return row


def test_columns_follow_from_events_and_day(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED, DECLARED, OPENED)
        PermitDesk().refresh(owner, date(2026, 4, 10))
        assert derived(owner, "OMV_2026000001") == {
            "status": "public_inquiry",
            "status_on": date(2026, 4, 1),
            "submitted_on": date(2026, 3, 2),
            "inquiry_from": date(2026, 4, 1),
            "inquiry_until": date(2026, 4, 30),
            "decision_due": date(2026, 7, 3),
            "decided_on": None,
            "decision_result": None,
        }
        PermitDesk().refresh(owner, date(2026, 7, 4))
        late = derived(owner, "OMV_2026000001")
    assert (late["status"], late["decision_result"]) == ("tacitly_refused", "refused")


def test_only_what_changes_is_written(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED, DECLARED, OPENED)
        permit(owner, "OMV_2026000002", SUBMITTED, DECLARED)
        permit(owner, "OMV_2026000003")
        desk = PermitDesk()
        assert desk.refresh(owner, date(2026, 4, 29)) == 2
        assert desk.refresh(owner, date(2026, 4, 30)) == 0
        assert desk.refresh(owner, date(2026, 5, 1)) == 1
        assert derived(owner, "OMV_2026000001")["status"] == "under_review"
        # Without events there is nothing to derive from: what was imported stays.
        assert derived(owner, "OMV_2026000003")["status"] == "imported"


@pytest.mark.parametrize("procedure", ["ordinary", "from_another_country"])
def test_history_that_cannot_be_read_is_unknown(
    fresh_dsn: str, procedure: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")  # whatever an application in another test logs from
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED, ("posted", "2026-03-03"), procedure=procedure)
        permit(owner, "OMV_2026000002", SUBMITTED)
        PermitDesk().refresh(owner, date(2026, 4, 10))
        assert derived(owner, "OMV_2026000001")["status"] == "unknown"
        assert derived(owner, "OMV_2026000002")["status"] == "under_review"
    assert "cannot be read" in caplog.text
    assert "OMV_2026000001" not in caplog.text


def test_unknown_event_codes_do_not_get_in(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner, pytest.raises(CheckViolation):
        permit(owner, "OMV_2026000001", ("mislaid", "2026-03-02"))


def test_history_is_public_and_read_only(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED)
    with connect(fresh_dsn, role="geoloket_reader") as reader:
        rows = reader.execute("SELECT code FROM permit_events").fetchall()
    assert rows == [{"code": "submitted"}]


MANY = """
    WITH made AS (
        INSERT INTO permits (id, file_number, procedure, project_types, authority)
        SELECT 'P' || n, 'P' || n, 'ordinary', 'building_works', 'municipality'
        FROM generate_series(%(first)s::int, %(last)s) AS n
        RETURNING id
    )
    INSERT INTO permit_events (permit_id, seq, code, happened_on)
    SELECT id, told.seq, told.code, told.day
    FROM made, (VALUES (1, 'submitted', DATE '2026-03-02'), (2, 'declared_complete', '2026-03-20'),
        (3, 'inquiry_opened', '2026-04-01')) AS told (seq, code, day)
"""


def test_memory_does_not_grow_with_the_number_of_files(fresh_dsn: str) -> None:
    peaks: list[int] = []
    with connect(fresh_dsn) as owner:
        for first, last in ((1, 4_000), (4_001, 20_000)):
            owner.execute(MANY, {"first": first, "last": last})
            tracemalloc.start()
            changed = PermitDesk().refresh(owner, date(2026, 4, 10))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert changed == last - first + 1
    assert peaks[1] < 1.5 * peaks[0], peaks


def test_the_worker_writes_what_is_derived_and_nothing_else(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED, DECLARED, OPENED)
    with connect(fresh_dsn, role="geoloket_worker") as worker:
        assert PermitDesk().refresh(worker, date(2026, 4, 10)) == 1
        assert derived(worker, "OMV_2026000001")["status"] == "public_inquiry"
        worker.commit()
        for refused in (
            "UPDATE permits SET title = 'x'",
            "UPDATE permits SET geom = NULL",
            "INSERT INTO permits (id) VALUES ('x')",
            "DELETE FROM permits",
            "UPDATE permit_events SET code = 'withdrawn'",
            "DELETE FROM permit_events",
            "SELECT FROM staff.housing_inspections",
            "UPDATE parcels SET capakey = 'x'",
        ):
            with pytest.raises(InsufficientPrivilege):
                worker.execute(refused.encode())
            worker.rollback()


async def test_the_calendar_runs_as_the_worker(fresh_dsn: str) -> None:
    """Were it the owner who writes, the table itself would refuse."""
    with connect(fresh_dsn) as owner:
        permit(owner, "OMV_2026000001", SUBMITTED, DECLARED)
        owner.execute(
            "CREATE FUNCTION only_the_worker() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF current_user <> 'geoloket_worker' THEN RAISE EXCEPTION '%', current_user; END IF; "
            "RETURN NEW; END $$"
        )
        owner.execute(
            "CREATE TRIGGER only_the_worker BEFORE UPDATE ON permits "
            "FOR EACH ROW EXECUTE FUNCTION only_the_worker()"
        )
    assert await refresh_permits(fresh_dsn) == 1
    assert await refresh_permits(fresh_dsn) == 0
    assert await refresh_events(fresh_dsn) is False
