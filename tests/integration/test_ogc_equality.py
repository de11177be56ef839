"""Equality on a field that is nearly a key is one look into an index, however it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fixtures.many import MANY
from psycopg import sql

from geoloket import compose, filters
from geoloket.crs import CRS84, SUPPORTED
from geoloket.database import connect
from geoloket.layer import Layer
from geoloket.migrate import migrate
from geoloket.query import Query
from geoloket.registry import LayerRegistry
from processing.importing import merge

REGISTRY = LayerRegistry.read()
INDEXED = [
    (layer, field.name) for layer in REGISTRY.values() for field in layer.fields if field.indexed
]
INDEXES = """
SELECT a.attname AS name, am.amname AS kind FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = to_regclass(%s) AND i.indisvalid AND am.amname = 'hash'
"""


@pytest.fixture(scope="session")
def analysed(many: str) -> Iterator[psycopg.Connection[dict[str, object]]]:
    with connect(many, autocommit=True) as connection:
        connection.execute("ANALYZE geoloket.parcels")
        yield connection


def parcels() -> Layer:
    return REGISTRY["parcels"]


def filtered(text: str) -> Query:
    tree = filters.read_text(text, parcels(), SUPPORTED[CRS84])
    return Query(filter=tree, limit=10)


@pytest.mark.parametrize(
    "query",
    [
        Query(equals=(("capakey", "777"),)),
        filtered("capakey = '777'"),
        filtered("capakey IN ('777', '778')"),
        filtered("capakey = '777' AND section IS NULL"),
    ],
    ids=["parameter", "filter", "in", "and"],
)
def test_a_key_is_found_by_its_index(
    analysed: psycopg.Connection[dict[str, object]], query: Query
) -> None:
    for statement in (
        compose.page(parcels(), query, sql.SQL("TRUE"), 31370),
        compose.count(parcels(), query, sql.SQL("TRUE"), 31370),
    ):
        explained = sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + statement.text
        row = analysed.execute(explained, statement.values).fetchone()
        plan = json.dumps(row)
        assert "parcels_capakey_is_" in plan
        assert "Seq Scan" not in plan
        assert MANY > 1000, "so that reading all of it would be dearer"


@pytest.mark.parametrize(("layer", "name"), INDEXED, ids=[f"{a.id}.{b}" for a, b in INDEXED])
def test_each_declared_index_is_there(fresh_dsn: str, layer: Layer, name: str) -> None:
    with connect(fresh_dsn) as connection:
        rows = connection.execute(INDEXES, [f"{layer.schema_name}.{layer.id}"]).fetchall()
    assert name in {row["name"] for row in rows}


FIELD = """
title = {{ nl = "Bomen" }}
description = {{ nl = "Bomen." }}
purpose = {{ nl = "Informeren." }}
legal_basis = {{ nl = "Verordening." }}
retention = "permanent"
visibility = "public"
[[fields]]
name = "{name}"
type = "text"
title = {{ nl = "Nummer" }}
visibility = "public"
queryable = true
indexed = {indexed}
"""


@pytest.mark.parametrize("name", ["number", "n" * 48])
def test_it_follows_the_declaration(fresh_dsn: str, tmp_path: Path, name: str) -> None:
    layer = "t" * 48

    def found(indexed: str) -> list[str]:
        (tmp_path / layer).mkdir(exist_ok=True)
        (tmp_path / layer / "layer.toml").write_text(FIELD.format(name=name, indexed=indexed))
        with connect(fresh_dsn) as connection:
            migrate(connection, LayerRegistry.read([tmp_path]), 31370)
            rows = connection.execute(INDEXES, [f"geoloket.{layer}"]).fetchall()
        return [row["name"] for row in rows]

    assert found("false") == []
    assert found("true") == [name]
    assert found("true") == [name]
    assert found("false") == []


def test_a_large_import_makes_it_again(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as connection:
        before = connection.execute(INDEXES, ["geoloket.parcels"]).fetchall()
        statements = merge._drop_indexes(connection, parcels())
        assert connection.execute(INDEXES, ["geoloket.parcels"]).fetchall() == []
        for statement in statements:
            connection.execute(statement)
        assert connection.execute(INDEXES, ["geoloket.parcels"]).fetchall() == before != []
