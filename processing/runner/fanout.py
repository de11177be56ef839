"""Where a deed is done: pieces on the Dask cluster if there is one, all else in children here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final
from uuid import UUID

from processing.runner.cluster import Cluster, ClusterAway
from processing.runner.crew import Crew, Outcome
from processing.runner.deeds import Deed

_logger: Final = logging.getLogger("geoloket.jobs")


class Fanout:
    """A piece that the cluster cannot do is done here; done twice it leaves the same as once."""

    def __init__(
        self,
        crew: Crew,
        cluster: Cluster | None,
        at_a_time: int,
        note: Callable[[UUID, str], None],
    ) -> None:
        """``at_a_time`` children at most; ``note`` adds a line to the log of a run."""
        self._crew = crew
        self._cluster = cluster
        self._room = asyncio.Semaphore(at_a_time)
        self._note = note
        self._noted: set[tuple[UUID, str]] = set()

    @property
    def jobs(self) -> list[UUID]:
        """The runs that something is being done of."""
        afar = self._cluster.jobs if self._cluster else []
        return list({*self._crew.jobs, *afar})

    async def do(self, deed: Deed, timeout_s: float, memory_mb: int) -> Outcome:
        if self._cluster is not None and deed.kind == "piece":
            try:
                return await self._cluster.do(deed, timeout_s, memory_mb)
            except ClusterAway as fault:
                await self._tell(deed.job, str(fault))
        async with self._room:
            return await self._crew.do(deed, timeout_s, memory_mb)

    async def dismiss(self, job: UUID) -> None:
        """End what is being done of a run that nobody wants any more."""
        await self._crew.dismiss(job)
        if self._cluster is not None:
            await self._cluster.dismiss(job)

    async def leave(self) -> None:
        await self._crew.leave()
        if self._cluster is not None:
            await self._cluster.leave()

    async def _tell(self, job: UUID, why: str) -> None:
        """Once for each run and reason, in its log and in ours."""
        if (job, why) in self._noted:
            return
        self._noted.add((job, why))
        _logger.warning("not done by Dask", extra={"why": why, "job": str(job)})
        await asyncio.to_thread(self._note, job, f"{why}; this worker does the pieces itself")
