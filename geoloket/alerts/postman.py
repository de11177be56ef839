"""The worker's side: what changed becomes messages, and messages leave, each at least once.

Every step is a transaction of its own, so a crash between any two loses nothing. How it is decided
what happens in the one window that SMTP leaves open is in decision 0010.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import DictRow

from geoloket import statements
from geoloket.alerts.channel import Channel, Delayed, Refused
from geoloket.alerts.letter import About, Change, Links, Message, Write
from geoloket.tokens import hashed, new_token

_logger = logging.getLogger(__name__)

_BRUSSELS: Final = ZoneInfo("Europe/Brussels")
_WEEKLY_HOUR: Final = 7
"""Weekly letters leave on Monday from this hour on."""
_ATTEMPTS: Final = 20
_WAIT: Final = timedelta(minutes=1)
_WAIT_AT_MOST: Final = timedelta(hours=8)
"""Twenty attempts with these waits take about four days (RFC 5321 §4.5.4.1)."""
_TO_CONFIRM: Final = timedelta(days=3)
_TO_STOP: Final = timedelta(days=730)
_TO_MANAGE: Final = timedelta(days=90)
_LINKS: Final[dict[str, dict[str, timedelta]]] = {
    "confirm": {"confirm": _TO_CONFIRM},
    "known": {"stop": _TO_STOP, "manage": _TO_MANAGE},
    "manage": {"manage": _TO_MANAGE},
    "news": {"stop": _TO_STOP, "manage": _TO_MANAGE},
    "weekly": {"stop": _TO_STOP, "stop_weekly": _TO_STOP, "manage": _TO_MANAGE},
}
"""Which links a letter has, and how long they work; ``stop`` is one for each follow in it."""
_TELLING: Final = ("news", "weekly")
_DATES: Final = ("inquiry_from", "inquiry_until", "decision_due", "decided_on")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, for the log: counts only."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0


class Postman:
    """Makes rounds over a connection of the worker's, in autocommit."""

    def __init__(self, channel: Channel, write: Write) -> None:
        self._channel = channel
        self._write = write
        self._fixed = statements.read("alerts")
        self.leaving = Event()
        """Set from anywhere: after the letter in hand no other is begun."""

    def round(self, connection: Connection[DictRow], now: datetime | None = None) -> Round:
        """Lay changes beside what is followed, make messages of them, and deliver what is due."""
        self.gather(connection, now or datetime.now(UTC))
        outcome: Counter[str] = Counter()
        try:
            while self._deliver_all(connection, outcome):
                pass
        except _Closed:
            outcome["delayed"] += 1
        finally:
            self._channel.close()
        if outcome:
            _logger.info("mail", extra=dict(outcome))
        return Round(**outcome)

    def gather(self, connection: Connection[DictRow], now: datetime) -> None:
        """Messages for all that waits; those who hear weekly get what changed before Monday."""
        while True:
            with connection.transaction():
                row = connection.execute(self._fixed["match"]).fetchone()
            if not row or not row["laid"]:
                break
        with connection.transaction():
            connection.execute(self._fixed["lock_gathering"])
            connection.execute(self._fixed["gather"])
            connection.execute(self._fixed["gather_weekly"], {"week": last_monday(now)})

    @staticmethod
    def tidy(connection: Connection[DictRow]) -> None:
        """Delete what we have no more reason to keep, in the order of what hangs on what."""
        for name, statement in statements.read("alerts").items():
            if name.startswith("tidy_"):
                with connection.transaction():
                    connection.execute(statement)

    def _due(self, connection: Connection[DictRow]) -> list[UUID]:
        with connection.transaction():
            return [row["id"] for row in connection.execute(self._fixed["due"])]

    def _deliver_all(self, connection: Connection[DictRow], outcome: Counter[str]) -> bool:
        """Deliver what is due; whether anything was settled, so that there may be more."""
        settled = False
        for id in self._due(connection):
            if self.leaving.is_set():
                return False
            settled = self._deliver(connection, id, outcome) or settled
        return settled

    def _deliver(self, connection: Connection[DictRow], id: UUID, outcome: Counter[str]) -> bool:
        """One message; whether it is settled. Raises _Closed when no other can be delivered either.

        Its tokens are kept before it leaves, or its links could lead nowhere.
        """
        with connection.transaction():
            row = self._claim(connection, id)
            if row is None:
                return False
            connection.execute(self._fixed["attempt"], {"id": id})
            message = self._message(connection, row)
            if message.kind in _TELLING and not any(about.news for about in message.about):
                connection.execute(self._fixed["nothing_to_tell"], {"id": id})
                return True
        everything = False
        with connection.transaction():
            row = self._claim(connection, id)
            if row is None:
                return False
            try:
                self._channel.deliver(row["email"], id, self._write(message))
            except Refused as fault:
                state = self._settle(connection, "failed", id, str(fault))
            except Delayed as fault:
                state, everything = self._later(connection, row, str(fault)), fault.everything
            except Exception as error:  # one letter must not keep the others
                _logger.error("a letter cannot be made", extra={"kind": type(error).__name__})
                state = self._later(connection, row, type(error).__name__)
            else:
                state = self._settle(connection, "sent", id)
        if everything:
            raise _Closed
        outcome[state] += 1
        return state != "delayed"

    def _claim(self, connection: Connection[DictRow], id: UUID) -> DictRow | None:
        return connection.execute(self._fixed["claim"], {"id": id}).fetchone()

    def _settle(
        self, connection: Connection[DictRow], state: str, id: UUID, fault: str | None = None
    ) -> str:
        connection.execute(self._fixed[state], {"id": id, "fault": fault})
        return state

    def _later(self, connection: Connection[DictRow], row: DictRow, fault: str) -> str:
        if row["attempts"] >= _ATTEMPTS:
            return self._settle(connection, "failed", row["id"], fault)
        wait = min(_WAIT * 2 ** (row["attempts"] - 1), _WAIT_AT_MOST)
        values = {"id": row["id"], "wait": wait, "fault": fault}
        connection.execute(self._fixed["delayed"], values)
        return "delayed"

    def _message(self, connection: Connection[DictRow], row: DictRow) -> Message:
        lives = _LINKS[row["kind"]]

        def token(purpose: str, follow: UUID | None = None) -> str:
            life = lives.get(purpose)
            return self._token(connection, row, purpose, life, follow) if life else ""

        about: list[About] = []
        for follow in connection.execute(self._fixed["told_in"], {"id": row["id"]}).fetchall():
            id = follow.pop("id")
            given = {"id": row["id"], "follow": id}
            news = connection.execute(self._fixed["news"], given).fetchall()
            about.append(About(**follow, stop=token("stop", id), news=tuple(map(_change, news))))
        links = Links(token("confirm", row["follow"]), token("manage"), token("stop_weekly"))
        return Message(row["id"], row["kind"], row["language"], links, about)

    def _token(
        self,
        connection: Connection[DictRow],
        row: DictRow,
        purpose: str,
        life: timedelta,
        follow: UUID | None,
    ) -> str:
        token = new_token()
        values: dict[str, Any] = {
            "hash": hashed(token),
            "purpose": purpose,
            "addressee": row["addressee"],
            "follow": follow,
            "message": row["id"],
            "life": life,
        }
        connection.execute(self._fixed["keep_token"], values)
        return token


class _Closed(Exception):
    """The way itself is closed: the rest of the queue waits for the next round."""


def last_monday(now: datetime) -> datetime:
    """The last Monday at seven in Brussels that is not after ``now``: what is older goes out."""
    local = now.astimezone(_BRUSSELS)
    day = local.date() - timedelta(days=local.weekday())
    hour = datetime(day.year, day.month, day.day, _WEEKLY_HOUR, tzinfo=_BRUSSELS)
    return hour if hour <= local else hour - timedelta(days=7)


def _change(row: DictRow) -> Change:
    return Change(
        permit_id=row["permit_id"],
        file_number=row["file_number"],
        title=row["title"] or "",
        address=row["address"] or "",
        is_new=row["is_new"],
        was={} if row["is_new"] else _facts(row["was"]),
        became=_facts(row["became"]),
        events=tuple(code for codes in row["events"] for code in codes),
    )


def _facts(told: dict[str, Any] | None) -> dict[str, str | date | None]:
    return {
        name: date.fromisoformat(value) if name in _DATES and value else value
        for name, value in (told or {}).items()
    }
