"""Signing in at an OpenID provider that others wrote (oidc-provider-mock), as a process.

We are registered there with a secret, and it asks for a nonce.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.demo import free_port, wait_for
from fixtures.identity import HERE, identified, loket

from geoloket.embedded import OWNER

pytestmark = pytest.mark.xdist_group("sign-in-provider")

PEOPLE = (
    {"sub": "mira", "given_name": "Mira", "family_name": "Maes", "groups": ["geoloket"]},
    {"sub": "eva", "name": "Eva", "groups": ["library"]},
)


@dataclass(frozen=True)
class Registered:
    issuer: str
    client: str
    secret: str

    def identity(self, **more: Any) -> dict[str, Any]:
        roles = {"staff": [{"groups": "geoloket"}]}
        known = {"client_id": self.client, "client_secret": self.secret, "roles": roles}
        return {"issuer": self.issuer, "demo": True} | known | more


@pytest.fixture(scope="module")
def provider() -> Iterator[Registered]:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    options = ["--port", str(port), "--require-registration", "--require-nonce"]
    for person in PEOPLE:
        options += ["--user-claims", json.dumps(person)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers() -> bool:
        assert process.poll() is None, "the provider stopped"
        try:
            return httpx.get(f"{issuer}/jwks").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_for(answers)
        wanted = {"redirect_uris": [f"{HERE}/aanmelden/terug"]}
        told = httpx.post(f"{issuer}/oauth2/clients", json=wanted).raise_for_status().json()
        yield Registered(issuer, told["client_id"], told["client_secret"])
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def people_dsn(server: Dsn, template: str) -> Iterator[str]:
    with copied(server, template) as name:
        yield server(OWNER, name)


def chosen(away: str, subject: str) -> str:
    """What its form leads to; the address to come back to."""
    answer = httpx.post(away, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    back = answer.headers["location"]
    assert back.startswith(f"{HERE}/aanmelden/terug?")
    return back


async def test_somebody_signs_in_and_out(people_dsn: str, provider: Registered, tmp_path: Path):
    async with loket(identified(people_dsn, tmp_path, provider.identity())) as counter:
        one = counter.browser()
        answer = await one.visit(chosen(await one.leave("/en/staff"), "mira"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/en/staff")
        assert "Mira Maes" in (await one.get("/en/staff")).text
        there = (await one.sign_out()).headers["refresh"].removeprefix("0; url=")
        assert there.startswith(f"{provider.issuer}/oauth2/end_session?")
        assert httpx.get(there).status_code == 200
        assert not await one.is_in()


async def test_who_is_somebody_else_is_told_so(
    people_dsn: str, provider: Registered, tmp_path: Path
):
    async with loket(identified(people_dsn, tmp_path, provider.identity())) as counter:
        one = counter.browser()
        answer = await one.visit(chosen(await one.leave(), "eva"))
        assert answer.status_code == 403
        assert "Je mag hier niet binnen" in answer.text


async def test_without_the_right_secret_a_code_is_worth_nothing(
    people_dsn: str, provider: Registered, tmp_path: Path
):
    wrong = provider.identity(client_secret="wrong")
    async with loket(identified(people_dsn, tmp_path, wrong)) as counter:
        one = counter.browser()
        answer = await one.visit(chosen(await one.leave(), "mira"))
        assert answer.status_code == 403
        assert not await one.is_in()


async def test_the_secret_may_be_in_a_file(people_dsn: str, provider: Registered, tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{provider.secret}\n")
    given = provider.identity(client_secret=None, client_secret_file=file)
    async with loket(identified(people_dsn, tmp_path, given)) as counter:
        one = counter.browser()
        answer = await one.visit(chosen(await one.leave(), "mira"))
        assert answer.status_code == 303
