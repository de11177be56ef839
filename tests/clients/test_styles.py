"""QGIS with our styles on our collections: the colours of the map, by QML and by SLD."""

from __future__ import annotations

from pathlib import Path

import httpx
import psycopg
import pytest
from fixtures.clients import styled_by_qgis

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def decided(town_dsn: str) -> tuple[float, float]:
    """Middle of the largest plot with a granted permit, in Lambert 72."""
    with psycopg.connect(town_dsn) as owner:
        row = owner.execute(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM "
            "geoloket.permits WHERE status = 'granted' ORDER BY ST_Area(geom) DESC LIMIT 1) AS one"
        ).fetchone()
    assert row
    return row[0], row[1]


@pytest.mark.parametrize("kind", ["qml", "sld"])
def test_permits_have_the_colours_of_the_map(
    live: str, decided: tuple[float, float], tmp_path: Path, kind: str
) -> None:
    """#007A5A at 0.36 on white, and its outline #0F6B4F, as at zoom 16 of the map."""
    style = tmp_path / f"permits.{kind}"
    style.write_bytes(httpx.get(f"{live}/ogc/styles/permits?f={kind}", timeout=60).content)
    seen = styled_by_qgis(live, "permits", style, decided)
    assert seen["loaded"], seen["told"]
    assert seen["renderer"] == "QgsRuleBasedRenderer"
    colors = seen["colors"]
    assert any(_near(color, (163, 207, 196)) for color in colors)
    assert any(_near(color, (15, 107, 79)) for color in colors)


@pytest.mark.parametrize("kind", ["qml", "sld"])
@pytest.mark.parametrize("layer", ["streets", "addresses", "events", "green"])
def test_labels_are_on(
    live: str, decided: tuple[float, float], tmp_path: Path, layer: str, kind: str
) -> None:
    style = tmp_path / f"{layer}.{kind}"
    style.write_bytes(httpx.get(f"{live}/ogc/styles/{layer}?f={kind}", timeout=60).content)
    seen = styled_by_qgis(live, layer, style, decided)
    assert seen["loaded"], seen["told"]
    assert seen["labels"]


def _near(color: str, wanted: tuple[int, int, int]) -> bool:
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return all(abs(part - one) <= 3 for part, one in zip(parts, wanted, strict=True))
