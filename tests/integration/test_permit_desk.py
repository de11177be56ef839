"""The permit desk on a database: what is derived is written, once, and only where it differs."""

from __future__ import annotations

from datetime import date

import pytest
from psycopg import Connection
from psycopg.errors import CheckViolation
from psycopg.rows import DictRow

from geoloket.database import connect
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
