"""From what was found to an answer: pure functions, and the rule never to guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geoloket.dossier.model import Answer, Finding, Reason, Section, Source
from geoloket.enquiry import RESTRICTED, SectionCode

TOUCHING: Final = 0.01
"""Part of the parcel's area under which an overlap is only said to touch."""
_ANSWERS: Final = {Reason.FOUND: Answer.APPLICABLE, Reason.NOTHING: Answer.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Asked:
    """A layer that was asked about the parcel."""

    source: Source
    complete: bool
    """Whether its declaration says that it holds all there is."""
    filled: bool
    """Whether it holds anything at all, anywhere."""


def section(code: SectionCode, asked: Sequence[Asked], findings: Sequence[Finding] = ()) -> Section:
    """The answer of a section. A restricted one tells nothing, whatever was found."""
    if code in RESTRICTED:
        return Section(code, Answer.TO_BE_COMPLETED, Reason.RESTRICTED, (), ())
    reason = _reason(asked, findings)
    sources = tuple(one.source for one in asked)
    return Section(
        code, _ANSWERS.get(reason, Answer.TO_BE_COMPLETED), reason, tuple(findings), sources
    )


def _reason(asked: Sequence[Asked], findings: Sequence[Finding]) -> Reason:
    if any(found.cut != "touches" for found in findings):
        return Reason.FOUND
    if findings:
        return Reason.TOUCHING
    if not asked:
        return Reason.NO_LAYER
    if not all(one.filled for one in asked):
        return Reason.EMPTY
    return Reason.NOTHING if all(one.complete for one in asked) else Reason.INCOMPLETE


def overlap(layer: str, row: Mapping[str, object]) -> Finding:
    """A finding from a row of ``compose.overlaps``."""
    share = row["share"]
    part = float(share) if isinstance(share, int | float) else None
    cut = "touches" if part is not None and part < TOUCHING else "intersects"
    facts = row["facts"]
    assert isinstance(facts, Mapping)  # noqa: S101  # jsonb_build_object
    return Finding(layer, str(row["id"]), cut, part, facts)  # pyright: ignore[reportUnknownArgumentType]
