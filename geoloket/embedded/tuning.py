"""Settings of the private server for the machine that it runs on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_GIB = 1024**3
_MIB = 1024**2


def memory_bytes() -> int:
    """Memory to count on: the machine's, or this control group's when that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine


def tuning(memory: int, cores: int, major: int) -> dict[str, str]:
    """Server settings for a machine with ``memory`` bytes and ``cores``, shared with others.

    A quarter of the memory, and never more than 2 GiB, goes to shared buffers: the rest caches
    files for everybody. JIT is off because planning tiles with it costs more than it wins; reads
    are assumed to come from an SSD.
    """
    shared = _between(memory // 4, 64 * _MIB, 2 * _GIB)
    settings = {
        "shared_buffers": _megabytes(shared),
        "effective_cache_size": _megabytes(max(memory // 2, shared)),
        "work_mem": _megabytes(_between(memory // 256, 8 * _MIB, 64 * _MIB)),
        "maintenance_work_mem": _megabytes(_between(memory // 16, 64 * _MIB, _GIB)),
        "max_connections": "100",
        "max_worker_processes": str(max(cores, 4) + 4),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(_between(cores // 2, 1, 4)),
        "max_parallel_maintenance_workers": str(_between(cores // 2, 1, 4)),
        "wal_buffers": "16MB",
        "min_wal_size": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "32",
        "jit": "off",
        "track_io_timing": "on",
    }
    if _shared_memory_folder_bytes() < 256 * _MIB:
        # Containers get 64 MB of /dev/shm, in which a parallel hash join does not fit.
        settings["dynamic_shared_memory_type"] = "mmap"
    if major >= 16:
        # The owner makes the reader's and staff's roles and must be able to become them.
        settings["createrole_self_grant"] = "'set, inherit'"
    return settings


def _shared_memory_folder_bytes() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total  # noqa: S108  # only measured
    except OSError:
        return 0


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _megabytes(value: int) -> str:
    return f"{value // _MIB}MB"
