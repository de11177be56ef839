"""Texts: the same keys in every language, every key used, every used key there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from markupsafe import Markup

from geoloket.language import LANGUAGES
from web import statuses
from web.sentences import sentences

WEB = Path(__file__).parents[2] / "web"
SOURCES = [
    *(path for path in WEB.rglob("*.py") if "node_modules" not in path.parts),
    *WEB.glob("templates/**/*.html"),
]
SCRIPTS = [path for path in WEB.glob("src/**/*.ts") if not path.name.endswith(".test.ts")]

# Keys that are made of a part and a name: the names are checked where they are declared.
COMPOSED = (
    "status.",
    "kind.",
    "event_kind.",
    "hindrance.",
    "effect.",
    "weekday.",
    "direction.",
    "error.title_",
    "error.text_",
    "retention.",
    "data.type_",
    "fact.",
    "dossier_",
    "alerts.done_",
    "permits.no_",
    "permit_holds.",
    "letter_event.",
    "letter_result.",
    "step.",
    "step_state.",
    "step_text.",
    "reason.",
    "result.",
    "ended.",
    "procedure.",
    "authority.",
    "project_type.",
    "explain.",
    "status_group.",
    "duty.",
    "severity.",
    "deed.",
    "job_status.",
    "job_stage.",
    "door.",
    "seen_by.",
    "register.",
    "logbook.no_",
    "pano.",
    "review.sights_old.",
    "area_kind.",
    "area_source.",
    "asking_kind.",
    "signin.title_",
    "signin.text_",
    "inspection_",
    "inspections.no_",
    "inspections.plan_",
    "events.no_",
    "filter.no_",
    "inspections.neighbourhood",
    "inspections.inspector",
    "inspections.at",
    "slot.",
    "slot_title.",
    "lapse.",
    "visit_outcome.",
    "edit_deed.",
    "counts.by_",
    "counts.earlier",
    "counts.conform",
    "counts.not_conform",
)


def keys(language: str) -> set[str]:
    return set(sentences(language)._sentences)


def test_all_languages_have_the_same_keys():
    for language in LANGUAGES:
        assert keys(language) == keys("nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_stands_in_two_files(language: str):
    files = (WEB / "texts" / language).glob("*.toml")
    tables = [table for file in files for table in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert len(tables) == len(set(tables)) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_are_filled_in(language: str):
    def values(tongue: str, key: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", sentences(tongue)(key)))

    differing = [key for key in keys("nl") if values(language, key) != values("nl", key)]
    assert differing == []


def test_every_key_is_used_and_every_used_key_exists():
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(r"""(?:\bt|say)\(\s*["']([a-z_0-9]+\.[a-z_0-9.]+)["'][,)]""", source))
    counted = set(re.findall(r"""\.count\(\s*["']([a-z_0-9.]+)["']""", source))
    scripts = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    said = {key for key in keys("nl") if key.startswith("script.") and f'"{key[7:]}"' in scripts}
    chosen = set(re.findall(r"""["']([a-z_0-9]+\.[a-z_0-9.]+)["'] if """, source))
    chosen |= set(re.findall(r"""else ["']([a-z_0-9]+\.[a-z_0-9.]+)["']""", source))
    known = keys("nl")
    plural = {f"{key}.{form}" for key in counted for form in ("one", "other")}
    missing = {key for key in used | plural if key not in known}
    assert missing == set()
    unused = known - used - plural - said - (chosen & known)
    assert {key for key in unused if not key.startswith(COMPOSED)} == set()


def test_every_status_has_a_word():
    known = keys("nl")
    named = {status for members in statuses.GROUPS.values() for status in members}
    assert {f"status.{status}" for status in named} <= known


def test_markup_is_kept_and_all_else_is_escaped():
    say = sentences("nl")
    said = say("permit.react", date=Markup("<strong>nu</strong>"))
    assert said == "Reageren kan tot en met <strong>nu</strong>."
    assert isinstance(said, Markup)
    both = say("permit.submitted", number="<b>", date=Markup("<i>x</i>"))
    assert both == "Dossier &lt;b&gt;, ingediend op <i>x</i>"
    assert not isinstance(say("permit.react", date="<b>"), Markup)
