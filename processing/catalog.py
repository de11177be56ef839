"""The processes that Geoloket has, as they are declared; their code is loaded in the worker only.

A domain declares its own in its ``processes.py``, which imports nothing heavy, and adds them here.
"""

from __future__ import annotations

from geoloket.process import Process
from processing.echo import ECHO
from processing.rasters.processes import ORTHOPHOTO_INGEST

PROCESSES: tuple[Process, ...] = (ECHO, ORTHOPHOTO_INGEST)
