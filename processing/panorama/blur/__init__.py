"""Making people and number plates unrecognisable: how they are found, and how they are hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from processing.panorama.sphere import Image


@dataclass(frozen=True, slots=True)
class Found:
    """Something to hide, in parts of width and height; ``x + width`` may pass 1: over the seam."""

    x: float
    y: float
    width: float
    height: float
    kind: str = "face"
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Blurred:
    """A picture in which things are hidden, and which, where whoever did it tells."""

    image: Image
    areas: list[Found]


class Blurrer(Protocol):
    """Something that hides people in a levelled equirectangular picture: a plug-in."""

    @property
    def name(self) -> str:
        """Its name and edition: pictures are made anew when it changes."""
        ...

    def blur(self, image: Image) -> Blurred:
        """Hide what it finds. Raises Transient when it cannot be asked now."""
        ...
