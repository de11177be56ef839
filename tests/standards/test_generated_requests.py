"""Requests that schemathesis makes up from our OpenAPI documents, against a running server.

As a visitor, and as somebody of the staff who is signed in. No answer is a 500, and each has a
status, a type, headers and a content that the document names. ``make fuzz`` puts 20 000 of them; a
run of the tests some hundreds.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn
from fixtures.server import lodging, serving, signed_in
from fixtures.standards import odd_rows

pytestmark = pytest.mark.xdist_group("fuzz")

CASES = int(os.environ.get("GEOLOKET_FUZZ_CASES") or 0)
"""How many requests at least, of all together; 0 for the few of an ordinary run."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
QUICK = {"GEOLOKET_JOBS__SYNC_WAIT_S": "1"}
"""No worker runs: who waits for a process gets the address of its job instead."""
DOCUMENTS = ("/ogc/openapi", "/api/openapi.json", "/stac/api")


@dataclass(frozen=True)
class Fuzzed:
    """A running server, and what a request of each sort of person carries."""

    address: str
    folder: Path
    people: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def fuzzed(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fuzzed]:
    """Over rows of its own: staff may change things."""
    folder = tmp_path_factory.mktemp("fuzz")
    with (
        odd_rows(server, template) as dsn,
        lodging(folder) as door,
        serving(dsn, folder, **door, **QUICK) as address,
    ):
        staff = {"Cookie": signed_in(address, "joris"), "Origin": address}
        yield Fuzzed(address, folder, {"visitor": {}, "staff": staff})


def told(report: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def interactions(report: Path) -> list[dict[str, Any]]:
    """Every request and answer of a report."""
    found: list[dict[str, Any]] = []
    for line in told(report):
        recorder = line.get("ScenarioFinished", {}).get("recorder", {})
        found += list(recorder.get("interactions", {}).values())
    return found


def operations(document: dict[str, Any]) -> int:
    """How many things can be asked."""
    methods = {"get", "post", "put", "patch", "delete", "head", "options"}
    return sum(len(methods & set(item)) for item in document["paths"].values())


@pytest.mark.parametrize("person", ["visitor", "staff"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_generated_requests_are_answered_as_described(
    fuzzed: Fuzzed, capsys: pytest.CaptureFixture[str], document: str, person: str
) -> None:
    report = fuzzed.folder / f"{document.replace('/', '_')}_{person}.ndjson"
    address, headers = f"{fuzzed.address}{document}", fuzzed.people[person]
    of = {one: _described(fuzzed, one, headers) for one in DOCUMENTS}
    # Each operation gets as much of what was asked for as any other, of both people, made up at
    # random. What covers the description comes on top: more than what some of them fall short.
    each = max(20, math.ceil(CASES / 2 / sum(of.values()))) if CASES else 3
    options = {
        "--checks": ",".join(CHECKS),
        "--phases": "coverage,fuzzing" if CASES else "fuzzing",
        "--max-examples": str(each),
        "--seed": "3",
        "--suppress-health-check": "all",
        "--warnings": "off",
        "--request-timeout": "30",
        "--report-ndjson-path": str(report),
    }
    given = [f"--header={name}: {value}" for name, value in headers.items()]
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "schemathesis"), "run", address),
            *("--no-shrink", "--continue-on-failure"),
            *chain.from_iterable(options.items()),
            *given,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=fuzzed.folder,
    )
    answers = interactions(report)
    statuses = Counter(one["response"]["status_code"] for one in answers if one.get("response"))
    with capsys.disabled():
        if CASES:
            print(
                f"\n{document} as {person}: {len(answers)} requests of {of[document]} operations; "
                f"answers by status: {dict(sorted(statuses.items()))}"
            )
    assert done.returncode == 0, done.stdout[-6000:]
    assert len(answers) >= max(CASES // 2 * of[document] // sum(of.values()), of[document])
    assert not any(status >= 500 for status in statuses)
    assert {200, 400} <= set(statuses)
    if person == "staff":
        cookie = headers["Cookie"]
        still = httpx.get(f"{fuzzed.address}/medewerker", headers={"cookie": cookie})
        assert still.status_code == 200, "signed out on the way: it was a visitor who asked"


def _described(fuzzed: Fuzzed, document: str, headers: dict[str, str]) -> int:
    answer = httpx.get(f"{fuzzed.address}{document}", headers=headers, timeout=30)
    return operations(answer.json())
