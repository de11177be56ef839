"""Words of permits, a file per language: what pages and reports call statuses and procedures."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from geoloket.language import DEFAULT


@cache
def words(language: str = DEFAULT) -> dict[str, dict[str, str]]:
    """The tables ``status`` and ``procedure`` of a language, by code."""
    file = Path(__file__).with_name(f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
