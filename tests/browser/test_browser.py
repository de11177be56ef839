"""The pages in Chromium, driven by Node's own test runner: ``*.test.mjs`` beside this file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.browser
@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_pages_in_a_browser(file: Path, live: str):
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(file)],
        env=os.environ | {"GEOLOKET_BASE_URL": live},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
