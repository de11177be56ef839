"""``geoloket settings``: every setting with its value, secrets hidden."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from geoloket.settings import Settings


def setting_lines(settings: Settings) -> Iterator[str]:
    """``GEOLOKET_SERVER__PORT = 8000``, one a line, as the environment spells them."""
    yield from _lines(settings, "GEOLOKET_")


def _lines(group: BaseModel, prefix: str) -> Iterator[str]:
    for name in type(group).model_fields:
        value = getattr(group, name)
        if isinstance(value, BaseModel):
            yield from _lines(value, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()} = {_shown(value)}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "(not set)"
        case tuple():
            return ":".join(map(str, value)) or "(none)"  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)
