"""MapLibre GL in Chromium, on our style and our TileJSON (``maplibre.test.mjs``)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.clients, pytest.mark.browser]


def test_maplibre_draws_our_style_and_tilejson(live: str) -> None:
    """Both are drawn without an error, with features of ours, and nobody else is asked."""
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", Path(__file__).parent / "maplibre.test.mjs"],
        env=os.environ | {"GEOLOKET_BASE_URL": live},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
