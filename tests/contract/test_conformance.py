"""Every declared conformance class is in the room's README with tests that exist, and none else."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from ogc.conformance import CLASSES, EDITING

ROOT = Path(__file__).parents[2]
README = ROOT / "ogc" / "README.md"
ROW = re.compile(r"^\| `([^`]+/conf/[^`]+)` \| (.+) \|$", re.MULTILINE)


def rows() -> dict[str, list[str]]:
    """Conformance class to the names of its tests, as ``file.py::test``."""
    found = ROW.findall(README.read_text(encoding="utf-8"))
    return {name: re.findall(r"`([^`]+)`", tests) for name, tests in found}


def test_each_class_has_a_test() -> None:
    short = {name.removeprefix("http://www.opengis.net/spec/") for name in (*CLASSES, *EDITING)}
    assert set(rows()) == short
    for name, tests in rows().items():
        assert tests, name
        for test in tests:
            file, _, function = test.partition("::")
            [path] = (ROOT / "tests").rglob(file)
            assert re.search(rf"def {function}\b", path.read_text(encoding="utf-8")), test


async def test_declared(ogc: httpx.AsyncClient) -> None:
    assert (await ogc.get("/conformance")).json()["conformsTo"] == list(CLASSES)
