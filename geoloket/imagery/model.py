"""What the imagery desk gives: pictures, captures of a parcel, areas to blur, campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

ReviewState = Literal["staff", "in_review", "reviewed"]
AreaKind = Literal["face", "plate", "other"]
RequestKind = Literal["person", "plate", "home", "other"]
Verdict = Literal["comparable", "uncertain"]


@dataclass(frozen=True, slots=True)
class Panorama:
    """A street picture as somebody may see it."""

    id: str
    campaign: str | None
    year: int | None
    sequence: str | None
    rank: int | None
    captured_at: datetime | None
    heading_deg: float | None
    """Where the centre column looks, clockwise from true north."""
    pitch_deg: float | None
    roll_deg: float | None
    elevation_m: float | None
    camera: str | None
    licence: str | None
    width: int | None
    height: int | None
    blurred: bool | None
    review_state: ReviewState
    lon: float
    lat: float
    derived_key: str | None = None
    """Folder in the storage of what was made of it; None while there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The picture of one campaign that shows a parcel best; all captures show the same front."""

    panorama: str
    campaign: str
    year: int
    captured_at: datetime | None
    heading_deg: float | None
    bearing_deg: float
    """To turn the view to, clockwise from true north."""
    distance_m: float
    fraction: float
    """Part of the front that no building hides."""
    angle_deg: float
    front: int
    facing_deg: float
    blurred: bool
    review_state: ReviewState
    lon: float
    lat: float
    compared_with: str | None
    """The earlier picture that ``verdict`` is about."""
    verdict: Verdict | None
    """Whether both show the same place; never whether something changed."""
    offset_deg: float | None

    @property
    def yaw_deg(self) -> float:
        """The bearing within the picture: 0 is its centre, positive to the right."""
        return (self.bearing_deg - (self.heading_deg or 0) + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class Area:
    """What is blurred, in parts of width and height of the picture; may pass the right side."""

    id: int
    kind: AreaKind
    source: Literal["detector", "staff", "request"]
    x: float
    y: float
    width: float
    height: float
    confidence: float | None
    added_at: datetime
    added_by: str | None


@dataclass(frozen=True, slots=True)
class BlurRequest:
    """What a resident asked to have made unrecognisable."""

    id: UUID
    panorama: str
    kind: RequestKind
    x: float | None
    y: float | None
    message: str | None
    email: str | None
    received_at: datetime
    handle_before: date
    campaign: str
    year: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """A series of pictures of one year, and how far it is."""

    id: str
    title: dict[str, str]
    year: int
    supplier: str | None
    licence: str | None
    supplier_blurred: bool
    released_at: datetime | None
    released_by: str | None
    pictures: int
    blurred: int
    shown: int
    may_release: bool
    """Its supplier declares that it is blurred, or all of the last sample was found clean."""
    round: int
    """Rounds of review so far."""
    looked_at: datetime | None
    """When its lines of sight were worked out; None: never."""
    changed_since: Literal["pictures", "parcels", "buildings"] | None
    """What they were worked out on that is not as it was."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A picture of the sample, and what was seen in it."""

    panorama: str
    verdict: Literal["clean", "missed"] | None
    judged_at: datetime | None
    judged_by: str | None
    round: int
