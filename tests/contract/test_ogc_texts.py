"""Every sentence of the room is there in both languages, and is used."""

from __future__ import annotations

import re
from pathlib import Path

from ogc.links import TEXTS
from ogc.records.schemas import properties_of

ROOM = Path(__file__).parents[2] / "ogc"
USE = re.compile(r'\bt\.(\w+)|(?:\bt|\btexts|\bTEXTS\[\w+\])\["([\w-]+)"\]|\bsentence\("(\w+)"')
OF_RECORDS = {f"record_{name}" for name in properties_of("schema", {}) if name != "geometry"}
BY_NAME = {
    *("schema", "queryables", "sortables", "self", "alternate", "next", "prev"),
    *("kept_Y", "kept_M", "kept_W", "kept_D"),
    *OF_RECORDS,
}
"""Looked up by the name of a part, a relation, a unit of time or a property of a record."""


def test_sentences_are_complete_and_used() -> None:
    files = [*ROOM.rglob("*.py"), *ROOM.glob("templates/*.html")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    used = {name for pair in USE.findall(source) for name in pair if name} | BY_NAME
    assert set(TEXTS["nl"]) == set(TEXTS["en"]) == used


def test_placeholders_are_the_same() -> None:
    def places(text: str) -> list[str]:
        return sorted(re.findall(r"{\w+}", text))

    for name, text in TEXTS["nl"].items():
        assert places(text) == places(TEXTS["en"][name]), name
