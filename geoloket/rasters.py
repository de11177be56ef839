"""Where the file of an aerial photo is kept: named by what is in it, so that it never changes."""

from __future__ import annotations


def key_of(checksum: str) -> str:
    """Key in storage of the COG with that SHA-256."""
    return f"derived/orthophotos/{checksum}.tif"
