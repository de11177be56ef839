"""The Dask cluster, if the settings name one: whether it can do our work, and who reaches it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import Settings, is_loopback
from geoloket.storage import Storage
from processing.runner.cluster import ClusterAway, examined

_SUBJECT = "Dask cluster"


def findings(settings: Settings) -> Iterator[Finding]:
    """Nothing without a scheduler."""
    scheduler = settings.dask.scheduler
    if scheduler is None:
        return
    parts = urlsplit(scheduler)
    if parts.scheme != "tls" and not is_loopback(parts.hostname or ""):
        fact = "not tls: whoever reaches its scheduler runs code on its workers; close its network"
        yield Finding(State.WARN, _SUBJECT, fact)
    try:
        threads, faults = asyncio.run(examined(scheduler, Storage(settings.home / "storage")))
    except ClusterAway as away:
        yield Finding(State.WRONG, _SUBJECT, f"{scheduler}: {away}; workers do all themselves")
        return
    for worker, fault in sorted(faults.items()):
        if fault:
            yield Finding(State.WRONG, _SUBJECT, f"{worker}: {fault}")
    if not faults:
        yield Finding(State.WRONG, _SUBJECT, f"{scheduler} has no workers")
    elif not any(faults.values()):
        fact = f"{scheduler}: {len(faults)} workers, {threads} threads"
        yield Finding(State.OK, _SUBJECT, fact)
