"""What is done with personal data beside the layers: mail, signing in, logs (``processings.toml``).

Layers declare their purpose, ground and retention themselves. Together they are the register of
processing (GDPR art. 30), which so cannot lag behind what the program does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from geoloket.declaration import Declaration, Identifier, Text
from geoloket.settings import Settings


class Processing(Declaration):
    """One of them. In ``retention`` stand names of settings, as ``{audit_years}``."""

    id: Identifier
    title: Text
    purpose: Text
    legal_basis: Text
    subjects: Text
    """Whose data."""
    data: Text
    """Which data of theirs."""
    recipients: Text
    retention: Text
    holds: tuple[str, ...] = ()
    """Tables of schemas that are shut in which it stands: `people.tokens`, or `audit.*`."""
    when: Literal["mail", "staff", "background"] | None = None
    """Setting without which it is not done."""
    layer: Identifier | None = None
    """Layer without which it is not done."""


class Register(Declaration):
    """The processings, and the measures that protect all data."""

    processing: tuple[Processing, ...]
    measures: tuple[Text, ...]
    nobody: tuple[str, ...] = ()
    """Tables of schemas that are shut in which nobody stands."""
    staff_measures: tuple[Text, ...]
    """Further ones, for what is not public."""

    def speaks_of(self, table: str) -> bool:
        """Whether it tells whose data are in a table of a schema that is shut, or that none are."""
        named = {name for one in self.processing for name in one.holds} | {*self.nobody}
        return table in named or f"{table.partition('.')[0]}.*" in named

    def done(self, settings: Settings, layers: Mapping[str, object]) -> tuple[Processing, ...]:
        """The processings that are done with these settings and layers, with their figures."""
        switches = {
            None: True,
            "mail": settings.mail.on,
            "staff": settings.identity.issuer is not None,
            "background": settings.map.background is not None,
        }
        figures = _figures(settings)
        return tuple(
            one.model_copy(update={"retention": _filled(one.retention, figures)})
            for one in self.processing
            if switches[one.when] and (one.layer is None or one.layer in layers)
        )


@cache
def built_in() -> Register:
    """The register that comes with Geoloket."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return Register.model_validate(tomllib.loads(text))


def _figures(settings: Settings) -> dict[str, int]:
    return {
        "audit_years": settings.audit.retention_years,
        "idle_minutes": settings.identity.idle_minutes,
        "longest_hours": settings.identity.longest_hours,
        "token_days": settings.identity.token_days,
        "token_rests_days": settings.identity.token_rests_days,
        "job_days": settings.jobs.keep_days,
        "originals_days": settings.imagery.originals_days,
        "requests_days": settings.imagery.requests_days,
    }


def _filled(text: Mapping[str, str], figures: Mapping[str, int]) -> dict[str, str]:
    return {language: sentence.format(**figures) for language, sentence in text.items()}
