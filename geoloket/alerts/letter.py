"""What a letter is about, and the letter itself. The words are the counter's (``web.letters``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

MessageKind = Literal["confirm", "known", "manage", "news"]
"""``known``: somebody asked for what they follow already; ``manage``: the link to all of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one permit file: its facts before and after, where they differ.

    ``was`` and ``became`` hold ``status``, ``decision_result`` and days (``inquiry_until``, …);
    ``was`` is empty for a new file, both are for a file to which only ``events`` were added.
    """

    permit_id: str
    file_number: str
    title: str
    address: str
    is_new: bool = False
    was: Mapping[str, str | date | None] = field(default_factory=dict[str, str | date | None])
    became: Mapping[str, str | date | None] = field(default_factory=dict[str, str | date | None])
    events: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Tokens for the links of one letter; empty where a letter has no such link."""

    confirm: str = ""
    stop: str = ""
    manage: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """All that is known of a message when its letter is written; ``subject`` None: of no follow."""

    id: UUID
    kind: MessageKind
    language: str
    links: Links
    subject: Literal["permit", "circle"] | None = None
    permit_id: str | None = None
    label: str = ""
    """File number, or the address in the middle of the circle."""
    radius_m: int | None = None
    frequency: Literal["each", "weekly"] = "each"
    news: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is delivered: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str
    language: str
    stop_url: str | None = None
    """Where a POST ends the follow (RFC 8058)."""


Write = Callable[[Message], Letter]
"""Puts a message into words."""
