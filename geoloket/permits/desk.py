"""PermitDesk: keeps the derived columns of published permits in step with the calendar."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched, groupby
from operator import itemgetter
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.errors import UnlawfulEvents
from geoloket.permits.derive import state_on
from geoloket.permits.history import Event, PermitFile
from geoloket.permits.state import PermitState
from geoloket.permits.steps import Step, steps_of
from geoloket.permits.terms import Terms, built_in
from geoloket.permits.vocabulary import DecisionResult, EventCode, PermitStatus, Procedure

_logger = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_PART: Final = 2000
"""Events that are read, and files that are written, at once: memory does not grow with a town."""
_BY_SILENCE = (PermitStatus.TACITLY_REFUSED, PermitStatus.APPEAL_TACITLY_REJECTED)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as a page tells of it; ``file`` is None where the procedure is not known."""

    file: PermitFile | None
    state: PermitState
    steps: Sequence[Step] = field(default_factory=list[Step])


class PermitDesk:
    """Derives states; ``terms`` are the law's unless a test brings its own.

    ``delay`` is how many days a decision may take to reach us: for so long after the last day of a
    term silence is not yet taken for a refusal.
    """

    def __init__(self, terms: Terms | None = None, delay: int = 0) -> None:
        self._terms = terms or built_in()
        self._delay = delay * _DAY

    def state(self, file: PermitFile, events: Sequence[Event], today: date) -> PermitState:
        """Where a file stands on a day. Raises UnlawfulEvents; see ``state_on``."""
        state = state_on(file, events, today, self._terms)
        since = state.status_on
        if state.status in _BY_SILENCE and since and today < since + self._delay:
            return state_on(file, events, since - _DAY, self._terms)
        return state

    def read(
        self, row: Mapping[str, Any], events: Sequence[Mapping[str, Any]], today: date
    ) -> Reading:
        """A file from a row of ``permits`` and its rows of ``permit_events``, in order.

        Where there are no events, or the law does not allow them, the columns speak.
        """
        history = [_event(event) for event in events if event["happened_on"] <= today]
        try:
            file = _file(row)
            state = self.state(file, history, today) if history else _published(row)
        except ValueError:
            return Reading(None, _published(row), steps_of(None, _published(row), ()))
        except UnlawfulEvents:
            unknown = PermitState(PermitStatus.UNKNOWN, submitted_on=row["submitted_on"])
            return Reading(None, unknown, steps_of(None, unknown, ()))
        return Reading(file, state, steps_of(file, state, history))

    def refresh(self, connection: Connection[DictRow], today: date) -> int:
        """Write status and dates of every permit that has events, in the caller's transaction.

        ``connection`` is of owner or worker. Only rows that changed are written; returns how
        many. A permit whose events the law does not allow, or whose procedure is not known,
        becomes ``unknown`` and is logged without its number.
        """
        fixed = statements.read("permits")
        connection.execute(fixed["make_staging"])
        with (
            connection.cursor(name="permit_histories") as histories,
            connection.cursor() as writer,
        ):
            histories.itersize = _PART
            histories.execute(fixed["histories"])
            # In turns: nothing can be read on a connection while it copies.
            for part in batched(self._derived(histories, today), _PART):
                with writer.copy(fixed["fill_staging"]) as copy:
                    for row in part:
                        copy.write_row(row)
        changed = connection.execute(fixed["apply_staging"]).rowcount
        connection.execute(fixed["drop_staging"])
        return changed

    def _derived(self, rows: Iterable[DictRow], today: date) -> Iterator[tuple[Any, ...]]:
        unlawful = 0
        for permit_id, group in groupby(rows, itemgetter("permit_id")):
            history = list(group)
            try:
                state = self.state(_file(history[0]), [_event(e) for e in history], today)
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


def _file(row: Mapping[str, Any]) -> PermitFile:
    """Raises ValueError for a procedure that we do not know."""
    types = frozenset(
        filter(None, (part.strip() for part in (row["project_types"] or "").split(",")))
    )
    return PermitFile(Procedure(row["procedure"]), types, row["authority"] or "municipality")


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        EventCode(row["code"]), row["happened_on"], row["source"] or "", row["extension_days"]
    )


def _published(row: Mapping[str, Any]) -> PermitState:
    """What the columns of a permit say, as a register delivered them."""
    status, result = row["status"], row["decision_result"]
    known = status if status in set(PermitStatus) else PermitStatus.UNKNOWN
    return PermitState(
        status=PermitStatus(known),
        status_on=row["status_on"],
        submitted_on=row["submitted_on"],
        inquiry_from=row["inquiry_from"],
        inquiry_until=row["inquiry_until"],
        decision_due=row["decision_due"],
        decided_on=row["decided_on"],
        decision_result=DecisionResult(result) if result in set(DecisionResult) else None,
    )
