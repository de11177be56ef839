"""Work that outlives a request: procrastinate's queue, runs of processes, and the desk for them."""

from geoloket.jobs.desk import Job, JobDesk, JobFilter, JobStatus, LogLine, PieceCounts, Stage
from geoloket.jobs.schema import SCHEMA, connection_string, install, queue

__all__ = [
    "SCHEMA",
    "Job",
    "JobDesk",
    "JobFilter",
    "JobStatus",
    "LogLine",
    "PieceCounts",
    "Stage",
    "connection_string",
    "install",
    "queue",
]
