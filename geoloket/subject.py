"""What a layer is about, in the words of the catalogues of Flanders, Belgium and Europe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from geoloket.declaration import Declaration

DataTheme = Literal[
    "AGRI",
    "ECON",
    "EDUC",
    "ENER",
    "ENVI",
    "GOVE",
    "HEAL",
    "INTR",
    "JUST",
    "REGI",
    "SOCI",
    "TECH",
    "TRAN",
]
"""Data themes of the Publications Office of the EU."""

InspireTheme = Literal[
    "ac", "ad", "af", "am", "au", "br", "bu", "cp", "ef", "el", "er", "ge", "gg", "gn", "hb",
    "hh", "hy", "lc", "lu", "mf", "mr", "nz", "of", "oi", "pd", "pf", "ps", "rs", "sd", "so",
    "sr", "su", "tn", "us",
]  # fmt: skip
"""Themes of the INSPIRE directive, by the code of its registry."""

Topic = Literal[
    "biota",
    "boundaries",
    "climatologyMeteorologyAtmosphere",
    "economy",
    "elevation",
    "environment",
    "farming",
    "geoscientificInformation",
    "health",
    "imageryBaseMapsEarthCover",
    "inlandWaters",
    "intelligenceMilitary",
    "location",
    "oceans",
    "planningCadastre",
    "society",
    "structure",
    "transportation",
    "utilitiesCommunication",
]
"""Topic categories of ISO 19115."""


class Subject(Declaration):
    """The table ``[subject]`` of a layer: what catalogues file it under."""

    themes: Annotated[tuple[DataTheme, ...], Field(min_length=1)] = ("REGI",)
    """EU data themes: `REGI` (regions and cities), `TRAN` (transport), `ENVI` (environment) …"""
    inspire: InspireTheme | None = None
    """INSPIRE theme that it falls under, where it does: `cp` (cadastral parcels), `ad`, `bu` …"""
    topic: Topic | None = None
    """ISO 19115 topic category: `planningCadastre`, `location`, `transportation` …"""
    resolution_m: Annotated[float, Field(gt=0)] | None = None
    """Smallest distance in metres that the data tell apart, where it is known."""
    identifiers: tuple[str, ...] = ()
    """Names that other catalogues gave this dataset: `scheme:value`, or an address."""
