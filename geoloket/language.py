"""Languages: Dutch is complete, every other language falls back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DEFAULT: Final = "nl"
LANGUAGES: Final = ("nl", "en")


def pick(text: Mapping[str, str], language: str) -> str:
    """The text in a language, in Dutch where it is not translated."""
    return text.get(language) or text[DEFAULT]


def accepted(header: str | None) -> str:
    """The language that an Accept-Language header prefers among ours (RFC 9110 §12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in (header or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if language in LANGUAGES:
            wishes.append((weight, language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else DEFAULT
