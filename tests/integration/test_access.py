"""The second lock: what the database itself refuses to each role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString, cast

import psycopg
import pytest
from psycopg import sql

from geoloket.access import VISITOR, AccessPolicy, Principal, Role
from geoloket.compose import table
from geoloket.database import connect
from geoloket.declaration import Visibility
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry

REGISTRY = LayerRegistry.read()
HIDDEN = [
    (layer, field.name)
    for layer in REGISTRY.values()
    for field in layer.fields
    if field.visibility is not Visibility.PUBLIC and layer.visibility is Visibility.PUBLIC
]


@pytest.fixture
def as_reader(fresh_dsn: str) -> Iterator[psycopg.Connection[dict[str, object]]]:
    with connect(fresh_dsn) as owner:
        owner.execute(
            "INSERT INTO events (id, name, publicity, request_status, organiser) VALUES "
            "('open', 'Kermis', true, 'approved', 'CANARY'), "
            "('refused', 'CANARY', true, 'refused', 'CANARY'), "
            "('quiet', 'CANARY', false, 'approved', 'CANARY'), "
            "('unknown', 'CANARY', NULL, NULL, 'CANARY')"
        )
        owner.execute("INSERT INTO housing_inspections (id, address) VALUES ('1', 'CANARY')")
    with connect(fresh_dsn, role="geoloket_reader", autocommit=True) as reader:
        yield reader


@pytest.mark.parametrize(("layer", "column"), HIDDEN, ids=[f"{a.id}.{b}" for a, b in HIDDEN])
def test_a_hidden_column_is_refused_even_in_a_condition(
    as_reader: psycopg.Connection[dict[str, object]], layer: Layer, column: str
):
    name = sql.Identifier(column)
    for statement in ("SELECT {0} FROM {1}", "SELECT id FROM {1} ORDER BY {0}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_reader.execute(sql.SQL(statement).format(name, table(layer)))


def test_a_whole_row_is_refused(as_reader: psycopg.Connection[dict[str, object]]):
    for statement in ("SELECT * FROM events", "SELECT events FROM events", "TABLE events"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_reader.execute(cast("LiteralString", statement))


def test_only_public_rows_exist_for_a_visitor(as_reader: psycopg.Connection[dict[str, object]]):
    rows = as_reader.execute("SELECT id, name FROM events").fetchall()
    assert rows == [{"id": "open", "name": "Kermis"}]
    counted = as_reader.execute("SELECT count(*) AS n FROM events").fetchone()
    assert counted == {"n": 1}


def test_a_staff_layer_cannot_be_reached(as_reader: psycopg.Connection[dict[str, object]]):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_reader.execute("SELECT count(*) FROM staff.housing_inspections")
    with pytest.raises(psycopg.errors.UndefinedTable):
        as_reader.execute("SELECT 1 FROM housing_inspections")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO parcels (id) VALUES ('x')",
        "UPDATE geoloket.site SET value = 'null'",
        "DELETE FROM permits",
        "CREATE TABLE geoloket.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "SELECT * FROM geoloket.imports",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY parcels (id) TO PROGRAM 'cat'",
    ],
)
def test_a_visitor_writes_nothing_and_reads_no_files(
    as_reader: psycopg.Connection[dict[str, object]], statement: str
):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_reader.execute(cast("LiteralString", statement))


def test_staff_see_staff_fields_of_every_row(fresh_dsn: str, as_reader: object):
    with connect(fresh_dsn, role="geoloket_staff") as staff:
        rows = staff.execute("SELECT organiser FROM events").fetchall()
        assert len(rows) == 4
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            staff.execute("SELECT address FROM housing_inspections")
    with connect(fresh_dsn, role="geoloket_housing") as housing:
        rows = housing.execute("SELECT address FROM housing_inspections").fetchall()
        assert rows == [{"address": "CANARY"}]
        assert housing.execute("SELECT organiser FROM events").fetchone() == {"organiser": "CANARY"}


def test_the_first_lock_names_nothing_that_the_second_refuses(fresh_dsn: str):
    """Every layer, as each role sees it, can be read under that role: the locks agree."""
    for who in (VISITOR, Principal(Role.STAFF), Principal(Role.HOUSING)):
        with connect(fresh_dsn, role=who.role.database_role) as connection:
            for layer in REGISTRY.values():
                seen = AccessPolicy().layer(layer, who)
                if seen is None:
                    continue
                columns = sql.SQL(", ").join(sql.Identifier(field.name) for field in seen.fields)
                rows = AccessPolicy().rows(layer, who)
                connection.execute(
                    sql.SQL("SELECT {}, retired_on FROM {} WHERE {}").format(
                        columns, table(layer), rows
                    )
                )
