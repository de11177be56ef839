"""A parcel through the years in Chromium: a town of its own, with small pictures of a street."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.database import Dsn, copied
from fixtures.imagery import plant
from fixtures.server import PRISTINE_TOWN, lodging, serving

from geoloket.database import connect
from geoloket.embedded import OWNER

PARCEL = "99001A0123-00B000"


@pytest.fixture(scope="module")
def counter(server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("imagery")
    with copied(server, PRISTINE_TOWN) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            plant(owner, home, PARCEL, public=2023)
        with lodging(home) as door, serving(dsn, home, **door) as base_url:
            yield base_url


@pytest.mark.browser
def test_imagery_in_a_browser(counter: str):
    found = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(Path(__file__).with_name("imagery.mjs"))],
        env=os.environ | {"GEOLOKET_BASE_URL": counter, "PARCEL": PARCEL},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
