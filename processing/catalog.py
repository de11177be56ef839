"""The processes that Geoloket has, as they are declared; their code is loaded in the worker only.

A domain declares its own in its ``processes.py``, which imports nothing heavy, and adds them here.
A municipality's own come in by the setting ``jobs.processes``.
"""

from __future__ import annotations

import importlib

from geoloket.errors import CommandError
from geoloket.process import Process, ProcessRegistry
from geoloket.settings import Settings
from processing.demo.pictures.processes import DEMO_PICTURES
from processing.echo import ECHO
from processing.exporting.processes import EXPORT_LAYER
from processing.importing.processes import IMPORT_LAYER
from processing.keeping.processes import RETENTION
from processing.panorama.processes import PANORAMA_PROCESSES
from processing.rasters.processes import ORTHOPHOTO_INGEST, ORTHOPHOTO_SERIES
from processing.reports.processes import PERMIT_REPORT

PROCESSES: tuple[Process, ...] = (
    ECHO,
    ORTHOPHOTO_INGEST,
    ORTHOPHOTO_SERIES,
    *PANORAMA_PROCESSES,
    IMPORT_LAYER,
    EXPORT_LAYER,
    RETENTION,
    PERMIT_REPORT,
    DEMO_PICTURES,
)


def catalogue(settings: Settings) -> ProcessRegistry:
    """Ours, and those that the settings name. Raises CommandError."""
    try:
        return ProcessRegistry((*PROCESSES, *map(_named, settings.jobs.processes)))
    except ValueError as error:
        raise CommandError(f"jobs.processes: {error}") from None


def _named(name: str) -> Process:
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise CommandError(f"jobs.processes: {name}: {error}") from None
    if not isinstance(found, Process):
        raise CommandError(f"jobs.processes: {name} is no Process")
    return found
