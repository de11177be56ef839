"""Settings come from the environment or a file, and every fault is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geoloket.errors import CommandError
from geoloket.settings import Settings


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
