"""What all declarations have in common: read from a file, checked, frozen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""Name of a table or column: lower case, so that it never needs quoting in psql."""


def _dutch(text: dict[str, str]) -> dict[str, str]:
    if not text.get("nl"):
        raise ValueError("the Dutch text (nl) is missing")
    return text


Text = Annotated[dict[str, str], AfterValidator(_dutch)]
"""A text per language; ``nl`` is always there."""


class Visibility(StrEnum):
    """Who may see a layer or a field; what does not say ``public`` stays inside."""

    PUBLIC = "public"
    STAFF = "staff"
    NOBODY = "nobody"


class Declaration(BaseModel):
    """Read from a file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
