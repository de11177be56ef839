"""The manual says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoloket.main.reference import pages

TREE = Path(__file__).parents[2]
WRITTEN = sorted(
    path
    for pattern in ("*.md", "*/README.md", "web/docs/**/*.md")
    for path in TREE.glob(pattern)
    if "node_modules" not in path.parts
)


def test_reference_tables_are_up_to_date():
    behind = [path.name for path, text in pages().items() if path.read_text() != text]
    assert behind == [], "run `make docs`"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: str(path.relative_to(TREE)))
def test_links_between_pages_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [
        link for link in links if ":" not in link and not (page.parent / link).resolve().exists()
    ]
    assert broken == []


def test_the_readme_starts_with_two_commands_that_exist():
    block = re.search(r"```sh\n(.*?)```", (TREE / "README.md").read_text(), re.DOTALL)
    assert block
    commands = [line.split("#")[0].strip() for line in block[1].splitlines()]
    assert commands == ["make demo", "make test"]
    targets = re.findall(r"^([a-z]+):", (TREE / "Makefile").read_text(), re.MULTILINE)
    assert {"demo", "test"} <= set(targets)
    assert "make test" in (TREE / ".ci" / "run").read_text()
