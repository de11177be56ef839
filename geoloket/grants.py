"""The second lock: each database role gets exactly the columns and rows of the declarations.

The first lock is ``geoloket.access``, which narrows a layer before SQL is composed for a person.
"""

from __future__ import annotations

from typing import Final

from psycopg import Connection, sql
from psycopg.rows import DictRow

from geoloket import compose
from geoloket.declaration import Visibility
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry

_EVERYBODY: Final = sql.SQL(
    "PUBLIC, geoloket_reader, geoloket_staff, geoloket_housing, geoloket_porter, geoloket_worker"
)
_CLOSED: Final = ("alerts", "people", "audit", "jobs")
"""Schemas of which nothing is open but what data/grants.sql names."""


def take_back(connection: Connection[DictRow]) -> None:
    """Leave every role but the owner with nothing except entry to the schemas that it may enter."""
    for schema in ("geoloket", "staff", *_CLOSED):
        connection.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(
                sql.Identifier(schema), _EVERYBODY
            )
        )
    connection.execute("REVOKE ALL ON SCHEMA staff FROM PUBLIC, geoloket_reader, geoloket_porter")
    for schema in _CLOSED:
        # A function may be called by everybody unless that is said.
        connection.execute(
            sql.SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {} FROM {}").format(
                sql.Identifier(schema), _EVERYBODY
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON SCHEMA people, audit FROM {}").format(_EVERYBODY))
    connection.execute(
        "GRANT USAGE ON SCHEMA geoloket TO geoloket_reader, geoloket_staff, geoloket_worker"
    )
    connection.execute("GRANT USAGE ON SCHEMA staff TO geoloket_staff, geoloket_worker")


def give(connection: Connection[DictRow], registry: LayerRegistry) -> None:
    """Grant what the declarations say; a table without a declaration stays shut."""
    for layer in registry.values():
        public = {Visibility.PUBLIC}
        if layer.visibility is Visibility.PUBLIC:
            _grant(connection, layer, public, "geoloket_reader")
        if layer.visibility is not Visibility.NOBODY:
            role = f"geoloket_{layer.role or 'staff'}"
            _grant(connection, layer, public | {Visibility.STAFF}, role)
        _row_security(connection, layer)


def _grant(connection: Connection[DictRow], layer: Layer, seen: set[Visibility], role: str) -> None:
    columns = ["id", "retired_on", "imported_at", *(["is_public"] if layer.public_when else [])]
    columns += [field.name for field in layer.fields if field.visibility in seen]
    if layer.geometry and layer.geometry.visibility in seen:
        columns += ["geom", "geom_crs84", "geom_3857"]
    connection.execute(
        sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            compose.table(layer),
            sql.Identifier(role),
        )
    )


_ROW_RULES: Final = (
    ("reader", sql.SQL("is_public")),
    ("staff", sql.SQL("true")),
    ("worker", sql.SQL("true")),
)


def _row_security(connection: Connection[DictRow], layer: Layer) -> None:
    name = compose.table(layer)
    for role, rule in _ROW_RULES:
        policy = sql.Identifier(f"{role}_rows")
        connection.execute(sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(policy, name))
        if layer.public_when:
            connection.execute(
                sql.SQL("CREATE POLICY {} ON {} TO {} USING ({})").format(
                    policy, name, sql.Identifier(f"geoloket_{role}"), rule
                )
            )
    switch = sql.SQL("ENABLE" if layer.public_when else "DISABLE")
    connection.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(name, switch))
