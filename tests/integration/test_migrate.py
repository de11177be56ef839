"""A database becomes a Geoloket database, and stays one as declarations change."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from geoloket.database import connect
from geoloket.errors import CommandError
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry

TREES = """
title = { nl = "Bomen" }
description = { nl = "Bomen." }
purpose = { nl = "Informeren." }
legal_basis = { nl = "Verordening." }
retention = "permanent"
visibility = "public"
%s
[geometry]
type = "Point"
visibility = "public"
[[fields]]
name = "species"
type = "text"
title = { nl = "Soort" }
visibility = "public"
[[fields]]
name = "planted"
type = "date"
title = { nl = "Geplant" }
%s
"""

SCHEMA = """
SELECT concat_ws('.', n.nspname, c.relname, a.attname) AS thing,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
                 pg_get_expr(d.adbin, d.adrelid), a.attacl::text) AS what
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname IN ('geoloket', 'staff') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT concat_ws('.', schemaname, indexname), indexdef
FROM pg_indexes WHERE schemaname IN ('geoloket', 'staff')
UNION ALL
SELECT concat_ws('.', schemaname, tablename, policyname), concat_ws(' ', roles::text, cmd, qual)
FROM pg_policies
UNION ALL
SELECT concat_ws('.', conrelid::regclass, conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace IN ('geoloket'::regnamespace, 'staff'::regnamespace)
ORDER BY 1, 2
"""


def trees(root: Path, head: str = "", tail: str = "") -> LayerRegistry:
    folder = root / "trees"
    folder.mkdir(exist_ok=True)
    (folder / "layer.toml").write_text(TREES % (head, tail), encoding="utf-8")
    return LayerRegistry.read([root])


def schema(dsn: str) -> list[tuple[str, str]]:
    with connect(dsn) as connection:
        return [(row["thing"], row["what"]) for row in connection.execute(SCHEMA)]


def test_a_second_migration_changes_nothing(fresh_dsn: str):
    before = schema(fresh_dsn)
    said: list[str] = []
    with connect(fresh_dsn) as connection:
        migrate(connection, LayerRegistry.read(), 31370, said.append)
    assert said == []
    assert schema(fresh_dsn) == before


def test_a_migrated_schema_is_a_fresh_schema(fresh_dsn: str, other_fresh_dsn: str, tmp_path: Path):
    """A layer that grows field by field ends as one that was made with all of them."""
    full = trees(tmp_path, 'public_when = "species IS NOT NULL"', FIELD_OWNER)
    with connect(fresh_dsn) as connection:
        migrate(connection, full, 31370)
    with connect(other_fresh_dsn) as connection:
        migrate(connection, trees(tmp_path), 31370)
        connection.execute("INSERT INTO trees (id, species) VALUES ('1', 'Linde')")
        connection.commit()
        migrate(connection, trees(tmp_path, 'public_when = "false"'), 31370)
        migrate(
            connection, trees(tmp_path, 'public_when = "species IS NOT NULL"', FIELD_OWNER), 31370
        )
        row = connection.execute("SELECT species, is_public, owner FROM trees").fetchone()
    assert row == {"species": "Linde", "is_public": True, "owner": None}
    assert schema(other_fresh_dsn) == schema(fresh_dsn)


FIELD_OWNER = """
[[fields]]
name = "owner"
type = "text"
title = { nl = "Eigenaar" }
"""


def test_a_changed_type_needs_a_migration_in_the_folder(fresh_dsn: str, tmp_path: Path):
    with connect(fresh_dsn) as connection:
        migrate(connection, trees(tmp_path), 31370)
        changed = (tmp_path / "trees" / "layer.toml").read_text().replace('"date"', '"integer"')
        (tmp_path / "trees" / "layer.toml").write_text(changed)
        with pytest.raises(CommandError, match="planted is date in the database and bigint"):
            migrate(connection, LayerRegistry.read([tmp_path]), 31370)
        own = tmp_path / "trees" / "migrations"
        own.mkdir()
        (own / "0001_year.sql").write_text(
            "ALTER TABLE trees ALTER planted TYPE bigint USING extract(year FROM planted)"
        )
        migrate(connection, LayerRegistry.read([tmp_path]), 31370)


def test_an_edited_migration_is_refused(fresh_dsn: str, tmp_path: Path):
    registry = trees(tmp_path)
    own = tmp_path / "trees" / "migrations"
    own.mkdir()
    with connect(fresh_dsn) as connection:
        migrate(connection, registry, 31370)
        (own / "0001_check.sql").write_text("ALTER TABLE trees ADD CHECK (species <> '')")
        migrate(connection, registry, 31370)
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO trees (id, species) VALUES ('1', '')")
        connection.rollback()
        (own / "0001_check.sql").write_text("SELECT 1")
        with pytest.raises(CommandError, match=r"0001_check\.sql was changed"):
            migrate(connection, registry, 31370)


def test_a_faulty_migration_leaves_everything_as_it_was(fresh_dsn: str, tmp_path: Path):
    registry = trees(tmp_path)
    with connect(fresh_dsn) as connection:
        migrate(connection, registry, 31370)
    before = schema(fresh_dsn)
    registry = trees(tmp_path, tail=FIELD_OWNER)
    (tmp_path / "trees" / "table.sql").write_text("SELECT nothing_like_this()")
    with connect(fresh_dsn) as connection, pytest.raises(psycopg.errors.UndefinedFunction):
        migrate(connection, registry, 31370)
    assert schema(fresh_dsn) == before


def test_stored_geometries_follow_the_geometry(fresh_dsn: str, tmp_path: Path):
    """Test vector of the address registry: 31370 to 3812, and the same point in degrees."""
    with connect(fresh_dsn) as connection:
        migrate(connection, trees(tmp_path), 31370)
        connection.execute(
            "INSERT INTO trees (id, geom) VALUES ('1', ST_Point(140252.76, 198794.27, 31370))"
        )
        row = connection.execute(
            "SELECT ST_Distance(ST_Transform(ST_SetSRID(geom_crs84, 4258), 3812),"
            " ST_Point(640249.09, 698793.29, 3812)) AS there,"
            " ST_Distance(ST_Transform(geom_3857, 4326), geom_crs84) AS same FROM trees"
        ).fetchone()
    assert row is not None
    assert row["there"] < 0.25, "without the Belgian grid the operation is good for 0.2 m"
    assert row["same"] < 1e-9


def test_the_version_of_a_layer_goes_up_with_each_changing_statement(fresh_dsn: str):
    def version(connection: psycopg.Connection[dict[str, object]]) -> int:
        row = connection.execute("SELECT version FROM layer_state WHERE layer = 'water'").fetchone()
        assert row is not None
        return int(str(row["version"]))

    with connect(fresh_dsn) as connection:
        first = version(connection)
        connection.execute("INSERT INTO water (id) VALUES ('a'), ('b')")
        connection.execute("UPDATE water SET name = 'Zandbeek'")
        connection.execute("TRUNCATE water")
        assert version(connection) == first + 3
