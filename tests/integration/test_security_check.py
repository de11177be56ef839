"""What ``geoloket check`` says of an installation that is open where it should not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geoloket.database import connect
from geoloket.main.doctor import security
from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import AuditSettings, ServerSettings, Settings


def settings(home: Path, **groups: Any) -> Settings:
    return Settings.read(home=home, **groups)


def told(findings: Any) -> dict[str, Finding]:
    return {one.subject: one for one in findings}


def test_this_machine_alone_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    found = told(security.findings(settings(tmp_path)))
    assert [one.state for one in found.values()] == [State.OK]


def test_open_doors_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    server = ServerSettings(host="192.0.2.1", trusted_proxies="*")
    found = told(security.findings(settings(tmp_path, server=server)))
    assert found["doors"].state is State.WARN
    assert found["names"].state is State.WARN
    assert found["proxies"].state is State.WRONG
    closed = ServerSettings(
        host="192.0.2.1", public_url="https://loket.example", hosts="loket.example"
    )
    found = told(security.findings(settings(tmp_path, server=closed)))
    assert {one.state for one in found.values()} == {State.OK}


@pytest.mark.parametrize(("mode", "state"), [(0o644, State.WRONG), (0o600, State.OK)])
def test_secrets_that_others_can_read_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, state: State
):
    monkeypatch.chdir(tmp_path)
    key = tmp_path / "key"
    key.write_text("GEHEIM")
    key.chmod(mode)
    audit = AuditSettings(key_file=key)
    found = told(security.findings(settings(tmp_path, audit=audit)))
    assert found["secrets"].state is state
    assert "GEHEIM" not in found["secrets"].fact
    file = tmp_path / "geoloket.toml"
    file.write_text('[database]\ndsn = "postgresql://x:GEHEIM@127.0.0.1/x"\n')
    file.chmod(mode)
    lines = list(security._files(settings(tmp_path)))
    assert [one.state for one in lines] == [state]
    file.write_text('[site]\nname = "Zandwijk"\n')
    assert list(security._files(settings(tmp_path))) == []


def test_a_secret_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    audit = AuditSettings(key_file=tmp_path / "none")
    assert told(security.findings(settings(tmp_path, audit=audit)))["secrets"].state is State.WRONG


def test_an_invented_town_in_public_and_a_mighty_login_are_told(fresh_dsn: str, tmp_path: Path):
    public = ServerSettings(host="192.0.2.1")
    given: dict[str, Any] = {"dsn": fresh_dsn}
    open_ = settings(tmp_path, server=public, database=given)
    inside = settings(tmp_path, database=given)
    with connect(fresh_dsn, autocommit=True) as owner:
        assert "data" not in told(security.server_findings(owner, open_))
        owner.execute("INSERT INTO geoloket.site (key, value) VALUES ('invented', 'true')")
        assert told(security.server_findings(owner, open_))["data"].state is State.WRONG
        assert "data" not in told(security.server_findings(owner, inside))
        login = told(security.server_findings(owner, inside))["login"]
        row = owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = session_user").fetchone()
        assert row
        assert (login.state is State.WRONG) == row["rolsuper"]
        # One that may nothing more: what the findings ask is of everybody's catalogue.
        if row["rolsuper"]:
            owner.execute("SET SESSION AUTHORIZATION geoloket_reader")
        after = told(security.server_findings(owner, inside))["login"]
        assert after.state is State.OK
    own = settings(tmp_path)
    with connect(fresh_dsn) as owner:
        assert "on this machine" in told(security.server_findings(owner, own))["login"].fact
