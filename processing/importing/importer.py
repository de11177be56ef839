"""The importer: sources through staging into a layer's table, in one transaction.

::

    file, zip, folder, service
      │  opening, csvfile, vector, agenda, registers, services: Arrow batches, allow-listed columns
      ▼
    raw        binary COPY: text and WKB
      │  staging.check: Lambert guard, reprojection, shape, validity, certain repair
      ▼
    staging    ──►  a section of layers/<id>/load.sql, or the layer's own columns
      │  incoming.classify: new, changed, unchanged, merged or rejected
      ▼
    the table  merge: insert, update, retire within the delivery's scope

Until the commit nobody sees any of it; when it is interrupted or faulty, the table is as it was.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket.database import OWNER, connect
from geoloket.embedded import EmbeddedCluster
from geoloket.errors import CommandError, SourceRejected
from geoloket.layer import Layer
from geoloket.permits import PermitDesk
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing import incoming, mapping, merge, opening, rejects, services, staging
from processing.importing.copying import Copied
from processing.importing.mapping import Mapping
from processing.importing.report import ImportReport, Progress, Silent
from processing.importing.source import Source

_DOUBT: Final = "{:,} objects were retired, much beside what was delivered: was it really all?"
_BELGIUM: Final = ZoneInfo("Europe/Brussels")
_ONE_LINE: Final = (psycopg.DataError, psycopg.errors.InternalError_)


def run_import(  # noqa: PLR0913 - the options of the command line
    settings: Settings,
    layer_id: str,
    sources: Sequence[str],
    *,
    crs: str | None = None,
    full: bool = False,
    dry_run: bool = False,
    nis: Sequence[str] = (),
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, folders or zips into a layer, and commit; with ``dry_run`` roll back instead.

    ``crs`` (``EPSG:31370``) overrides what the sources declare. ``full``: the delivery is complete
    for the municipalities (or postcodes) in it, so that what it lacks there is retired. ``nis``:
    the municipalities to ask a service for, when the source is the name of one.
    Raises CommandError for an unknown layer and SourceRejected when the delivery cannot be taken;
    then nothing has changed.
    """
    layer, progress = _layer(settings, layer_id), progress or Silent()
    service = _service(layer, sources)
    if service:
        fetched = services.fetch(settings, layer, nis, progress)
        opened = opening.recognised(fetched, layer, mapping.read(layer))
    else:
        opened = opening.open_all(sources, layer, mapping.read(layer))
    delivery = Delivery(
        layer=layer,
        sources=[source for source, _ in opened],
        mapping=_one_mapping(opened),
        srid=_srid(crs),
        full=full,
        dry_run=dry_run,
    )
    with connect(_owner_dsn(settings)) as connection:
        connection.execute("SELECT set_config('application_name', 'geoloket-import', false)")
        desk = Importer(
            connection,
            settings.storage_srid,
            rejects_folder=settings.home / "rejects",
            progress=progress,
            decision_delay=settings.permits.decision_delay_days,
        )
        report = desk.take(delivery)
        if dry_run:
            connection.rollback()
    if service and not dry_run:
        services.done(settings, nis)
    return report


def import_table(
    connection: Connection[DictRow], layer: Layer, sources: Sequence[Source], storage_srid: int
) -> ImportReport:
    """Import sources with the layer's own columns inside the caller's transaction.

    What follows from the layer is left to the caller's :func:`after_import`, which it calls when
    all its layers are in; the caller commits. Raises SourceRejected.
    """
    desk = Importer(connection, storage_srid, refresh=False)
    return desk.take(Delivery(layer, sources, mapping.own(layer)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be imported, and how it is meant."""

    layer: Layer
    sources: Sequence[Source]
    mapping: Mapping
    srid: int | None = None
    """EPSG number that overrides what the sources declare."""
    full: bool = False
    """Whether it is complete for what it covers, so that what it lacks there is retired."""
    dry_run: bool = False
    """Only told in the report: whoever opened the transaction rolls it back."""

    @property
    def names(self) -> str:
        """The sources, for messages."""
        return ", ".join(source.name for source in self.sources)


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes deliveries inside a transaction that is somebody else's to commit."""

    connection: Connection[DictRow]
    storage_srid: int
    rejects_folder: Path | None = None
    """Where rejected rows are written; None to write none."""
    progress: Progress = field(default_factory=Silent)
    refresh: bool = True
    """Whether to bring what follows from the layer (see after_import) in step at once."""
    decision_delay: int = 0
    """Days that a decision may take to reach us (see PermitDesk)."""

    def take(self, delivery: Delivery) -> ImportReport:
        """Import a delivery; raises SourceRejected when it cannot be taken as a whole.

        After that the transaction is spent: roll it back.
        """
        started = time.monotonic()
        try:
            with staging.workroom(self.connection):
                merge.lock(self.connection, delivery.layer)
                parts = self._stage(delivery)
                counts = self._merge(delivery, parts)
                reasons = rejects.reasons(self.connection, delivery.sources)
                file = self._write_rejects(delivery, parts) if reasons else None
        except _ONE_LINE as error:
            message = str(error).splitlines()[0]
            raise SourceRejected(f"layer {delivery.layer.id}: {message}") from None
        if self.refresh and counts.new + counts.changed + counts.retired:
            self.progress.begin(f"{delivery.layer.id}: what follows from it", None)
            after_import(self.connection, delivery.layer, self.decision_delay)
        report = _report(delivery, parts, counts, reasons, file, time.monotonic() - started)
        _register(self.connection, report)
        return report

    def _stage(self, delivery: Delivery) -> list[Copied]:
        parts = staging.copy_all(
            self.connection,
            staging.Table(delivery.layer, delivery.mapping, delivery.srid),
            delivery.sources,
            self.progress,
        )
        if all(part.rows == 0 for part in parts):
            raise SourceRejected(f"{delivery.names}: there are no rows in it")
        staging.stage(self.connection, delivery.layer, delivery.mapping, self.storage_srid)
        return parts

    def _merge(self, delivery: Delivery, parts: Sequence[Copied]) -> merge.Counts:
        layer, format_ = delivery.layer, delivery.mapping
        self.progress.begin(f"{layer.id}: comparing", None)
        present = frozenset[str]().union(*(part.columns for part in parts))
        supplied = incoming.classify(self.connection, layer, format_, present)
        self.progress.begin(f"{layer.id}: writing", None)
        return merge.merge(self.connection, layer, format_, supplied, delivery.full)

    def _write_rejects(self, delivery: Delivery, parts: Sequence[Copied]) -> Path | None:
        if self.rejects_folder is None:
            return None
        file = rejects.new_file(self.rejects_folder, delivery.layer.id)
        rejects.write(self.connection, file, delivery.mapping, parts, delivery.sources)
        return file


def _report(  # noqa: PLR0913, PLR0917 - everything that is known at the end
    delivery: Delivery,
    parts: Sequence[Copied],
    counts: merge.Counts,
    reasons: dict[str, int],
    file: Path | None,
    seconds: float,
) -> ImportReport:
    read = sum(part.rows for part in parts)
    unreadable = sum(len(source.unreadable) for source in delivery.sources)
    return ImportReport(
        layer=delivery.layer.id,
        format=delivery.mapping.title,
        sources=tuple(source.name for source in delivery.sources),
        read=read + unreadable,
        loaded=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        merged=counts.merged + read - counts.rows,
        repaired=counts.repaired,
        rejected=counts.rejected + unreadable,
        retired=counts.retired,
        seconds=seconds,
        full=delivery.full,
        dry_run=delivery.dry_run,
        rejects=file,
        reasons=reasons,
        notes=(_DOUBT.format(counts.retired),) if counts.retired * 2 > read else (),
    )


def _register(connection: Connection[DictRow], report: ImportReport) -> None:
    connection.execute(
        "INSERT INTO geoloket.imports (layer, source, seconds, report) VALUES (%s, %s, %s, %s)",
        [report.layer, ", ".join(report.sources)[:1000], report.seconds, Jsonb(report.document())],
    )


def after_import(connection: Connection[DictRow], layer: Layer, decision_delay: int = 0) -> None:
    """Bring what follows from a layer in step with it, in the same transaction."""
    if layer.id == "addresses":
        connection.execute("SELECT geoloket.address_index_refresh()")
    if layer.id == "permits":
        today = datetime.now(_BELGIUM).date()
        PermitDesk(delay=decision_delay).refresh(connection, today)


def _layer(settings: Settings, layer_id: str) -> Layer:
    registry = LayerRegistry.read(settings.layers)
    if layer_id not in registry:
        known = ", ".join(sorted(registry))
        raise CommandError(f"there is no layer {layer_id!r}; there are {known}")
    return registry[layer_id]


def _service(layer: Layer, sources: Sequence[str]) -> bool:
    """Whether the one source is the name of a service; raises CommandError for another layer's."""
    if len(sources) != 1 or sources[0] not in services.NAMES or Path(sources[0]).exists():
        return False
    if layer.source is None or layer.source.service != sources[0]:
        raise CommandError(f"layer {layer.id} is not fed by {sources[0]}")
    return True


def _srid(crs: str | None) -> int | None:
    """The EPSG number in ``EPSG:31370`` or ``31370``; raises CommandError for anything else."""
    match = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", crs or "", re.IGNORECASE)
    if crs and not match:
        raise CommandError(f"--crs {crs!r} is no EPSG number, such as EPSG:31370")
    return int(match[1]) if match else None


def _one_mapping(opened: Sequence[opening.Opened]) -> Mapping:
    """The format of all sources: one delivery is of one kind."""
    formats = {format_.name: (source.name, format_) for source, format_ in opened}
    if len(formats) > 1:
        kinds = "; ".join(f"{name}: {format_.title}" for name, format_ in formats.values())
        raise SourceRejected(f"sources of different formats, import them one by one ({kinds})")
    return opened[0][1]


def _owner_dsn(settings: Settings) -> str:
    if settings.database.dsn is not None:
        return settings.database.dsn.get_secret_value()
    return EmbeddedCluster(settings.home).dsn(OWNER)
