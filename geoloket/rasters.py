"""Aerial photos: their layer, and where the file of one is kept."""

from __future__ import annotations

from typing import Final

LAYER: Final = "orthophotos"
"""The layer whose features are photos."""


def key_of(checksum: str) -> str:
    """Key in storage of the COG with that SHA-256: named by what is in it, it never changes."""
    return f"derived/orthophotos/{checksum}.tif"
