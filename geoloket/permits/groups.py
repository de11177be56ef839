"""Statuses in a few groups, which set colour, glyph and pattern wherever files are drawn."""

from __future__ import annotations

from typing import Final

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "submitted": ("submitted", "completeness_check", "awaiting_supplement"),
    "review": ("under_review", "annulled"),
    "inquiry": ("public_inquiry",),
    "granted": (
        "granted",
        "executable",
        "in_execution",
        "completed",
        "recorded",
        "appeal_granted",
    ),
    "refused": (
        "refused",
        "tacitly_refused",
        "not_recorded",
        "appeal_rejected",
        "appeal_tacitly_rejected",
    ),
    "appeal": ("appeal_pending",),
    "stopped": ("withdrawn", "rejected_incomplete", "lapsed"),
}
OPEN: Final = frozenset(
    {*GROUPS["submitted"], *GROUPS["review"], "public_inquiry", "appeal_pending"}
)
"""Statuses of files on which something is still to be decided."""
AFTER_APPEAL: Final = frozenset({"appeal_granted", "appeal_rejected", "appeal_tacitly_rejected"})
_GROUP_OF: Final = {status: group for group, members in GROUPS.items() for status in members}


def group(status: str | None, result: str | None = None) -> str:
    """The display group of a status; ``unknown`` for one that we do not know.

    After an appeal it follows ``result``, what holds for the applicant since (``decision_result``):
    a neighbour's appeal that is granted takes the permit away. Without a result the appeal is taken
    for the applicant's.
    """
    if status in AFTER_APPEAL and result:
        return "refused" if result == "refused" else "granted"
    return _GROUP_OF.get(status or "", "unknown")
