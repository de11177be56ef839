"""How a foreign format becomes rows of a layer: the sections of ``layers/<id>/load.sql``.

A section is a SELECT over ``staging`` under a few header lines::

    -- name: grb
    -- title: GRB ADP, administrative parcels
    -- columns: capakey niscode canu? versdatum?
    -- scope: nis_code
    SELECT n, geoloket.parcel_id(capakey) AS id, ..., geom FROM staging

=============  ===================================================================================
``columns``    source columns in lower case; ``?`` marks the ones that may be absent (then NULL).
               Only these are ever copied into the database: a column that is not named here, such
               as an applicant's name, stays in the file.
``scope``      column of the layer that says what a full delivery covers
``refuse``     ``adpf* because …``: sources of that name (file or layer) are not taken at all
``header``     columns of a file that has no header line, in order
``geometry``   ``optional`` when a row without position is welcome
=============  ===================================================================================

The SELECT returns ``n`` (row number), ``id``, fields of the layer, ``geom``, and when it likes
``reject`` (a reason) and ``retired_on`` (a date). In ``staging`` every column is text, trimmed, and
NULL where empty; ``geom`` has already been turned to the storage CRS, checked and made valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from geoloket import statements
from geoloket.errors import SourceRejected
from geoloket.layer import Layer

_HEADER = re.compile(r"^-- ([a-z]+): *(.*?)[ \t]*$")

OWN = "own"
"""Name of the format that has the layer's own columns and needs no section."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One format that a layer takes."""

    name: str
    title: str
    select: str | None
    """The SELECT over ``staging``; None for the layer's own columns."""
    required: frozenset[str]
    columns: tuple[str, ...]
    """All columns that are staged, required and optional, in order."""
    scope: str | None = None
    refused: tuple[str, str] | None = None
    """Pattern of source names, and why."""
    header: tuple[str, ...] = ()
    geometry_optional: bool = False

    def fits(self, columns: Iterable[str]) -> bool:
        """Whether a source with these columns (lower case) has this format."""
        return self.required <= set(columns)

    def check_name(self, name: str) -> None:
        """Raises SourceRejected when sources of this name are not taken."""
        if self.refused and fnmatchcase(name.lower(), self.refused[0]):
            raise SourceRejected(f"{name}: {self.refused[1]}")


def read(layer: Layer) -> tuple[Mapping, ...]:
    """The formats of a layer: those of its ``load.sql``, in order, and its own columns.

    Raises SourceRejected when ``load.sql`` cannot be understood.
    """
    file = layer.folder / "load.sql"
    sections = statements.split(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return (*(_section(name, text) for name, text in sections.items()), own(layer))


def own(layer: Layer) -> Mapping:
    """The layer's own columns: ``id`` is required, and at least the file's other columns count."""
    names = [field.name for field in layer.fields]
    scope = "nis_code" if "nis_code" in names else None
    return Mapping(
        name=OWN,
        title="the layer's own columns",
        select=None,
        required=frozenset({"id"}),
        columns=("id", *names),
        scope=scope,
    )


def recognise(
    mappings: Sequence[Mapping], name: str, columns: Sequence[str], layer: Layer
) -> Mapping:
    """The first mapping that fits a source; raises SourceRejected that says what is missing."""
    for mapping in mappings:
        if mapping.fits(columns) and (mapping.select or _has_own_column(layer, columns)):
            mapping.check_name(name)
            return mapping
    missing = ((m.title, ", ".join(sorted(m.required - set(columns)))) for m in mappings)
    known = "; ".join(f"{title}: {names or 'all its columns'} missing" for title, names in missing)
    has = ", ".join(columns) or "none"
    raise SourceRejected(f"{name}: columns ({has}) that fit no format of layer {layer.id}. {known}")


def _has_own_column(layer: Layer, columns: Sequence[str]) -> bool:
    return any(field.name in columns for field in layer.fields)


def _section(name: str, text: str) -> Mapping:
    lines = text.splitlines()
    head: dict[str, str] = {}
    for line in lines:
        match = _HEADER.match(line)
        if not match:
            break
        head[match[1]] = match[2]
    if "columns" not in head:
        raise SourceRejected(f"load.sql: section {name} has no '-- columns:' line")
    words = head["columns"].split()
    pattern, _, reason = head.get("refuse", "").partition(" ")
    return Mapping(
        name=name,
        title=head.get("title", name),
        select="\n".join(lines[len(head) :]).rstrip().rstrip(";"),
        required=frozenset(word for word in words if not word.endswith("?")),
        columns=tuple(word.removesuffix("?") for word in words),
        scope=head.get("scope"),
        refused=(pattern, reason) if pattern else None,
        header=tuple(head.get("header", "").split()),
        geometry_optional=head.get("geometry") == "optional",
    )
