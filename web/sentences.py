"""Every visible sentence, from ``texts/<language>/*.toml``: by key, with values filled in.

The words of permits stand in the hall, because reports say them as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from geoloket.language import DEFAULT
from geoloket.permits.words import words

FOLDER = Path(__file__).parent / "texts"


class Sentences:
    """The sentences of one language; a key that is not translated is answered in Dutch."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self._sentences = sentences

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence ``key`` with ``{name}`` filled in; raises KeyError for one we do not have.

        When a value is markup the answer is markup too, with all the rest escaped.
        """
        sentence = self._sentences[key]
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(sentence).format(**values)
        return sentence.format(**values) if values else sentence

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def count(self, key: str, n: int, /, **values: object) -> str:
        """The sentence for a number: ``key.one`` or ``key.other``."""
        return self(f"{key}.{'one' if n == 1 else 'other'}", n=n, **values)

    def table(self, name: str) -> dict[str, str]:
        """All sentences of a table, by the rest of their key."""
        start = f"{name}."
        return {k.removeprefix(start): v for k, v in self._sentences.items() if k.startswith(start)}


@cache
def sentences(language: str) -> Sentences:
    """The sentences of a language, read once."""
    found = _read(DEFAULT)
    if language != DEFAULT:
        found |= _read(language)
    return Sentences(language, found)


def _read(language: str) -> dict[str, str]:
    """All files of a language; which file a table stands in makes no difference to its keys."""
    found = _flat(words(language))
    for file in sorted((FOLDER / language).glob("*.toml")):
        found |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            flat[before + key] = str(value)
    return flat
