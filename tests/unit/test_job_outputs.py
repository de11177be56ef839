"""What a run left, as its page shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from geoloket.jobs import Job, JobStatus
from processing.catalog import PROCESSES
from web.jobs.outputs import told

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROCESS = {one.id: one for one in PROCESSES}["retention"]


def job(outputs: dict[str, Any], status: JobStatus = JobStatus.SUCCESSFUL) -> Job:
    return Job(
        id=UUID(int=1), process="retention", subject=None, inputs={}, wish={}, status=status,
        progress=100, message="", made_at=NOW, started_at=NOW, finished_at=NOW, updated_at=NOW,
        tries=1, pieces=0, pieces_ended=0, outputs=outputs, problem=None,
    )  # fmt: skip


def test_outputs_have_the_names_of_their_process() -> None:
    layer = {"layer": "events", "retention": "P5Y", "how": None, "before": None}
    file = {"key": "jobs/x/y.csv", "media_type": "text/csv"}
    outputs = {
        "report": file,
        "rows": 3,
        "layers": [layer | {"amount": 3, "undated": 0, "histories": 1}],
    }
    rows, layers, report = told(job(outputs), PROCESS, "nl")
    assert (rows.label, rows.text) == ("Rijen", "3")
    heads = ("Laag", "Bewaard", "Hoe", "Van voor", "Rijen", "Zonder datum", "Geschiedenissen")
    assert layers.heads == heads
    assert layers.rows == (("events", "P5Y", "–", "–", "3", "0", "1"),)
    assert report.href == f"/ogc/jobs/{UUID(int=1)}/results/report"
    assert told(job(outputs), PROCESS, "en")[1].heads[0] == "Layer"


def test_outputs_of_a_process_that_is_gone_and_of_a_run_that_failed() -> None:
    [one, several] = sorted(
        told(job({"x": True, "y": {"a": 1}}), None, "nl"), key=lambda o: o.label
    )
    assert (one.label, one.text, several.lines) == ("x", "✓", ("a: 1",))
    rows = told(job({"z": [{"a": 1}]}), None, "nl")[0]
    assert (rows.heads, rows.rows) == (("a",), (("1",),))
    assert told(job({"x": 1}, JobStatus.FAILED), PROCESS, "nl") == []
