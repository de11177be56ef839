"""A background from elsewhere that visitors may choose on the map, where a setting names one."""

from __future__ import annotations

from dataclasses import dataclass

from geoloket.settings import MapSettings


@dataclass(frozen=True, slots=True)
class Background:
    """What pages tell of it; ``origin`` is what a browser asks (``https://geo.example``)."""

    title: str
    attribution: str
    origin: str

    @property
    def host(self) -> str:
        """The name of the service, to be said in a sentence."""
        return self.origin.partition("://")[2]


def background(told: MapSettings) -> Background | None:
    """The background of the settings; None where they name none."""
    if not (told.background_origin and told.background_title and told.background_attribution):
        return None
    return Background(told.background_title, told.background_attribution, told.background_origin)
