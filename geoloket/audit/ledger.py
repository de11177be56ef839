"""What one request has looked at: gathered, and written before the answer goes out."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

from geoloket.audit.looks import Look


@dataclass
class Ledger:
    """Kept for one request by the front door; looks after its answer began are written at once."""

    door: str
    purpose: str | None = None
    request: str | None = None
    answering: bool = False
    _looks: list[Look] = field(default_factory=list[Look])

    def add(self, look: Look) -> None:
        """Note a look; the same one counts once."""
        if look not in self._looks:
            self._looks.append(look)

    def taken(self) -> list[Look]:
        """What is to be written: a count beside the page that it belongs to is no look itself."""
        looks, self._looks = self._looks, []
        seen = {one.layer for one in looks if one.deed != "count"}
        return [one for one in looks if one.deed != "count" or one.layer not in seen]


ledger: ContextVar[Ledger | None] = ContextVar("ledger", default=None)
"""That of the request being answered."""
