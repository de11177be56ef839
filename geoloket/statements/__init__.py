"""Fixed SQL, in ``.sql`` files beside this one: readable, parametrised, one purpose each.

A file holds named statements; a statement starts at its name line::

    -- name: permits_on_parcel
    -- The permits whose site overlaps a parcel, newest first.
    SELECT ...
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString, cast

_NAME_LINE = re.compile(r"^-- name: ([a-z][a-z0-9_]*)[ \t]*$", re.MULTILINE)


def split(text: str) -> dict[str, str]:
    """The named statements of a text, in order; what stands before the first name is left out."""
    parts = _NAME_LINE.split(text)[1:]
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))


@cache
def read(file: str) -> Mapping[str, LiteralString]:
    """The statements of ``geoloket/statements/<file>.sql`` by name.

    They are part of the program, written by us, so the type checker may take them for literals.
    """
    text = (Path(__file__).parent / f"{file}.sql").read_text(encoding="utf-8")
    return MappingProxyType(cast("dict[str, LiteralString]", split(text)))
