"""Settings of the private server follow the machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloket.embedded.programs import OLDEST, find_installation, installations
from geoloket.embedded.tuning import memory_bytes, tuning
from geoloket.errors import CommandError

MIB, GIB = 1024**2, 1024**3


def megabytes(value: str) -> int:
    assert value.endswith("MB")
    return int(value[:-2])


@pytest.mark.parametrize(
    ("memory", "shared", "work"), [(GIB // 2, 128, 8), (8 * GIB, 2048, 32), (64 * GIB, 2048, 64)]
)
def test_memory_is_shared_with_others(memory: int, shared: int, work: int) -> None:
    settings = tuning(memory, cores=4, major=15)
    assert megabytes(settings["shared_buffers"]) == shared
    assert megabytes(settings["work_mem"]) == work


@given(memory=st.integers(64 * MIB, 4096 * GIB), cores=st.integers(1, 512))
def test_any_machine_gets_settings_that_fit_it(memory: int, cores: int) -> None:
    settings = tuning(memory, cores, major=17)
    assert 64 <= megabytes(settings["shared_buffers"]) <= 2048
    assert megabytes(settings["effective_cache_size"]) >= megabytes(settings["shared_buffers"])
    assert 1 <= int(settings["max_parallel_workers_per_gather"]) <= 4
    assert int(settings["max_worker_processes"]) > int(settings["max_parallel_workers"])
    assert settings["jit"] == "off"


def test_the_owner_may_become_the_roles_that_it_makes_since_16() -> None:
    assert "createrole_self_grant" not in tuning(GIB, 2, major=15)
    assert tuning(GIB, 2, major=16)["createrole_self_grant"] == "'set, inherit'"


def test_this_machine_has_memory_and_postgresql() -> None:
    assert memory_bytes() > 64 * MIB
    found = find_installation()
    assert found in installations()
    assert found.major >= OLDEST


def test_a_version_that_is_not_here_is_named() -> None:
    with pytest.raises(CommandError, match="postgresql-99-postgis-3"):
        find_installation(99)
