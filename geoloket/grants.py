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
    "PUBLIC, geoloket_reader, geoloket_staff, geoloket_housing, geoloket_editor, "
    "geoloket_housing_editor, geoloket_porter, geoloket_worker"
)
CLOSED: Final = ("alerts", "people", "audit", "imagery", "jobs", "history")
"""Schemas of which nothing is open but what data/grants.sql names."""


def take_back(connection: Connection[DictRow]) -> None:
    """Leave every role but the owner with nothing except entry to the schemas that it may enter."""
    for schema in ("geoloket", "staff", *CLOSED):
        connection.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(
                sql.Identifier(schema), _EVERYBODY
            )
        )
    connection.execute("REVOKE ALL ON SCHEMA staff FROM PUBLIC, geoloket_reader, geoloket_porter")
    for schema in CLOSED:
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
        _editing(connection, layer)
    _history(connection, registry)


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


def _row_security(connection: Connection[DictRow], layer: Layer) -> None:
    """What is not public is for staff, with an access token only when that is for this layer."""
    name = compose.table(layer)
    closed = layer.schema_name == "staff"
    scoped = sql.SQL("(SELECT geoloket.in_scope({}))").format(sql.Literal(layer.id))
    rules: dict[str, sql.Composable] = {
        "reader": sql.SQL("is_public"),
        "staff": scoped if closed else sql.SQL("is_public OR {}").format(scoped),
        "worker": sql.SQL("true"),
    }
    for role, rule in rules.items():
        policy = sql.Identifier(f"{role}_rows")
        connection.execute(sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(policy, name))
        if (layer.public_when or closed) and not (closed and role == "reader"):
            connection.execute(
                sql.SQL("CREATE POLICY {} ON {} TO {} USING ({})").format(
                    policy, name, sql.Identifier(f"geoloket_{role}"), rule
                )
            )
    switch = sql.SQL("ENABLE" if layer.public_when or closed else "DISABLE")
    connection.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(name, switch))


def _editing(connection: Connection[DictRow], layer: Layer) -> None:
    """Let editors write what the declaration shows; every change is kept, whoever makes it."""
    name, placed = compose.table(layer), layer.geometry is not None
    for trigger in ("keep_history", "keep_rows"):
        connection.execute(
            sql.SQL("DROP TRIGGER IF EXISTS {} ON {}").format(sql.Identifier(trigger), name)
        )
    if layer.editable is None:
        return
    connection.execute(
        sql.SQL(
            "CREATE TRIGGER keep_history AFTER INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW "
            "EXECUTE FUNCTION history.keep({}, {})"
        ).format(name, sql.Literal(layer.id), sql.Literal(str(placed).lower()))
    )
    connection.execute(
        sql.SQL(
            "CREATE TRIGGER keep_rows BEFORE TRUNCATE ON {} FOR EACH STATEMENT "
            "EXECUTE FUNCTION history.refuse_truncate()"
        ).format(name)
    )
    written = [field.name for field in layer.fields] + (["geom"] if placed else [])
    columns = sql.SQL(", ").join(map(sql.Identifier, written))
    role = "geoloket_editor" if layer.editable == "staff" else "geoloket_housing_editor"
    connection.execute(
        sql.SQL("GRANT INSERT (id, {0}), UPDATE ({0}), DELETE ON {1} TO {2}").format(
            columns, name, sql.Identifier(role)
        )
    )


def _history(connection: Connection[DictRow], registry: LayerRegistry) -> None:
    """Who may see a layer whole may read what was changed in it."""
    for role, asked in (("staff", None), ("housing", "housing")):
        layers = [one.id for one in registry.values() if one.editable and one.role == asked]
        policy = sql.Identifier(f"{role}_rows")
        connection.execute(sql.SQL("DROP POLICY IF EXISTS {} ON history.changes").format(policy))
        connection.execute(
            sql.SQL(
                "CREATE POLICY {} ON history.changes FOR SELECT TO {} "
                "USING (layer = ANY ({}::text[]) AND geoloket.in_scope(layer))"
            ).format(policy, sql.Identifier(f"geoloket_{role}"), sql.Literal(layers))
        )
    connection.execute("ALTER TABLE history.changes ENABLE ROW LEVEL SECURITY")
