"""Requests that schemathesis makes up from our OpenAPI document, against a running server.

No answer is a 500, and each has a status, a type, headers and a content that the document names.
``make fuzz`` puts 10 000 of them; a run of the tests some hundreds.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.server import serving

CASES = int(os.environ.get("GEOLOKET_FUZZ_CASES") or 0)
"""How many requests at least; 0 for the few of an ordinary run."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def told(report: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def interactions(report: Path) -> list[dict[str, Any]]:
    """Every request and answer of a report."""
    found: list[dict[str, Any]] = []
    for line in told(report):
        recorder = line.get("ScenarioFinished", {}).get("recorder", {})
        found += list(recorder.get("interactions", {}).values())
    return found


@pytest.mark.xdist_group("fuzz")
def test_generated_requests_are_answered_as_described(
    standards_dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "requests.ndjson"
    with serving(standards_dsn, tmp_path) as service:
        paths = len(httpx.get(f"{service}/ogc/openapi", timeout=30).json()["paths"])
        each = math.ceil(CASES / paths) + 20 if CASES else 3
        command = [Path(sys.executable).parent / "schemathesis", "run", f"{service}/ogc/openapi"]
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
        done = subprocess.run(
            [
                *command,
                "--no-shrink",
                "--continue-on-failure",
                *chain.from_iterable(options.items()),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    answers = interactions(report)
    statuses = Counter(one["response"]["status_code"] for one in answers if one.get("response"))
    with capsys.disabled():
        if CASES:
            print(
                f"\n{len(answers)} requests over {paths} paths; answers by status: {dict(statuses)}"
            )
    assert done.returncode == 0, done.stdout[-6000:]
    assert len(answers) >= max(CASES, paths)
    assert not any(status >= 500 for status in statuses)
    assert {200, 400} <= set(statuses)
