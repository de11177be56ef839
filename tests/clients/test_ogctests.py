"""The package ogctests: other people's reading of the abstract tests of Features Core.

It runs in an environment of its own, which ``./setup.sh test`` makes, and asks nothing of anybody
but the service: the schemas of the standard are inside it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("GEOLOKET_OGCTESTS", ROOT / ".setup/ogctests")) / "bin/python"


def test_features_core_passes(live: str, tmp_path: Path) -> None:
    """All 29 abstract tests, for every collection."""
    assert PYTHON.exists(), "./setup.sh test makes it"
    where = "import ogctests, pathlib; print(pathlib.Path(ogctests.__file__).parent)"
    asked = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True)
    suite = Path(asked.stdout.strip()) / "features" / "core"
    settings = tmp_path / "pytest.ini"  # its own, or it takes those of the tree that it lies in
    settings.write_text("[pytest]\n")
    done = subprocess.run(
        [
            PYTHON,
            "-m",
            "pytest",
            "-c",
            settings,
            "-q",
            "--tb=short",
            "-p",
            "no:cacheprovider",
            suite,
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "INSTANCE_URL": f"{live}/ogc"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert re.search(r"\b29 passed", done.stdout), done.stdout[-4000:]
    assert done.returncode == 0
