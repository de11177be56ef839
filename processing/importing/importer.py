"""The importer: sources through staging into a layer's table, in one transaction.

::

    file, zip, folder, service
      │  opening, csvfile, vector, agenda, registers, services: Arrow batches, allow-listed columns
      ▼
    raw        COPY: text and hexadecimal WKB
      │  staging.check: Lambert guard, reprojection, shape, validity, certain repair
      ▼
    staging    ──►  a section of layers/<id>/load.sql, or the layer's own columns
      │  incoming.classify: new, changed, unchanged, merged or rejected
      ▼
    the table  merge: insert, update, retire within the delivery's scope

Until the commit nobody sees any of it; when it is interrupted or faulty, the table is as it was.
"""

from __future__ import annotations

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from geoloket.database import OWNER, connect
from geoloket.embedded import EmbeddedCluster
from geoloket.errors import CommandError, SourceRejected
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing import incoming, mapping, merge, opening, rejects, staging
from processing.importing.mapping import Mapping
from processing.importing.report import ImportReport, Progress, Silent
from processing.importing.source import Source


def run_import(
    settings: Settings,
    layer_id: str,
    sources: Sequence[str],
    *,
    crs: int | None = None,
    full: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, folders or zips into a layer, and commit; with ``dry_run`` roll back instead.

    ``crs`` (an EPSG number) overrides what the sources declare. ``full``: the delivery is complete
    for the municipalities (or postcodes) in it, so that what it lacks there is retired.
    Raises CommandError for an unknown layer and SourceRejected when the delivery cannot be taken;
    then nothing has changed.
    """
    layer = _layer(settings, layer_id)
    opened = opening.open_all(sources, layer, mapping.read(layer))
    with connect(_owner_dsn(settings)) as connection:
        connection.execute("SELECT set_config('application_name', 'geoloket-import', false)")
        report = import_table(
            connection,
            layer,
            [source for source, _ in opened],
            _one_mapping(opened),
            storage_srid=settings.storage_srid,
            rejects_folder=settings.home / "rejects",
            crs=crs,
            full=full,
            dry_run=dry_run,
            progress=progress or Silent(),
        )
        if dry_run:
            connection.rollback()
    return report


def import_table(
    connection: Connection[DictRow],
    layer: Layer,
    sources: Sequence[Source],
    format_: Mapping | None = None,
    *,
    storage_srid: int,
    rejects_folder: Path | None = None,
    crs: int | None = None,
    full: bool = False,
    dry_run: bool = False,
    refresh: bool = True,
    progress: Progress | None = None,
) -> ImportReport:
    """Import opened sources inside the caller's transaction; the caller commits, or not.

    ``format_`` is the layer's own columns unless given. Rejected rows are written to a file in
    ``rejects_folder`` where one is given. Without ``refresh`` what follows from the layer (the
    address index, the state of permits) is left to the caller's :func:`after_import`.
    Raises SourceRejected when the delivery cannot be taken as a whole.
    """
    started = time.monotonic()
    progress = progress or Silent()
    format_ = format_ or mapping.own(layer)
    try:
        with staging.workroom(connection):
            merge.lock(connection, layer)
            parts = staging.copy_all(connection, format_, sources, crs, progress)
            read = parts[-1].end - 1 if parts else 0
            unreadable = sum(len(source.unreadable) for source in sources)
            if not read:
                raise SourceRejected(f"{', '.join(s.name for s in sources)}: there are no rows in it")
            progress.begin("check", None)
            staging.check(connection, layer, format_, parts, storage_srid)
            present = {name for source in sources for name in source.columns}
            supplied = incoming.classify(connection, layer, format_, sorted(present))
            progress.begin("merge", None)
            counts = merge.merge(connection, layer, format_, supplied, full)
            reasons = rejects.reasons(connection, sources)
            file = None
            if reasons and rejects_folder:
                file = rejects.write(
                    connection, rejects_folder, layer.id, format_, parts, sources
                )
    except (psycopg.DataError, psycopg.errors.InternalError_) as error:
        raise SourceRejected(f"layer {layer.id}: {str(error).splitlines()[0]}") from None
    if refresh and counts.new + counts.changed + counts.retired:
        progress.begin("refresh", None)
        after_import(connection, layer)
    report = ImportReport(
        layer=layer.id,
        format=format_.name,
        sources=tuple(source.name for source in sources),
        read=read + unreadable,
        loaded=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        merged=counts.merged + read - counts.rows,
        repaired=counts.repaired,
        rejected=counts.rejected + unreadable,
        retired=counts.retired,
        seconds=time.monotonic() - started,
        full=full,
        dry_run=dry_run,
        rejects=file,
        reasons=reasons,
    )
    connection.execute(
        "INSERT INTO geoloket.imports (layer, source, seconds, report) VALUES (%s, %s, %s, %s)",
        [layer.id, ", ".join(report.sources)[:1000], report.seconds, Jsonb(report.document())],
    )
    return report


def after_import(connection: Connection[DictRow], layer: Layer) -> None:
    """Bring what follows from a layer in step with it, in the same transaction."""
    if layer.id == "addresses":
        connection.execute("SELECT geoloket.address_index_refresh()")


def _layer(settings: Settings, layer_id: str) -> Layer:
    registry = LayerRegistry.read(settings.layers)
    if layer_id not in registry:
        raise CommandError(f"there is no layer {layer_id!r}; there are {', '.join(sorted(registry))}")
    return registry[layer_id]


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
