"""Fixtures live in ``tests/fixtures``; see there. Nothing needs to run before the tests."""

from __future__ import annotations

import sys
from pathlib import Path

# By path, and under a name of our own: a dependency installs a package called `tests`.
sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = [
    "fixtures.database",
    "fixtures.server",
    "fixtures.standards",
    "fixtures.many",
    "fixtures.truth",
    "fixtures.varied",
    "fixtures.data",
    "fixtures.post",
    "fixtures.identity",
    "fixtures.canary_town",
    "fixtures.towns",
]
