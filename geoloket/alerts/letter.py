"""What a letter is about, and the letter. The words are the counter's (``web.alerts.letters``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

MessageKind = Literal["confirm", "known", "manage", "news", "weekly"]
"""``known``: somebody asked for what they follow already; ``manage``: the link to all of it;
``news``: of one follow, at once; ``weekly``: of all that is followed weekly, in one letter."""


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
class About:
    """One follow in a letter, and what there is to tell of it."""

    kind: Literal["permit", "circle"]
    label: str
    """File number, or the address in the middle of the circle."""
    permit_id: str | None = None
    radius_m: int | None = None
    stop: str = ""
    """Token of the link that ends it; empty where the letter has none."""
    news: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Tokens for the links of a letter as a whole; empty where it has no such link."""

    confirm: str = ""
    manage: str = ""
    stop_weekly: str = ""
    """Ends all that is heard of weekly."""


@dataclass(frozen=True, slots=True)
class Message:
    """All that is known of a message when its letter is written."""

    id: UUID
    kind: MessageKind
    language: str
    links: Links
    about: Sequence[About] = ()
    """One follow; several in a weekly letter, none in one with the link to all."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is delivered: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str
    language: str
    stop_url: str | None = None
    """Where a POST ends what the letter is about (RFC 8058)."""


Write = Callable[[Message], Letter]
"""Puts a message into words."""
