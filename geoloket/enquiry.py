"""What is asked about a parcel before it is sold or built on, and which layer answers what.

The sections are those of a Flemish property enquiry (*notarisinlichtingen*), in its order. What the
municipality may only tell to who is entitled to it is ``RESTRICTED``: no public layer answers it.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from geoloket.declaration import Declaration

SectionCode = Literal[
    "identification",
    "land_use_plans",
    "plans_in_preparation",
    "permits",
    "subdivisions",
    "planning_offences",
    "building_lines",
    "municipal_roads",
    "flood_sensitivity",
    "immovable_heritage",
    "pre_emption_rights",
    "soil",
    "nature",
    "housing_quality",
    "levies",
    "utility_easements",
    "events",
]
"""``events`` is ours: a property enquiry does not hold it."""

SECTIONS: Final[tuple[SectionCode, ...]] = get_args(SectionCode)
RESTRICTED: Final[frozenset[SectionCode]] = frozenset(
    {"planning_offences", "soil", "housing_quality", "levies"}
)
"""Sections about people's offences, homes and debts: never answered in public."""
OURS: Final[frozenset[SectionCode]] = frozenset(
    {"identification", "permits", "subdivisions", "events"}
)
"""Sections that are answered from parcels, addresses, buildings, permits and events."""


class Answering(Declaration):
    """The table ``[dossier]`` of a layer: the section of the parcel dossier that it answers."""

    section: SectionCode
    """Section that its features belong to: `immovable_heritage`, `land_use_plans` …"""
    complete: bool = False
    """Whether it holds all there is in the municipality: only then nothing found is an answer."""
    fields: tuple[str, ...] = ()
    """Public fields that the dossier prints of what it finds; unset means the label."""
