"""Settings come from the environment or a file, and every fault is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from geoloket.errors import CommandError
from geoloket.settings import MapSettings, Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("GEOLOKET_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_on_loopback_with_a_database_of_our_own(tmp_path: Path):
    settings = Settings.read()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8000)
    assert settings.database.dsn is None
    assert settings.home == tmp_path / ".geoloket"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "geoloket.toml").write_text("[server]\nport = 8001\nhost = '::1'\n")
    monkeypatch.setenv("GEOLOKET_SERVER__PORT", "8002")
    monkeypatch.setenv("GEOLOKET_LAYERS", "/a:/b")
    settings = Settings.read()
    assert (settings.server.port, settings.server.host) == (8002, "::1")
    assert settings.layers == (Path("/a"), Path("/b"))


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GEOLOKET_DATABASE__DSN", "postgresql://me:hush@db/geoloket")
    assert "hush" not in repr(Settings.read())


def test_every_fault_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GEOLOKET_SERVER__PORT", "99999")
    monkeypatch.setenv("GEOLOKET_STORAGE_SRID", "4326")
    with pytest.raises(CommandError) as caught:
        Settings.read()
    text = str(caught.value)
    assert "server.port" in text
    assert "storage_srid" in text
    assert "\n" not in text


TILES = "https://geo.example:8443/wmts?layer=grb_bsk&tilematrix={z}&tilerow={y}&tilecol={x}"
NAMED = {"background_title": "GRB", "background_attribution": "Digitaal Vlaanderen"}


def test_a_background_from_elsewhere_has_an_origin_to_let_in():
    given = MapSettings.model_validate(NAMED | {"background": TILES})
    assert given.background_origin == "https://geo.example:8443"
    as_wmts = TILES.replace("{z}", "{TileMatrix}").replace("{y}", "{TileRow}")
    assert MapSettings.model_validate(NAMED | {"background": as_wmts}) == given
    assert MapSettings().background_origin is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (NAMED | {"background": "ftp://geo.example/{z}/{x}/{y}"}, "pattern"),
        (NAMED | {"background": "https://a.example; script-src *//{z}/{x}/{y}"}, "pattern"),
        (NAMED | {"background": "https://me:secret@geo.example/{z}/{x}/{y}"}, "pattern"),
        (NAMED | {"background": "https://{s}.geo.example/{z}/{x}/{y}"}, "pattern"),
        (NAMED | {"background": "https://geo.example/wmts?request=GetCapabilities"}, "{z}"),
        (NAMED | {"background": "https://geo.example/{z}/{x}/{y}/{z}"}, "each once"),
        ({"background": TILES, "background_title": "GRB"}, "background_attribution"),
        ({"background": TILES, "background_attribution": "wij"}, "background_title"),
    ],
)
def test_a_background_that_cannot_be_shown_is_refused(given: dict[str, str], reason: str):
    with pytest.raises(ValidationError, match=re.escape(reason)):
        MapSettings.model_validate(given)
