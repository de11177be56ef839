"""GDAL's MVT driver on our tiles, in each grid that it is told of."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from fixtures.clients import gdal

from ogc.schemes import SCHEMES, Scheme

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_gdal_reads_a_tile_of_several_layers(live: str, tmp_path: Path, scheme: Scheme) -> None:
    level = scheme.first(15)
    document = httpx.get(f"{live}/ogc/tiles/{scheme.id}?collections=buildings", timeout=60).json()
    limits = next(one for one in document["tileMatrixSetLimits"] if one["tileMatrix"] == str(level))
    row = (limits["minTileRow"] + limits["maxTileRow"]) // 2
    column = (limits["minTileCol"] + limits["maxTileCol"]) // 2
    address = f"{live}/ogc/tiles/{scheme.id}/{level}/{row}/{column}?collections=parcels,buildings"
    file = tmp_path / "tile.mvt"
    file.write_bytes(httpx.get(address, timeout=60).content)
    told = gdal("ogrinfo", "-ro", "-al", "-so", str(file))
    counts = dict(re.findall(r"Layer name: (\w+)[\s\S]*?Feature Count: (\d+)", told))
    assert set(counts) == {"parcels", "buildings"}
    assert all(int(count) > 5 for count in counts.values())
    assert "parcel_label: String" in told
