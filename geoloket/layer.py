"""A layer, as its folder declares it: frozen, checked, and the one truth about its table.

``layers/<id>/layer.toml`` is read into a :class:`Layer`; the database table, the OGC API, the map
and the documentation all follow from it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from geoloket.declaration import Declaration, Identifier, Text, Visibility
from geoloket.enquiry import RESTRICTED, Answering
from geoloket.field import LayerField
from geoloket.subject import Subject

SYSTEM_COLUMNS: Final = (
    "id",
    "geom",
    "geom_crs84",
    "geom_3857",
    "is_public",
    "retired_on",
    "imported_at",
)
"""Columns that every layer table has besides its fields."""


GeometryType = Literal[
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "Geometry",
]


class Geometry(Declaration):
    """The geometry of a layer; its storage CRS is a setting, the same for all layers."""

    type: GeometryType
    """Type in the table; a single geometry becomes a collection of one where this is `Multi…`."""
    visibility: Visibility = Visibility.STAFF
    """`public` or `staff`."""

    @property
    def multi(self) -> bool:
        """Whether single geometries are turned into collections on import."""
        return self.type.startswith("Multi")


class MapView(Declaration):
    """How a layer takes part in the map and its tiles."""

    group: Literal["basis", "thema"] = "thema"
    """`basis` (background) or `thema` (something to choose)."""
    order: int = 50
    """Drawing order: higher is drawn later, on top."""
    min_zoom: Annotated[int, Field(ge=0, le=22)] = 12
    """Zoom from which tiles hold this layer (WebMercatorQuad)."""
    full_zoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """Zoom from which they hold all of it: below it small features, ids and labels are left out."""
    shown_from: Annotated[int, Field(ge=0, le=22)] | None = None
    """Zoom from which our own map draws it, where tiles hold it from further out for others."""
    fields: tuple[Identifier, ...] = ()
    """Properties that tiles carry besides the id: few, and small."""
    label: Identifier | None = None
    """Field whose value is written on the map and in lists."""
    on: bool = True
    """Whether the map shows it before anybody chooses layers."""
    current: bool = False
    """Whether it leaves out what is over by the end of `time`; what has no end lasts a day."""

    @property
    def whole_from(self) -> int:
        """Zoom from which tiles hold every feature, with its id and all ``fields``."""
        return max(self.min_zoom, self.full_zoom or 0)


class Source(Declaration):
    """Where rows come from when a municipality does not bring a file."""

    service: Literal["grb", "adressenregister"]
    """Service that `geoloket import LAYER SERVICE` asks."""
    options: dict[str, str] = Field(default_factory=dict[str, str])
    """Options of that service."""


class Task(Declaration):
    """Something for which staff look at a layer: chosen once in a session, noted with each look."""

    code: Identifier
    """What the audit log holds."""
    title: Text
    """What it is called, per language."""


class Expiry(Declaration):
    """What happens to rows when `retention` is over."""

    after: tuple[Identifier, ...]
    """Fields of type `date` or `instant`; the latest of a row counts, without any it stays."""
    how: Literal["delete", "anonymise"] = "delete"
    """`delete` the row, or `anonymise`: empty `clear` and place, and give it another id."""
    clear: tuple[Identifier, ...] = ()
    """Fields that are emptied when a row is anonymised."""
    only_when: str | None = None
    """SQL condition on a row that is over: `status = 'closed'`; others stay."""


RESERVED: Final = frozenset({"catalogue"})
"""Addresses of the service itself, which no layer may take."""


class Layer(Declaration):
    """A published layer. Raises pydantic's ValidationError with one error per fault."""

    id: Identifier
    folder: Path
    uri: str | None = None
    """OSLO or other class that each feature is one of."""
    title: Text
    """Name of the layer, per language; `nl` is required: `{ nl = "Percelen", en = "Parcels" }`."""
    description: Text
    """What is in it, per language."""
    purpose: Text
    """Why the municipality processes these data, per language (GDPR art. 5.1.b)."""
    legal_basis: Text
    """On what ground, per language (GDPR art. 6)."""
    retention: str
    """How long rows are kept, as an ISO 8601 duration (`P10Y`) or `permanent`."""
    visibility: Visibility
    """`public`: in the catalogue, with its public fields; `staff`: nothing of it is public."""
    role: Literal["housing"] | None = None
    """Further role that staff need to see anything of it: `housing`; not of a public layer."""
    editable: Literal["staff", "housing"] | None = None
    """Role of staff who may change features (OGC API Features Part 4); each change is kept."""
    licence: str | None = None
    """Licence of the data: its name, or the address of its text; unset means that of the site."""
    attribution: str | None = None
    """Source that must be named."""
    keywords: tuple[str, ...] = ()
    """Words to find it by in a catalogue."""
    geometry: Geometry | None = None
    time: Identifier | tuple[Identifier, Identifier] | None = None
    """Field, or begin and end field, that `datetime` filters on."""
    public_when: str | None = None
    """SQL condition on a row that makes it public; without it every row is."""
    fields: tuple[LayerField, ...]
    map: MapView | None = None
    source: Source | None = None
    subject: Subject = Subject()
    dossier: Answering | None = None
    purposes: tuple[Task, ...] = ()
    """Tasks of which staff choose one before they look at it."""
    expiry: Expiry | None = None

    @field_validator("id")
    @classmethod
    def _is_free(cls, layer_id: str) -> str:
        if layer_id in RESERVED:
            raise ValueError(f"{layer_id!r} is an address of the service itself")
        return layer_id

    @field_validator("retention")
    @classmethod
    def _is_duration(cls, retention: str) -> str:
        if retention != "permanent" and not re.fullmatch(r"P\d+[YMWD]", retention):
            raise ValueError("must be an ISO 8601 duration such as P10Y, or 'permanent'")
        return retention

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        names = [field.name for field in self.fields]
        faults = [f"field {name!r} is declared twice" for name in names if names.count(name) > 1]
        faults += [f"field {name!r} is a system column" for name in names if name in SYSTEM_COLUMNS]
        idle = [field.name for field in self.fields if field.indexed and not field.queryable]
        faults += [f"field {name!r} is indexed and not queryable" for name in idle]
        known = {*names, "id"}
        wanted: list[tuple[str, str]] = [("time", name) for name in self.time_fields]
        if self.map:
            wanted += [("map.fields", name) for name in self.map.fields]
            wanted += [("map.label", self.map.label)] if self.map.label else []
            if self.map.current and len(self.time_fields) < 2:
                faults.append("map.current: time must name a begin and an end")
        if self.dossier:
            wanted += [("dossier.fields", name) for name in self.dossier.fields]
        if self.expiry:
            wanted += [("expiry.clear", name) for name in self.expiry.clear]
            faults += self._expiry_faults(self.expiry)
        faults += [
            f"{key}: no field is called {name!r}" for key, name in wanted if name not in known
        ]
        if self.visibility is not Visibility.PUBLIC:
            shown = [f.name for f in self.fields if f.visibility is Visibility.PUBLIC]
            faults += [f"field {name!r} is public in a layer that is not" for name in shown]
        elif self.role:
            faults.append("role: a public layer cannot ask for one")
        if self.editable and self.role not in (None, self.editable):
            faults.append(f"editable: who edits needs the role {self.role!r} to see anything")
        if self.editable and any(f.visibility is Visibility.NOBODY for f in self.fields):
            faults.append("editable: the history would show staff a field that is for nobody")
        if self.map and self.geometry is None:
            faults.append("map: a layer without geometry cannot be drawn")
        if self.dossier and self.geometry is None:
            faults.append("dossier: a layer without geometry lies on no parcel")
        public = self.visibility is Visibility.PUBLIC
        if self.dossier and public and self.dossier.section in RESTRICTED:
            faults.append(f"dossier: {self.dossier.section!r} is not told in public")
        if faults:
            raise ValueError("; ".join(dict.fromkeys(faults)))
        return self

    def _expiry_faults(self, expiry: Expiry) -> list[str]:
        dated = {field.name for field in self.fields if field.type in ("date", "instant")}
        bad = [name for name in expiry.after if name not in dated]
        faults = [f"expiry.after: no field with dates is called {name!r}" for name in bad]
        if not expiry.after:
            faults.append("expiry.after: name at least one field")
        if self.retention == "permanent":
            faults.append("expiry: retention is permanent")
        if (expiry.how == "anonymise") is not bool(expiry.clear):
            faults.append("expiry.clear: the fields that are emptied; only with how = 'anonymise'")
        return faults

    def __hash__(self) -> int:
        """By id, so that what follows from a declaration can be kept per layer."""
        return hash(self.id)

    @property
    def schema_name(self) -> str:
        """Database schema of the table: what is for staff alone is kept apart."""
        return "geoloket" if self.visibility is Visibility.PUBLIC else "staff"

    @property
    def time_fields(self) -> tuple[str, ...]:
        """The fields of ``time``: none, one, or begin and end."""
        if self.time is None:
            return ()
        return (self.time,) if isinstance(self.time, str) else self.time

    @property
    def tells_until(self) -> bool:
        """Whether its tiles tell until when a feature counts, so that a map leaves out the rest."""
        return bool(self.map and self.map.current and len(self.time_fields) == 2)

    def field(self, name: str) -> LayerField | None:
        """The field of that name, if the layer has it."""
        return next((field for field in self.fields if field.name == name), None)

    def narrowed(self, fields: tuple[LayerField, ...], geometry: Geometry | None) -> Layer:
        """The same layer with fewer fields; time and map lose what is not there any more."""
        names = {field.name for field in fields}
        time = self.time if all(name in names for name in self.time_fields) else None
        view = self.map and self.map.model_copy(
            update={
                "fields": tuple(name for name in self.map.fields if name in names),
                "label": self.map.label if self.map.label in names else None,
            }
        )
        answering = self.dossier and self.dossier.model_copy(
            update={"fields": tuple(name for name in self.dossier.fields if name in names)}
        )
        update: dict[str, Any] = {"fields": fields, "geometry": geometry, "time": time, "map": view}
        update["dossier"] = answering
        return self.model_copy(update=update)
