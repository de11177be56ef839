"""What ``geoloket check`` can say of a machine without a database."""

from __future__ import annotations

from pathlib import Path

from geoloket.main.doctor import machine
from geoloket.main.doctor.finding import State

TREE = Path(__file__).parents[2]


def test_what_pdfs_are_set_with_is_there() -> None:
    assert machine.typesetting(machine.TYPESETTERS).state is State.OK


def test_a_missing_library_is_told_with_the_package_that_brings_it() -> None:
    found = machine.typesetting({"libpango-9.so": "libpango-9", **machine.TYPESETTERS})
    assert found.state is State.WRONG
    assert found.fact.endswith("run apt-get install libpango-9")


def test_the_set_up_installs_what_the_doctor_looks_for() -> None:
    setup = (TREE / "setup.sh").read_text(encoding="utf-8")
    image = (TREE / "Dockerfile").read_text(encoding="utf-8")
    for library, package in machine.TYPESETTERS.items():
        assert f"{library}:{package}" in setup
        assert package in image
