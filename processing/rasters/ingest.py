"""``orthophoto-ingest``: each GeoTIFF of a folder becomes a COG in storage and a row of the layer.

A file that was taken in before, by its SHA-256, is not made again; what its sidecar says may have
changed. Whether visitors see it stays as staff decided, unless an input says so; another file of
the same name is to be looked at anew. A run that is broken off and run again does no harm.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from psycopg import Connection
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rasterio.errors import RasterioError

from geoloket.crs import guess_srid
from geoloket.process import JSON, Piece
from geoloket.rasters import key_of
from processing.context import JobContext, PieceStatus, Rejected
from processing.rasters import bands, cog, footprint
from processing.rasters.gdal import open_raster
from processing.rasters.processes import IngestInputs, IngestOutputs

RECIPE: Final = "1"
"""Goes up when the same file would become another COG."""
_ENDS: Final = (".tif", ".tiff")


class Sidecar(BaseModel):
    """``orthophoto.json`` or ``<name>.json`` beside a GeoTIFF: what the file does not tell."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")] | None = None
    campaign: str | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    season: str | None = None
    flown_on: date | None = None
    supplier: str | None = None
    licence: str | None = None
    bands: list[str] | None = None


def plan(context: JobContext, inputs: IngestInputs) -> Iterator[Piece]:
    """A piece per GeoTIFF. Raises Rejected for a folder that is not there."""
    root = (context.settings.home / "incoming").resolve()
    folder = (root / inputs.folder).resolve()
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise Rejected(f"there is no folder {inputs.folder[:100]!r} below incoming")
    found = [one for one in folder.rglob("*") if one.suffix.lower() in _ENDS and one.is_file()]
    if not found:
        raise Rejected("there is no GeoTIFF in that folder")
    for file in sorted(found):
        if file.resolve().is_relative_to(root):
            name = file.relative_to(root).as_posix()
            yield Piece(hashlib.sha256(name.encode()).hexdigest()[:32], {"file": name})


def work(context: JobContext, inputs: IngestInputs, item: dict[str, JSON]) -> dict[str, JSON]:
    """Take one file in. Raises Rejected with the reason when it cannot be used."""
    name = str(item["file"])
    file = context.settings.home / "incoming" / name
    try:
        return _taken(context, inputs, file, name)
    except Rejected as error:
        raise Rejected(f"{name}: {error}") from None
    except RasterioError as error:
        raise Rejected(f"{name}: cannot be read as a GeoTIFF ({str(error)[:200]})") from None


def finish(context: JobContext, inputs: IngestInputs) -> IngestOutputs:
    """Count what the pieces left."""
    taken = unchanged = 0
    rejected: dict[str, str] = {}
    for one in context.results():
        if one.status is not PieceStatus.DONE:
            name, _, reason = (one.reason or "").partition(": ")
            rejected[name or one.key] = reason or "failed"
        elif one.result and one.result.get("unchanged"):
            unchanged += 1
        else:
            taken += 1
    return IngestOutputs(taken=taken, unchanged=unchanged, rejected=rejected)


def _taken(context: JobContext, inputs: IngestInputs, file: Path, name: str) -> dict[str, JSON]:
    told = _sidecar(file)
    row: dict[str, Any] = _known(inputs, told)
    row |= {"source_sha256": _sha256(file), "recipe": RECIPE}
    row["id"] = told.id or f"{row['campaign']}-{row['source_sha256'][:12]}"
    with context.connect() as connection:
        made = _made_before(context, connection, row)
    if made is None:
        context.report(5, name)
        made = _make(context, file, told)
    with context.connect() as connection:
        _keep(context, connection, row | made)
    return {"id": row["id"], "unchanged": "footprint" not in made}


def _make(context: JobContext, file: Path, told: Sidecar) -> dict[str, Any]:
    """The COG in storage, and what is to be known of it."""
    srid, target = context.settings.storage_srid, context.folder / "photo.tif"
    with open_raster(file) as source:
        if source.driver != "GTiff":
            raise Rejected(f"is a {source.driver}, not a GeoTIFF")
        found = bands.told(source, told.bands)
    outside = cog.write(file, found, srid, target, context.folder)
    if outside:
        context.log(
            f"{outside.outside} pixels without data at the edge are outside; "
            f"{outside.kept} of the same value inside were kept"
        )
    context.log(f"bands {','.join(found.names)}: {found.ground}")
    with open_raster(target) as made:
        middle = made.xy(made.height // 2, made.width // 2)
        if guess_srid(*middle) != srid:
            raise Rejected("does not lie in Belgium; is its coordinate system right?")
        known: dict[str, Any] = {
            "width": made.width,
            "height": made.height,
            "resolution_m": round(made.res[0], 4),
            "bands": ",".join(found.shown),
            "has_nir": "nir" in found.shown,
            "ground": found.ground,
            "footprint": footprint.of(made).wkt,
        }
    known |= {"checksum": _sha256(target), "size_bytes": target.stat().st_size}
    with context.storage.write(key_of(known["checksum"])) as place:
        shutil.move(target, place)
    return known


def _made_before(
    context: JobContext, connection: Connection[DictRow], row: dict[str, Any]
) -> dict[str, Any] | None:
    """Empty when the same delivery is there, made by this recipe; None when it must be made.

    Raises Rejected when it is there under another name, or its name is of another photo's.
    """
    for one in connection.execute(
        "SELECT id, source_sha256, checksum, recipe FROM geoloket.orthophotos "
        "WHERE source_sha256 = %(source_sha256)s OR id = %(id)s",
        row,
    ):
        if one["id"] != row["id"]:
            raise Rejected(f"is the same file as {one['id']}, which is there already")
        same = (one["source_sha256"], one["recipe"]) == (row["source_sha256"], RECIPE)
        if same and context.storage.exists(key_of(one["checksum"])):
            return {}
    return None


_MADE: Final = (
    "width", "height", "resolution_m", "bands", "has_nir", "ground", "checksum", "size_bytes",
)  # fmt: skip


def _keep(context: JobContext, connection: Connection[DictRow], row: dict[str, Any]) -> None:
    """Write the row; the file of an older delivery under the same name goes."""
    old = connection.execute(
        "SELECT checksum FROM geoloket.orthophotos WHERE id = %(id)s FOR UPDATE", row
    ).fetchone()
    values = row | {"srid": context.settings.storage_srid}
    if "footprint" in row:
        connection.execute(_INSERT, values)
    else:
        connection.execute(_UPDATE, values)
    connection.commit()
    if old and "checksum" in row and old["checksum"] != row["checksum"]:
        context.storage.delete(key_of(old["checksum"]))


_INSERT: Final = """
INSERT INTO geoloket.orthophotos AS o (id, campaign, year, season, flown_on, supplier, licence,
    review_state, source_sha256, recipe, width, height, resolution_m, bands, has_nir, ground,
    checksum, size_bytes, geom)
VALUES (%(id)s, %(campaign)s, %(year)s, %(season)s, %(flown_on)s, %(supplier)s, %(licence)s,
    coalesce(%(review_state)s, 'in_review'), %(source_sha256)s, %(recipe)s, %(width)s, %(height)s,
    %(resolution_m)s, %(bands)s, %(has_nir)s, %(ground)s, %(checksum)s, %(size_bytes)s,
    ST_GeomFromText(%(footprint)s, %(srid)s))
ON CONFLICT (id) DO UPDATE SET campaign = excluded.campaign, year = excluded.year,
    season = excluded.season, flown_on = excluded.flown_on, supplier = excluded.supplier,
    licence = excluded.licence,
    review_state = CASE
        WHEN %(review_state)s::text IS NULL AND o.source_sha256 = excluded.source_sha256
        THEN o.review_state ELSE excluded.review_state END,
    source_sha256 = excluded.source_sha256, recipe = excluded.recipe, width = excluded.width,
    height = excluded.height, resolution_m = excluded.resolution_m, bands = excluded.bands,
    has_nir = excluded.has_nir, ground = excluded.ground, checksum = excluded.checksum,
    size_bytes = excluded.size_bytes, geom = excluded.geom
"""
_UPDATE: Final = """
UPDATE geoloket.orthophotos SET campaign = %(campaign)s, year = %(year)s, season = %(season)s,
    flown_on = %(flown_on)s, supplier = %(supplier)s, licence = %(licence)s,
    review_state = coalesce(%(review_state)s, review_state)
WHERE id = %(id)s AND (campaign, year, season, flown_on, supplier, licence, review_state)
    IS DISTINCT FROM (%(campaign)s, %(year)s::bigint, %(season)s, %(flown_on)s::date,
        %(supplier)s, %(licence)s, coalesce(%(review_state)s, review_state))
"""


def _sidecar(file: Path) -> Sidecar:
    for place in (file.with_suffix(".json"), file.with_name("orthophoto.json")):
        if place.is_file():
            try:
                return Sidecar.model_validate_json(place.read_bytes())
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                where = ".".join(map(str, fault["loc"])) or "whole"
                raise Rejected(f"its sidecar {place.name}, {where}: {fault['msg']}") from None
    return Sidecar()


def _known(inputs: IngestInputs, told: Sidecar) -> dict[str, Any]:
    """What the sidecar says, else the inputs. Raises Rejected without a year."""
    flown = told.flown_on or inputs.flown_on
    year = told.year or (flown.year if flown else inputs.year)
    if year is None:
        raise Rejected("no year: say it in orthophoto.json or as an input")
    return {
        "year": year,
        "flown_on": flown or date(year, 1, 1),
        "season": told.season or inputs.season,
        "campaign": (told.campaign or told.id or f"orthophoto-{year}")[:100],
        "supplier": told.supplier or inputs.supplier,
        "licence": told.licence or inputs.licence,
        "review_state": inputs.review_state,
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
