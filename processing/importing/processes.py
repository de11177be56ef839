"""``import-layer``, as it is declared: light to import."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from geoloket.access import Duty
from geoloket.process import Process, StoredFile, dutch

LAYER_ID: Final = r"^[a-z][a-z0-9_]{0,62}$"


class ImportInputs(BaseModel):
    """Into which layer, from where, and how it is meant."""

    layer: str = Field(
        title="Layer",
        description="Its id.",
        pattern=LAYER_ID,
        json_schema_extra=dutch("Laag", "De laag waar de gegevens bij horen.")
        | {"choices": "layers"},
    )
    file: str | None = Field(
        default=None,
        title="File",
        description="Name of a file, zip or folder below `incoming` in the home of Geoloket.",
        max_length=400,
        json_schema_extra=dutch(
            "Bestand", "Naam van een bestand, zip of map in de map incoming van Geoloket."
        )
        | {"choices": "incoming"},
    )
    service: Literal["grb", "adressenregister"] | None = Field(
        default=None,
        title="Service",
        description="The public service that feeds the layer, instead of a file.",
        json_schema_extra=dutch(
            "Dienst", "De openbare bron van de laag, in plaats van een bestand."
        ),
    )
    nis: list[Annotated[str, Field(pattern=r"^[0-9]{5}$")]] = Field(
        default=[],
        title="Municipalities",
        description="Their NIS codes, for a service.",
        max_length=300,
        json_schema_extra=dutch("Gemeenten", "Hun NIS-codes van vijf cijfers, bij een dienst."),
    )
    crs: str | None = Field(
        default=None,
        title="Coordinate system",
        description="Instead of what the file says: EPSG:31370.",
        pattern=r"^(EPSG:)?[0-9]{4,6}$",
        json_schema_extra=dutch(
            "Coördinatenstelsel", "In plaats van wat het bestand zegt, zoals EPSG:31370."
        ),
    )
    full: bool = Field(
        default=False,
        title="Complete delivery",
        description="What it lacks of the municipalities in it is retired.",
        json_schema_extra=dutch(
            "Volledige levering",
            "Wat er niet in staat van de gemeenten in de levering, vervalt in de laag.",
        ),
    )
    dry_run: bool = Field(
        default=False,
        title="Dry run",
        description="Only tell what would change.",
        json_schema_extra=dutch(
            "Alleen narekenen", "Vertel wat er zou veranderen, en wijzig niets."
        ),
    )


class ImportOutputs(BaseModel):
    """Counts in rows of the delivery: read = loaded + changed + unchanged + merged + rejected."""

    format: str = Field(title="Format", json_schema_extra=dutch("Formaat"))
    read: int = Field(title="Read", json_schema_extra=dutch("Gelezen"))
    loaded: int = Field(title="New", json_schema_extra=dutch("Nieuw"))
    changed: int = Field(title="Changed", json_schema_extra=dutch("Gewijzigd"))
    unchanged: int = Field(title="Unchanged", json_schema_extra=dutch("Hetzelfde"))
    merged: int = Field(title="Merged", json_schema_extra=dutch("Samengevoegd"))
    repaired: int = Field(title="Repaired", json_schema_extra=dutch("Hersteld"))
    rejected: int = Field(title="Rejected", json_schema_extra=dutch("Geweigerd"))
    retired: int = Field(title="Retired", json_schema_extra=dutch("Vervallen"))
    reasons: dict[str, int] = Field(
        title="Reasons", description="Of rejection.", json_schema_extra=dutch("Redenen")
    )
    notes: list[str] = Field(title="Notes", json_schema_extra=dutch("Opmerkingen"))
    dry_run: bool = Field(title="Dry run", json_schema_extra=dutch("Alleen nagerekend"))
    report: StoredFile = Field(
        title="Report", description="All of this as JSON.", json_schema_extra=dutch("Verslag")
    )
    rejects: StoredFile | None = Field(
        default=None,
        title="Rejected rows",
        description="CSV, each row with its reason.",
        json_schema_extra=dutch("Geweigerde rijen", "CSV, bij elke rij de reden."),
    )


IMPORT_LAYER: Final = Process(
    id="import-layer",
    title={"nl": "Gegevens in een laag laden", "en": "Import into a layer"},
    description={
        "nl": "Laadt een bestand of een openbare bron in een laag: alles of niets. Bestanden stuur "
        "je vooraf, of ze liggen in de map incoming. Twee keer hetzelfde laden verandert niets.",
        "en": "Loads a file or a public service into a layer: all of it or nothing. Files are sent "
        "beforehand, or lie in the folder incoming. Loading the same twice changes nothing.",
    },
    inputs=ImportInputs,
    outputs=ImportOutputs,
    may_run=Duty.ADMIN,
    as_person=True,
    timeout_s=4 * 3600,
    run="processing.importing.taking:run",
)
