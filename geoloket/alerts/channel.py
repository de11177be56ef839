"""The seam for delivery: e-mail is built in, anything else is a class with one method."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from geoloket.alerts.letter import Letter


class Refused(Exception):
    """Never will this letter be accepted. The text is a class and a code, never an address."""


class Delayed(Exception):
    """Not now; the text as in ``Refused``. ``everything``: no other letter will do better."""

    def __init__(self, fault: str, *, everything: bool = False) -> None:
        super().__init__(fault)
        self.everything = everything


class Channel(Protocol):
    """A way to reach somebody: e-mail, or an adapter for SMS or another messenger.

    An adapter for SMS must keep the rule of the domain: none between 21:00 and 08:00.
    """

    def deliver(self, to: str, id: UUID, letter: Letter) -> None:
        """Hand a letter over; returns when it was accepted.

        The same ``id`` comes again when we cannot know whether it was: a channel that can, must
        let the receiver see that it is the same. Raises Refused or Delayed.
        """
        ...

    def close(self) -> None:
        """A round is over: let go of connections."""
        ...
