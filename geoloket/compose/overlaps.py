"""Which features of several layers lie on one parcel, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg import sql

from geoloket.compose.columns import Statement, table
from geoloket.layer import Layer

_SLIVER_M2: Final = 1.0
"""Overlap that a drawing may be off: neighbours share a boundary, never an area."""


def overlaps(layers: Sequence[tuple[Layer, sql.Composable]], most: int) -> Statement:
    """At most ``most`` features of each layer on the parcel ``id``, largest part first.

    Each layer comes with the condition on its rows. Columns: ``layer``; ``filled``, whether it
    holds anything anywhere; ``id``, ``facts`` and ``share`` of the parcel's area, which are null in
    the one row of a layer that has nothing here. Rows of a layer stand together.
    """
    parts = [_part(layer, rows) for layer, rows in layers]
    text = sql.SQL(
        "WITH parcel AS (SELECT geom AS outline, ST_Area(geom) AS area_m2 FROM geoloket.parcels "
        "WHERE id = %(id)s) {} ORDER BY layer, share DESC NULLS LAST, id"
    ).format(sql.SQL(" UNION ALL ").join(parts))
    return Statement(text, {"most": most, "sliver": _SLIVER_M2})


def _part(layer: Layer, rows: sql.Composable) -> sql.Composable:
    return sql.SQL(
        "SELECT {layer}::text AS layer, held.filled, found.id, found.facts, found.share "
        "FROM parcel CROSS JOIN (SELECT EXISTS (SELECT 1 FROM {table} "
        "WHERE retired_on IS NULL AND {rows}) AS filled) AS held "
        "LEFT JOIN LATERAL (SELECT feature.id, {facts} AS facts, "
        "CASE WHEN ST_Dimension(feature.geom) = 2 THEN "
        "ST_Area(ST_Intersection(feature.geom, outline)) / NULLIF(area_m2, 0) END AS share "
        "FROM {table} AS feature WHERE ST_Intersects(feature.geom, outline) "
        "AND retired_on IS NULL AND {rows} ORDER BY share DESC NULLS LAST, feature.id "
        "LIMIT %(most)s) AS found ON found.share IS NULL OR found.share * area_m2 > %(sliver)s"
    ).format(layer=sql.Literal(layer.id), table=table(layer), rows=rows, facts=_facts(layer))


def _facts(layer: Layer) -> sql.Composable:
    """The fields that the dossier prints, by name."""
    names = layer.dossier.fields if layer.dossier else ()
    label = layer.map.label if layer.map else None
    shown = names or ((label,) if label else tuple(field.name for field in layer.fields[:1]))
    pairs = [
        part for name in shown for part in (sql.Literal(name), sql.Identifier("feature", name))
    ]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))
