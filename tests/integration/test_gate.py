"""What is refused at the gate: other names, too many, too much, and what takes too long."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fixtures.server import settings_for
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope

from geoloket.errors import BodyTooLarge, Misdirected, Unavailable
from geoloket.main import app
from geoloket.main.gate.bodies import limited
from geoloket.main.gate.hosts import Hosts
from geoloket.main.gate.rates import kind_of
from geoloket.settings import LimitSettings, MailSettings, ServerSettings, Settings
from geoloket.turns import Turns

STRANGER = ("203.0.113.7", 50000)
ITEMS = "/ogc/collections/parcels/items"


@asynccontextmanager
async def served(
    settings: Settings, *, client: tuple[str, int] = STRANGER, scheme: str = "http"
) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    application = app.create(settings)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False, client=client)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url=f"{scheme}://loket.test") as asking,
    ):
        yield application, asking


def limited_to(dsn: str, home: Path, **limits: Any) -> Settings:
    return settings_for(dsn, home).model_copy(update={"limits": LimitSettings(**limits)})


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("loket.example", True),
        ("LOKET.example:8443", True),
        ("loket.example.", True),
        ("a.intern.example", True),
        ("intern.example", False),
        ("loket.example.evil.test", False),
        ("evil.test", False),
        ("[::1]:8000", True),
        ("[::2]", False),
        ("", False),
    ],
)
def test_names_that_we_answer_to(host: str, ours: bool):
    hosts = Hosts("loket.example *.intern.example [::1]")
    scope = {"path": "/", "headers": [(b"host", host.encode())]}
    if ours:
        hosts.check(scope)
    else:
        with pytest.raises(Misdirected):
            hosts.check(scope)


def test_two_names_or_none_are_nobodys():
    hosts = Hosts("loket.example")
    for headers in ([], [(b"host", b"loket.example")] * 2):
        with pytest.raises(Misdirected):
            hosts.check({"path": "/", "headers": headers})
        hosts.check({"path": "/health/live", "headers": headers})
        Hosts(None).check({"path": "/", "headers": headers})


async def test_another_name_is_misdirected(standards_dsn: str, tmp_path: Path):
    settings = settings_for(standards_dsn, tmp_path)
    settings = settings.model_copy(update={"server": ServerSettings(hosts="loket.test")})
    async with served(settings) as (_, client):
        assert (await client.get(ITEMS)).status_code == 200
        for path, kind in ((ITEMS, "application/problem+json"), ("/", "text/html; charset=utf-8")):
            refused = await client.get(path, headers={"host": "evil.test"})
            assert (refused.status_code, refused.headers["content-type"]) == (421, kind)
            assert refused.headers["x-content-type-options"] == "nosniff"


async def test_who_asks_too_often_is_told_when_to_come_back(standards_dsn: str, tmp_path: Path):
    settings = limited_to(standards_dsn, tmp_path, requests=5, searches=2, forms=1, tiles=3)
    async with served(settings) as (_, client):
        for path, most in (("/ogc/conformance", 5), ("/api/addresses?q=kerk", 2)):
            answers = [await client.get(f"{path}") for _ in range(most + 2)]
            assert [one.status_code for one in answers] == [200] * most + [429] * 2
            refused = answers[-1]
            assert 1 <= int(refused.headers["retry-after"]) <= 60
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["type"] == "/problems/too-many-requests"
            assert refused.headers["access-control-allow-origin"] == "*"
        answers = [await client.post("/meldingen", data={"deed": "x"}) for _ in range(2)]
        assert [one.status_code == 429 for one in answers] == [False, True]
        assert answers[1].headers["content-type"].startswith("text/html")
        for path in ("/health/live", "/assets/none.js"):
            assert all([(await client.get(path)).status_code != 429 for _ in range(8)])


async def test_kept_tiles_and_this_machine_are_not_counted(standards_dsn: str, tmp_path: Path):
    settings = limited_to(standards_dsn, tmp_path, requests=2, tiles=2)
    tile = "/ogc/collections/parcels/tiles/WebMercatorQuad/16/21877/33355"
    async with served(settings) as (_, client):
        assert {(await client.get(tile)).status_code for _ in range(10)} <= {200, 204}
    async with served(settings, client=("127.0.0.1", 1)) as (_, client):
        assert {(await client.get("/ogc/conformance")).status_code for _ in range(10)} == {200}
    async with served(settings, client=("2001:db8::1", 1)) as (_, client):
        assert [(await client.get("/ogc/conformance")).status_code for _ in range(3)][2] == 429
    none = limited_to(standards_dsn, tmp_path, requests=0)
    async with served(none) as (_, client):
        assert {(await client.get("/ogc/conformance")).status_code for _ in range(10)} == {200}


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/", "requests"),
        ("GET", "/zoek?q=x", "searches"),
        ("GET", "/api/addresses", "searches"),
        ("GET", "/geolocation/v4/Suggestion", "searches"),
        ("GET", "/ogc/collections/parcels/tiles/x/1/1/1", "tiles"),
        ("GET", "/ogc/collections/parcels/items", "requests"),
        ("POST", "/meldingen", "forms"),
        ("DELETE", "/ogc/collections/parcels/items/x", "requests"),
        ("POST", "/ogc/processes/echo/execution", "forms"),
        ("GET", "/aanmelden", "requests"),
        ("GET", "/aanmelden/naar", "forms"),
        ("GET", "/en/sign-in/go", "forms"),
        ("POST", "/aanmelden/afgemeld", "requests"),
        ("GET", "/static/x.svg", None),
        ("GET", "/health/ready", None),
    ],
)
def test_what_a_request_counts_as(method: str, path: str, kind: str | None):
    assert kind_of(method, path) == kind


async def test_more_than_we_read_is_not_read(standards_dsn: str, tmp_path: Path):
    mail = MailSettings(outbox=tmp_path / "outbox")
    settings = limited_to(standards_dsn, tmp_path, body_kb=16).model_copy(update={"mail": mail})
    async with served(settings) as (_, client):
        assert (await client.post("/meldingen", data={"x": "y" * 1000})).status_code != 413
        told = await client.post("/meldingen", data={"x": "y" * 20_000})
        assert told.status_code == 413

        async def dripping() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b"x" * 1000

        form = {"content-type": "application/x-www-form-urlencoded"}
        streamed = await client.post("/meldingen", content=dripping(), headers=form)
        assert streamed.status_code == 413
        assert "16 kB" in streamed.text or streamed.headers["content-type"].startswith("text/html")


async def test_a_length_that_is_none_is_refused():
    """Before anything is read."""

    async def receive() -> Message:
        raise AssertionError

    for length in (b"-1", b"1e9", b"9" * 4000, b"70000"):
        scope = {"method": "POST", "headers": [(b"content-length", length)]}
        with pytest.raises(BodyTooLarge):
            await limited(scope, receive, 65536)()


async def test_who_knows_who_asks_makes_room():
    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(70_000), "more_body": True}

    scope: Scope = {"method": "POST", "headers": [(b"content-length", b"140000")]}
    receive_some = limited(scope, receive, 65536)
    scope["state"]["room"].most = 100_000
    with pytest.raises(BodyTooLarge):
        await receive_some()
    scope["state"]["room"].most = 140_000
    for _ in range(2):
        assert len((await receive_some())["body"]) == 70_000
    with pytest.raises(BodyTooLarge):
        await receive_some()


async def test_what_takes_too_long_is_broken_off(standards_dsn: str, tmp_path: Path):
    async with served(limited_to(standards_dsn, tmp_path, answer_s=0.2)) as (application, client):
        left = asyncio.Event()

        async def never(request: Request) -> Response:
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
            return PlainTextResponse("")

        async def long(request: Request) -> Response:
            request.state.patience.reschedule(asyncio.get_running_loop().time() + 30)
            await asyncio.sleep(0.4)
            return PlainTextResponse("at last")

        application.add_route("/api/never", never)
        application.add_route("/api/long", long)
        refused = await client.get("/api/never")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "30"
        assert left.is_set()
        assert (await client.get("/api/long")).text == "at last"


@pytest.mark.parametrize(
    "path",
    ["/", "/ogc?f=html", "/ogc?f=json", ITEMS, "/ogc/nowhere", "/nowhere", "/api/openapi.json",
     "/static/none.svg", "/health/live", "/sitemap.xml", "/geolocation/nowhere"],
)  # fmt: skip
async def test_every_answer_has_the_headers_of_safety(
    standards_dsn: str, tmp_path: Path, path: str
):
    settings = settings_for(standards_dsn, tmp_path)
    for scheme in ("http", "https"):
        async with served(settings, scheme=scheme) as (_, client):
            headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"]
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert ("strict-transport-security" in headers) == (scheme == "https")


async def test_so_has_the_answer_to_what_nobody_foresaw(standards_dsn: str, tmp_path: Path):
    async with served(settings_for(standards_dsn, tmp_path)) as (application, client):

        async def broken(request: Request) -> Response:
            raise RuntimeError("GEHEIM")

        application.add_route("/api/broken", broken)
        answer = await client.get("/api/broken")
    assert answer.status_code == 500
    assert "GEHEIM" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]


async def test_turns_are_given_queued_and_refused():
    turns = Turns(2, 3, 0.3, "busy")
    inside, done = asyncio.Event(), asyncio.Event()
    most = now = 0

    async def work() -> str:
        nonlocal most, now
        try:
            async with turns.turn():
                now += 1
                most = max(most, now)
                inside.set()
                await done.wait()
                now -= 1
        except Unavailable as problem:
            return f"refused {problem.facts['retry_after']}"
        return "done"

    tasks = [asyncio.create_task(work()) for _ in range(7)]
    await inside.wait()
    refused = await asyncio.gather(*tasks[5:])
    assert refused == ["refused 10"] * 2, "no room to wait"
    assert await asyncio.gather(*tasks[2:5]) == ["refused 10"] * 3, "waited too long"
    done.set()
    assert await asyncio.gather(*tasks[:2]) == ["done"] * 2
    assert most == 2
    async with turns.turn():
        pass


@pytest.mark.parametrize("command", ["check", "settings", "migrate", "worker"])
def test_secrets_are_not_told(command: str, tmp_path: Path):
    """Of a database that is not there, which is when most is said."""
    given = {
        "GEOLOKET_DATABASE__DSN": "postgresql://loket:GEHEIM1@127.0.0.1:1/loket?connect_timeout=2",
        "GEOLOKET_MAIL__HOST": "127.0.0.1",
        "GEOLOKET_MAIL__SENDER": "loket@gemeente.example",
        "GEOLOKET_MAIL__PASSWORD": "GEHEIM2",
        "GEOLOKET_AUDIT__KEY": "GEHEIM3",
        "GEOLOKET_SERVICES__ADRESSENREGISTER_KEY": "GEHEIM4",
        "GEOLOKET_SERVER__PUBLIC_URL": "http://127.0.0.1",
        "GEOLOKET_SERVER__PORT": "0x",  # a fault, which is told
        "GEOLOKET_LOG_LEVEL": "debug",
        "GEOLOKET_HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    for port in ("0x", "1"):
        done = subprocess.run(
            [sys.executable, "-m", "geoloket.main.cli", command],
            env=given | {"GEOLOKET_SERVER__PORT": port},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
        )
        told = done.stdout + done.stderr
        assert told
        assert "GEHEIM" not in told, told


async def test_the_log_does_not_tell_them_either(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    dsn = "postgresql://loket:GEHEIM@127.0.0.1:1/loket?connect_timeout=1"
    async with served(settings_for(dsn, tmp_path)) as (_, client):
        logging.getLogger().addHandler(caplog.handler)
        logging.getLogger().setLevel(logging.DEBUG)
        try:
            answer = await client.get("/health/ready")
        finally:
            logging.getLogger().removeHandler(caplog.handler)
            logging.getLogger().setLevel(logging.WARNING)
    assert answer.status_code == 503
    assert caplog.records
    assert "GEHEIM" not in caplog.text + answer.text
