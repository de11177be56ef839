"""What claims make of somebody, and settings by which nobody should sign in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from geoloket.access import VISITOR, Duty, Role, person
from geoloket.errors import CommandError
from geoloket.main.doctor.finding import State
from geoloket.main.doctor.identity import findings
from geoloket.people import duties, enough, name_of
from geoloket.settings import IdentitySettings, Settings

LOGIN = "https://login.example"
EVERYWHERE = "0.0.0.0"  # noqa: S104
LOKET = {"public_url": "https://loket.example"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("GEOLOKET_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def identity(**given: Any) -> IdentitySettings:
    return IdentitySettings.model_validate({"issuer": LOGIN, **given})


def test_roles_follow_from_claims():
    given = identity(
        roles={
            "staff": [{"groups": "geoloket"}, {"realm_access.roles": "stad"}],
            "housing": [{"groups": "wonen", "department": "ruimte"}],
            "admin": [{"https://example/claim": "x"}],
        }
    )
    assert duties({"groups": ["geoloket", "other"]}, given) == {Duty.STAFF}
    assert duties({"groups": "geoloket"}, given) == {Duty.STAFF}
    assert duties({"realm_access": {"roles": ["stad"]}}, given) == {Duty.STAFF}
    assert duties({"groups": ["wonen"]}, given) == set()
    assert duties({"groups": ["wonen"], "department": "ruimte"}, given) == {Duty.HOUSING}
    assert duties({"https://example/claim": "x"}, given) == {Duty.ADMIN}
    for claims in ({}, {"groups": None}, {"groups": "geoloket2"}, {"realm_access": "stad"}):
        assert duties(claims, given) == set()


def test_an_empty_set_of_claims_gives_no_role():
    assert duties({"groups": "x"}, identity(roles={"staff": [{}]})) == set()


def test_with_acm_idm_staff_of_ours_are_staff():
    given = identity(profile="acmidm", organisation="OVO002067")
    assert given.asked_scopes == ("openid", "profile", "vo")
    ours = {"vo_doelgroepcode": "LB", "vo_orgcode": "OVO002067"}
    assert duties(ours, given) == {Duty.STAFF}
    assert duties(ours | {"vo_orgcode": "OVO000001"}, given) == set()
    assert duties(ours | {"vo_doelgroepcode": "BUR"}, given) == set()


def test_only_staff_become_more_than_visitors():
    assert person("s", "N", {Duty.HOUSING, Duty.ADMIN}) is VISITOR
    assert person("s", "N", {Duty.STAFF, Duty.ADMIN}).role is Role.STAFF
    assert person("s", "N", {Duty.STAFF, Duty.HOUSING}).role is Role.HOUSING


def test_a_second_step_is_told_by_acr_and_amr():
    assert enough({}, identity())
    strict = identity(required_acr=["2", "3"], required_amr=["mfa", "hwk"])
    assert enough({"acr": "3", "amr": ["pwd", "hwk"]}, strict)
    for claims in ({}, {"acr": "3"}, {"amr": ["mfa"]}, {"acr": "1", "amr": ["mfa"]}):
        assert not enough(claims, strict)


def test_a_name_is_what_the_provider_says():
    assert name_of({"sub": "1", "given_name": "Mira", "family_name": "Maes"}) == "Mira Maes"
    assert name_of({"sub": "1", "name": "Mira\r\n"}) == "Mira"
    assert name_of({"sub": "1"}) == "1"
    assert len(name_of({"sub": "1", "name": "x" * 500})) == 100


@pytest.mark.parametrize(
    ("given", "server", "told"),
    [
        ({"issuer": "http://login.example"}, LOKET, "https://"),
        ({"issuer": f"{LOGIN}/?a=b"}, LOKET, "without query"),
        ({"issuer": LOGIN}, {}, "public_url"),
        ({"issuer": LOGIN}, {"public_url": "http://loket.example"}, "public_url"),
        ({"issuer": LOGIN, "scopes": ["profile"]}, LOKET, "openid"),
        ({"issuer": LOGIN, "profile": "acmidm"}, LOKET, "organisation"),
        ({"issuer": LOGIN, "client_secret": "x", "client_secret_file": "y"}, LOKET, "one of"),
        ({"issuer": LOGIN, "algorithms": ["none"]}, LOKET, "algorithms"),
        ({"issuer": LOGIN, "algorithms": ["HS256"]}, LOKET, "algorithms"),
        ({"issuer": "http://127.0.0.1:1"}, {}, "https://"),
        ({"issuer": LOGIN, "demo": True}, {}, "this machine"),
        ({"issuer": "http://10.0.0.1", "demo": True}, {}, "this machine"),
        ({"issuer": "http://127.0.0.1:1", "demo": True}, {"host": EVERYWHERE}, "loopback"),
        ({"issuer": "http://127.0.0.1:1", "demo": True}, LOKET, "loopback"),
        (
            {"issuer": "http://127.0.0.1:1", "demo": True},
            {"public_url": "https://localhost"},
            "https",
        ),
    ],
)
def test_a_way_in_that_is_not_safe_is_refused(
    given: dict[str, Any], server: dict[str, Any], told: str
):
    with pytest.raises(CommandError) as caught:
        Settings.read(identity=given, server=server)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_line_cannot_open_a_demo():
    settings = Settings.read(identity={"issuer": "http://127.0.0.1:1", "demo": True})
    assert settings.serving(port=8001).server.port == 8001
    with pytest.raises(CommandError, match=r"identity\.demo"):
        settings.serving(host=EVERYWHERE)


def test_roles_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GEOLOKET_SERVER__PUBLIC_URL", "https://loket.example")
    monkeypatch.setenv("GEOLOKET_IDENTITY__ISSUER", LOGIN)
    monkeypatch.setenv("GEOLOKET_IDENTITY__CLIENT_SECRET", "hush")
    monkeypatch.setenv("GEOLOKET_IDENTITY__REQUIRED_AMR", '["mfa"]')
    monkeypatch.setenv("GEOLOKET_IDENTITY__ROLES__STAFF", '[{"groups": "geoloket"}]')
    settings = Settings.read()
    assert settings.identity.staff_claims == ({"groups": "geoloket"},)
    assert settings.identity.required_amr == ("mfa",)
    assert "hush" not in repr(settings)


def test_the_doctor_tells_what_guards_the_door(tmp_path: Path):
    def states(**given: Any) -> dict[str, State]:
        return {
            one.fact: one.state for one in findings(Settings.read(identity=given, server=LOKET))
        }

    assert set(states().values()) == {State.OK}
    bare = states(issuer=LOGIN)
    assert any("nobody is staff" in fact for fact, state in bare.items() if state is State.WRONG)
    assert any("second step" in fact for fact, state in bare.items() if state is State.WARN)
    file = tmp_path / "secret"
    safe = {
        "issuer": LOGIN,
        "client_secret_file": file,
        "required_amr": ["mfa"],
        "roles": {"staff": [{"groups": "geoloket"}]},
    }
    assert any("no such file" in fact for fact in states(**safe))
    file.write_text("hush")
    file.chmod(0o644)
    assert any("chmod 600" in fact for fact in states(**safe))
    file.chmod(0o600)
    assert set(states(**safe).values()) == {State.OK}
