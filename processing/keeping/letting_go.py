"""The process ``retention``: what ``geoloket retention`` and the nightly run do, with a report."""

from __future__ import annotations

import csv
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from geoloket import retention
from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.process import StoredFile
from geoloket.registry import LayerRegistry
from processing.context import JobContext, Rejected
from processing.keeping.processes import LayerOutcome, RetentionInputs, RetentionOutputs
from processing.panorama.discarded import delete_discarded
from processing.panorama.originals import delete_expired
from processing.panorama.records import SQL


def run(context: JobContext, inputs: RetentionInputs) -> RetentionOutputs:
    """Layer by layer, each committed by itself. Raises Rejected for one that there is not."""
    registry = LayerRegistry.read(context.settings.layers)
    if unknown := [name for name in inputs.layers if name not in registry]:
        raise Rejected(f"layers: there is no layer {unknown[0]!r}")
    names = [name for name in registry if not inputs.layers or name in inputs.layers]
    outcomes: list[retention.Outcome] = []
    with connect(context.dsn, autocommit=True) as owner:
        for number, name in enumerate(names):
            context.report(100 * number // len(names), name)
            try:
                found = retention.run(owner, registry, _today(), [name], dry_run=inputs.dry_run)
            except CommandError as fault:
                raise Rejected(str(fault)) from None
            outcomes += found
            for one in found:
                context.log(f"{name}: {one.amount} rows {_went(inputs)}")
    originals = None if inputs.layers else _originals(context, dry_run=inputs.dry_run)
    if originals is not None:
        context.log(f"originals of street pictures: {originals} {_went(inputs)}")
    return RetentionOutputs(
        dry_run=inputs.dry_run,
        rows=sum(one.amount for one in outcomes),
        originals=originals,
        layers=[
            LayerOutcome.model_validate(
                asdict(one) | {"before": one.before.isoformat() if one.before else None}
            )
            for one in outcomes
        ],
        report=_table(context, outcomes, dry_run=inputs.dry_run),
    )


def _went(inputs: RetentionInputs) -> str:
    return "would go" if inputs.dry_run else "went"


def _originals(context: JobContext, *, dry_run: bool) -> int:
    """How many pictures in which people can be recognised went, or would."""
    days = context.settings.imagery.originals_days
    with context.connect() as connection:
        if not dry_run:
            gone = delete_expired(connection, context.storage, days).deleted
            delete_discarded(connection, context.storage)
            return gone
        before = {"before": datetime.now(UTC) - timedelta(days=days)}
        rows = connection.execute(SQL["expired"], before).fetchall()
        connection.rollback()  # it holds them, to be deleted
    return sum(1 for row in rows if row["made"])


def _table(context: JobContext, outcomes: list[retention.Outcome], *, dry_run: bool) -> StoredFile:
    key = f"jobs/{context.job}/retention.csv"
    with context.storage.write(key) as path, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows(line.split("\t") for line in retention.table(outcomes, dry_run=dry_run))
    return StoredFile(key=key, media_type="text/csv")


def _today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Brussels")).date()
