"""The parcels of the comparison, in one private PostgreSQL.

``geoloket.parcels`` is published by Geoloket, imported by its own import. The schema ``peers``
holds the same rows as a municipality would have them for another server: the public columns, the
place, a primary key and a spatial index; and prepared variants of it, with the place in the system
that is answered in, which is the best case of a server that does not keep several. The ``*_tile``
views have the columns of Geoloket's tiles, for servers that cannot be told which to take.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pyogrio
from bench.import_speed import LEUVEN, repeat
from bench.peers.programs import Failed
from psycopg import sql

from geoloket.database import connect
from geoloket.embedded import ADMIN, OWNER, EmbeddedCluster
from geoloket.embedded.processes import postmaster
from geoloket.migrate import migrate
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from processing.importing.importer import run_import

Say = Callable[[str], None]

SRIDS = (31370, 4326, 3857)
"""Systems of the bare table and of its prepared variants."""
WHOLE_FROM = 12
"""Lowest level of the tiles that are compared."""
APART = (8_000.0, 8_500.0)
"""Metres from one copy to the next, so that copies do not lie on each other."""
FIELDS = (
    "capakey", "division", "section", "parcel_label", "nis_code", "area_m2", "fiscal_date",
    "version", "valid_from", "version_date", "source_object_id", "source_version_id",
    "maintainer", "input_method",
)  # fmt: skip
"""The public columns of the layer."""
TILE_FIELDS = ("id", "parcel_label")
"""What a tile of the layer holds beside the shape."""


@dataclass(frozen=True)
class Data:
    """A filled database: where it is and what is in it."""

    cluster: EmbeddedCluster
    layers: Path
    rows: int
    source: str

    @property
    def admin(self) -> str:
        return self.cluster.dsn(ADMIN)

    @property
    def socket(self) -> str:
        return str(self.cluster.status().socket)

    @property
    def folder(self) -> Path:
        """The server's data folder."""
        return self.cluster.status().data


def prepare(home: Path, rows: int, say: Say) -> Data:
    """The database with at least this many parcels, made when it is not there yet; it runs on.

    Stop it with ``data.cluster.stop()``.
    """
    cluster = EmbeddedCluster(home / "database", say=say)
    cluster.start()
    _observe(cluster)
    layers = _layers(home)
    data = Data(cluster, layers, rows, "Leuven" if LEUVEN.exists() else "the invented town")
    if _noted(cluster) != _note(data):
        _fill(home, data, say)
    return data


def _observe(cluster: EmbeddedCluster) -> None:
    """Have the server keep statistics of statements; it starts once more when it did not."""
    with psycopg.connect(cluster.dsn(ADMIN), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        admin.execute("ALTER SYSTEM SET session_preload_libraries = 'auto_explain'")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("ALTER SYSTEM SET session_preload_libraries = 'auto_explain'")
        admin.execute("SELECT pg_reload_conf()")
        row = admin.execute("SHOW shared_preload_libraries").fetchone()
    if not row or "pg_stat_statements" not in row[0]:
        cluster.stop()
        cluster.start()
    with psycopg.connect(cluster.dsn(ADMIN), autocommit=True) as admin:
        admin.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


def _layers(home: Path) -> Path:
    """The layer of the parcels with whole tiles from z12 on, as the other servers make them.

    As published, tiles are generalised below z15; that has a row of its own.
    """
    folder = home / "layers" / "parcels"
    folder.mkdir(parents=True, exist_ok=True)
    for file in (Path(__file__).parents[3] / "layers" / "parcels").iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    declared = folder / "layer.toml"
    text = re.sub(r"(?m)^(min_zoom|full_zoom) = \d+\n", "", declared.read_text(encoding="utf-8"))
    whole = text.replace("[map]\n", f"[map]\nmin_zoom = {WHOLE_FROM}\nfull_zoom = {WHOLE_FROM}\n")
    declared.write_text(whole, encoding="utf-8")
    return folder.parent


def _fill(home: Path, data: Data, say: Say) -> None:
    file = home / "parcels.gpkg"
    copies = _make_file(home, file, data.rows)
    say(f"{copies} copies of {data.source}, moved apart; importing")
    settings = Settings.read(home=home / "database", layers=(data.layers,))
    with connect(data.cluster.dsn()) as connection:
        migrate(connection, LayerRegistry.read(settings.layers), settings.storage_srid)
        connection.execute("TRUNCATE geoloket.parcels")
        connection.commit()
    report = run_import(settings, "parcels", [str(file)])
    say(f"{report.loaded:,} parcels imported in {report.seconds:.0f} s")
    file.unlink()
    began = time.monotonic()
    with psycopg.connect(data.cluster.dsn(OWNER), autocommit=True) as owner:
        _make_bare(owner)
        owner.execute("VACUUM (ANALYZE) geoloket.parcels")
        owner.execute(
            sql.SQL("CREATE TABLE peers.made_of AS SELECT {} AS note").format(
                sql.Literal(_note(data))
            )
        )
    say(f"bare tables in {time.monotonic() - began:.0f} s")


def _make_file(home: Path, file: Path, rows: int) -> int:
    """A GeoPackage with at least so many parcels; returns how many copies it took."""
    source = LEUVEN
    if not source.exists():
        source = home / "town.gpkg"
        _write_town(source)
    file.unlink(missing_ok=True)
    copies = math.ceil(rows / pyogrio.read_info(source)["features"])
    repeat(source, file, copies, APART)
    return copies


def _write_town(file: Path) -> None:
    """The invented town's parcels, in the columns of a delivery."""
    from processing.demo.town import SEED, build  # noqa: PLC0415 - seconds of imports

    table = build(SEED, date(2026, 1, 1)).layers["parcels"]
    named = table.rename(columns={"nis_code": "niscode"})[["capakey", "niscode", "geom"]]
    named.to_file(file, layer="adp", driver="GPKG", engine="pyogrio")


def _make_bare(owner: psycopg.Connection) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, FIELDS))
    owner.execute("DROP SCHEMA IF EXISTS peers CASCADE")
    owner.execute("CREATE SCHEMA peers")
    for srid in SRIDS:
        name = f"parcels_{srid}"
        table = sql.Identifier("peers", name)
        kind = sql.SQL("geometry(MultiPolygon, {})").format(sql.Literal(srid))
        # In the order that the import leaves, which is by place: the bare table gains by it too.
        owner.execute(
            sql.SQL(
                "CREATE TABLE {} AS SELECT id, {}, ST_Transform(geom, {})::{} AS geom "
                "FROM geoloket.parcels WHERE retired_on IS NULL ORDER BY ctid"
            ).format(table, names, sql.Literal(srid), kind)
        )
        owner.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (id)").format(table))
        owner.execute(sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(table))
        owner.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))
        owner.execute(
            sql.SQL("CREATE VIEW {} AS SELECT {}, geom FROM {}").format(
                sql.Identifier("peers", f"{name}_tile"),
                sql.SQL(", ").join(map(sql.Identifier, TILE_FIELDS)),
                table,
            )
        )


def _note(data: Data) -> str:
    """What tells one filling from another."""
    return f"1 {data.source} {data.rows}"


def _noted(cluster: EmbeddedCluster) -> str | None:
    with psycopg.connect(cluster.dsn(ADMIN)) as admin:
        there = admin.execute("SELECT to_regclass('peers.made_of')").fetchone()
        if not there or there[0] is None:
            return None
        row = admin.execute("SELECT note FROM peers.made_of").fetchone()
    return str(row[0]) if row else None


def server_pid(data: Data) -> int:
    """The postmaster's process id. Raises Failed when it is gone."""
    pid = postmaster(data.folder)
    if pid is None:
        raise Failed("PostgreSQL has stopped")
    return pid
