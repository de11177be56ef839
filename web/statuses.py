"""Permit statuses as they are shown: display groups, which set colour, glyph and map pattern.

The word on a page is always that of the exact status (`word`); a group is never written.
"""

from __future__ import annotations

from geoloket.permits.groups import AFTER_APPEAL, GROUPS, OPEN, group
from web.sentences import Sentences

__all__ = ["AFTER_APPEAL", "GROUPS", "OPEN", "group", "word"]


def word(status: object, result: object, say: Sentences) -> str:
    """The exact status in a word; after an appeal with what holds since, for whoever reads it."""
    key = f"status.{status}"
    name = say(key if key in say else "status.unknown")
    if status in AFTER_APPEAL and result:
        refused = result == "refused"
        key = "permit.after_appeal_refused" if refused else "permit.after_appeal_granted"
        return say(key, status=name)
    return name
