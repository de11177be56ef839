"""The process ``import-layer``: the importer, fed from the inbox or by the layer's own service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from geoloket.errors import CommandError
from geoloket.process import StoredFile
from processing.context import JobContext, Rejected
from processing.importing.importer import run_import
from processing.importing.processes import ImportInputs, ImportOutputs
from processing.importing.report import ImportReport
from processing.reach import layer_of

INBOX: Final = "incoming"

_SHARES: Final[Mapping[str, tuple[int, int]]] = {
    "fetching": (0, 40),
    "reading": (40, 40),
    "comparing": (80, 5),
    "writing": (85, 10),
}
"""Where a stage begins in the progress of the whole, and how much of it its rows are."""


def run(context: JobContext, inputs: ImportInputs) -> ImportOutputs:
    """Import, and keep the report. Raises Rejected for what cannot be taken."""
    layer = layer_of(context, inputs.layer)
    if context.who.on(layer.id) is not context.who:
        raise Rejected("layer: the access token is not for it")
    inbox = context.settings.home / INBOX
    source = _source(inbox, inputs)
    try:
        report = run_import(
            context.settings,
            layer.id,
            [source],
            crs=inputs.crs,
            full=inputs.full,
            dry_run=inputs.dry_run,
            nis=inputs.nis,
            progress=_Told(context),
        )
    except CommandError as fault:
        # It names the file by its whole path, which is of no use to who reads this.
        raise Rejected(str(fault).replace(f"{inbox.resolve()}/", "")) from None
    for line in report.lines()[1:]:
        context.log(line.replace(str(context.settings.home), "…"))
    return _kept(context, report)


def _source(inbox: Path, inputs: ImportInputs) -> str:
    """The file, which lies in the inbox with all that it holds, or the name of the service."""
    if (inputs.file is None) == (inputs.service is None):
        raise Rejected("file or service: one of the two is needed")
    if inputs.service:
        return inputs.service
    name = inputs.file or ""
    root = inbox.resolve()
    place = (root / name).resolve() if "\0" not in name else root
    if place == root or not place.is_relative_to(root) or not place.exists():
        raise Rejected(f"file: there is no {name[:200]!r} in the folder {INBOX}")
    beside = place.rglob("*") if place.is_dir() else ()
    if any(not one.resolve().is_relative_to(root) for one in beside):
        raise Rejected(f"file: {name[:200]!r} leads out of the folder {INBOX}")
    return str(place)


class _Told:
    """The importer's steps as stages of the run."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._first, self._share, self._total, self._done = 0, 0, 0, 0

    def begin(self, step: str, total: int | None) -> None:
        """A stage: what follows the name of the layer."""
        name = step.partition(": ")[2] or step
        name = "following" if name == "what follows from it" else name
        self._first, self._share = _SHARES.get(name, (95, 0))
        self._total, self._done = total or 0, 0
        self._context.step(name, self._first)

    def advance(self, rows: int) -> None:
        """So many rows more of it."""
        self._done += rows
        part = min(1.0, self._done / self._total) if self._total else 0.0
        self._context.report(int(self._first + self._share * part), f"{self._done}")


def _kept(context: JobContext, report: ImportReport) -> ImportOutputs:
    """The report as outputs, and as files beside them; what is rejected stays for this person."""
    start = f"jobs/{context.job}"
    document = report.document() | {"rejects": None}
    with context.storage.write(f"{start}/report.json") as path:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    rejects = None
    if report.rejects and report.rejects.is_file():
        with context.storage.write(f"{start}/rejects.csv") as path:
            shutil.copyfile(report.rejects, path)
        rejects = StoredFile(key=f"{start}/rejects.csv", media_type="text/csv")
    return ImportOutputs(
        format=report.format,
        read=report.read,
        loaded=report.loaded,
        changed=report.changed,
        unchanged=report.unchanged,
        merged=report.merged,
        repaired=report.repaired,
        rejected=report.rejected,
        retired=report.retired,
        reasons=report.reasons,
        notes=list(report.notes),
        dry_run=report.dry_run,
        report=StoredFile(key=f"{start}/report.json", media_type="application/json"),
        rejects=rejects,
    )
