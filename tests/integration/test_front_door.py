"""The front door: health, headers on every answer, problems in one form, logs without secrets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
from fixtures.demo import free_port, wait_for
from fixtures.server import serving

PATHS = ("/", "/kaart", "/ogc/collections", "/api/map", "/health/live", "/nothing")


def test_every_answer_has_its_headers_and_an_id(fresh_dsn: str, tmp_path: Path):
    with serving(fresh_dsn, tmp_path) as base, httpx.Client(base_url=base, timeout=60) as client:
        for path in PATHS:
            headers = client.get(path).headers
            assert "default-src 'self'" in headers["content-security-policy"], path
            assert "unsafe" not in headers["content-security-policy"], path
            assert headers["x-content-type-options"] == "nosniff", path
            assert len(headers["x-request-id"]) == 32, path
        given = client.get("/", headers={"x-request-id": "0123456789abcdef"})
        assert given.headers["x-request-id"] == "0123456789abcdef"
        odd = client.get("/", headers={"x-request-id": 'x"}\t{"injected": 1'})
        assert "injected" not in odd.headers["x-request-id"]


def test_a_log_line_is_json_and_holds_nothing_that_was_searched(fresh_dsn: str, tmp_path: Path):
    settings = {"GEOLOKET_LOG_LEVEL": "info"}
    with (
        serving(fresh_dsn, tmp_path, **settings) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        client.get("/zoek", params={"q": "Geheimstraat 12"})
        client.get("/api/addresses", params={"q": "Geheimstraat 13"})
        client.get("/ogc/collections/permits/items/OMV_2026999999")
        client.get("/perceel/99001A0123-00B000")
    text = (tmp_path / "server.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    answered = [line for line in lines if line["event"] == "request"]
    assert {"method", "route", "status", "ms", "request_id", "time"} <= set(answered[-1])
    assert answered[-1]["status"] == 404
    for secret in ("Geheim", "999999", "99001A0123"):
        assert secret not in text


def test_machines_get_problem_json_and_people_a_page(fresh_dsn: str, tmp_path: Path):
    with serving(fresh_dsn, tmp_path) as base, httpx.Client(base_url=base, timeout=60) as client:
        for path in ("/ogc/nothing", "/api/nothing", "/health/nothing"):
            answer = client.get(path, headers={"accept-language": "en"})
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["title"] == "Not found"
        page = client.get("/nergens")
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert 'lang="nl-BE"' in page.text
        assert 'lang="en"' in client.get("/en/nowhere").text
        refused = client.post("/api/map")
        assert refused.status_code == 405
        assert refused.json()["type"] == "/problems/method-not-allowed"


def test_ready_says_what_is_missing_and_live_does_not_care(fresh_dsn: str, tmp_path: Path):
    with psycopg.connect(fresh_dsn) as connection:
        connection.execute("DELETE FROM geoloket.layer_state WHERE layer = 'water'")
    port = free_port()
    environment = {"GEOLOKET_DATABASE__DSN": fresh_dsn, "GEOLOKET_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "uvicorn", "--factory", "geoloket.main.app:create"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=os.environ | environment, stdout=log, stderr=log
        )
        try:
            wait_for(lambda: _status(port, "live") == 200)
            assert _status(port, "ready") == 503
            told = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=60).json()
            assert "run geoloket migrate" in told["detail"]
            # Which one is not told: it may be a layer for staff alone.
            assert "water" not in told["detail"]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)


def _status(port: int, name: str) -> int | None:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/{name}", timeout=60).status_code
    except httpx.TransportError:
        return None
