"""A city's own data, from its files to other people's programs: nothing is lost on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from fixtures.clients import fetched_by_gdal, seen_by_qgis, told_by_gdal
from fixtures.server import serving
from psycopg import sql

pytestmark = pytest.mark.clients


def test_leuven_is_counted_alike_everywhere(
    real_data: Path, fresh_dsn: str, tmp_path: Path
) -> None:
    sources = {"parcels": "leuven-adp/adp_leuven.gpkg", "addresses": "adressen-crab-2013/3001.csv"}
    environment = {"GEOLOKET_DATABASE__DSN": fresh_dsn, "GEOLOKET_HOME": str(tmp_path / "home")}
    for layer, file in sources.items():
        command = [sys.executable, "-m", "geoloket.main.cli", "import", layer]
        subprocess.run([*command, str(real_data / file)], env=os.environ | environment, check=True)
    with serving(fresh_dsn, tmp_path) as service:
        for layer in sources:
            with psycopg.connect(fresh_dsn) as owner:
                count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("geoloket", layer))
                row = owner.execute(count).fetchone()
            assert row
            held = row[0]
            assert told_by_gdal(service, layer) == fetched_by_gdal(service, layer) == held
            if layer == "parcels":
                seen = seen_by_qgis(service, layer, tmp_path)
                assert seen["told"] == seen["found"] == seen["different"] == held == 26_741
