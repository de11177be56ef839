"""``geoloket import``: hands the work to the importing room and passes on what it reports."""

from __future__ import annotations

from collections.abc import Sequence

from geoloket.main.connect import using_database
from geoloket.main.console import ConsoleProgress
from geoloket.main.migrating import migrate_all
from geoloket.settings import Settings


def run(  # noqa: PLR0913  # the options of the command line
    settings: Settings,
    layer: str,
    sources: Sequence[str],
    progress: ConsoleProgress,
    *,
    crs: str | None,
    full: bool,
    dry_run: bool,
    nis: Sequence[str],
) -> Sequence[str]:
    """Import ``sources`` into a layer, whose table is made when it is not there yet.

    Returns the lines of the report. Raises SourceRejected and CommandError.
    """
    # Brings in GDAL, Arrow and Shapely, which no other command needs.
    from processing.importing.importer import run_import

    with using_database(settings), progress:
        migrate_all(settings)
        report = run_import(
            *(settings, layer, sources),
            crs=crs,
            full=full,
            dry_run=dry_run,
            nis=nis,
            progress=progress,
        )
    return report.lines()
