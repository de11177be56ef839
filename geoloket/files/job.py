"""What the program is asked, as one line of JSON on its input; and its exit codes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Self


class Outcome(IntEnum):
    """Exit codes."""

    DONE = 0
    FAILED = 1
    TOO_LONG = 3
    NO_ROOM = 4
    NO_DATABASE = 5
    WRONG_ROLE = 6


class WrongRoleError(Exception):
    """The connection sees what another role may see."""


@dataclass(frozen=True, slots=True)
class Place:
    """The geometry of a selection: axes are x, y."""

    type: str
    """As in the declaration of the layer."""
    epsg: int
    crs84: bool
    """Whether longitude and latitude were asked for as CRS84 rather than EPSG:4326."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be written: rows ``(id, fields…, geometry)`` of one statement."""

    format: str
    path: str
    login: str
    role: str
    """Who the login must be in the database."""
    rows: str
    without_place: str | None
    name: str
    title: str
    description: str
    place: Place | None

    def dumps(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def loads(cls, line: bytes) -> Self:
        """What ``dumps`` wrote."""
        members = json.loads(line)
        place = members.pop("place")
        return cls(**members, place=Place(**place) if place else None)
