"""PermitDesk: keeps the derived columns of published permits in step with the calendar."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.errors import UnlawfulEvents
from geoloket.permits.derive import state_on
from geoloket.permits.history import Event, PermitFile
from geoloket.permits.state import PermitState
from geoloket.permits.terms import Terms, built_in
from geoloket.permits.vocabulary import EventCode, PermitStatus, Procedure

_logger = logging.getLogger(__name__)


class PermitDesk:
    """Derives states; ``terms`` are the law's unless a test brings its own."""

    def __init__(self, terms: Terms | None = None) -> None:
        self._terms = terms or built_in()

    def state(self, file: PermitFile, events: Iterable[Event], today: date) -> PermitState:
        """Where a file stands on a day. Raises UnlawfulEvents; see ``state_on``."""
        return state_on(file, events, today, self._terms)

    def refresh(self, connection: Connection[DictRow], today: date) -> int:
        """Write status and dates of every permit that has events, in the caller's transaction.

        ``connection`` may write (owner or worker). Only rows that changed are written; returns how
        many. A permit whose events the law does not allow, or whose procedure is not known,
        becomes ``unknown`` and is logged without its number.
        """
        fixed = statements.read("permits")
        connection.execute(fixed["make_staging"])
        with (
            connection.cursor(name="permit_histories") as histories,
            connection.cursor() as writer,
        ):
            histories.itersize = 5000
            histories.execute(fixed["histories"])
            rows = list(self._derived(histories, today))
            with writer.copy(fixed["fill_staging"]) as copy:
                for row in rows:
                    copy.write_row(row)
        changed = connection.execute(fixed["apply_staging"]).rowcount
        connection.execute(fixed["drop_staging"])
        return changed

    def _derived(self, rows: Iterable[DictRow], today: date) -> Iterator[tuple[Any, ...]]:
        unlawful = 0
        for permit_id, group in groupby(rows, itemgetter("permit_id")):
            history = list(group)
            try:
                state = self.state(_file(history[0]), map(_event, history), today)
            except (UnlawfulEvents, ValueError):
                unlawful += 1
                state = PermitState(PermitStatus.UNKNOWN, submitted_on=history[0]["happened_on"])
            yield (
                permit_id,
                state.status.value,
                state.status_on,
                state.submitted_on,
                state.inquiry_from,
                state.inquiry_until,
                state.decision_due,
                state.decided_on,
                state.decision_result.value if state.decision_result else None,
            )
        if unlawful:
            _logger.warning("permit histories that cannot be read", extra={"count": unlawful})


def _file(row: DictRow) -> PermitFile:
    """Raises ValueError for a procedure that we do not know."""
    types = frozenset(
        filter(None, (part.strip() for part in (row["project_types"] or "").split(",")))
    )
    return PermitFile(Procedure(row["procedure"]), types, row["authority"] or "municipality")


def _event(row: DictRow) -> Event:
    return Event(
        EventCode(row["code"]), row["happened_on"], row["source"] or "", row["extension_days"]
    )
