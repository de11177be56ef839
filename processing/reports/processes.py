"""``permit-report``, as it is declared: light to import."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from geoloket.process import Process, StoredFile, dutch
from processing.importing.processes import LAYER_ID


class PermitReportInputs(BaseModel):
    """Of which year, and of which neighbourhood."""

    year: int = Field(
        title="Year",
        description="In which the files were submitted.",
        ge=1990,
        le=2100,
        json_schema_extra=dutch("Jaar", "Waarin de dossiers ingediend zijn."),
    )
    areas: str | None = Field(
        default="municipalities",
        title="Areas",
        description="A public layer of areas, such as your neighbourhoods, to tell apart by.",
        pattern=LAYER_ID,
        json_schema_extra=dutch("Gebieden", "Een openbare laag met gebieden, zoals je wijken.")
        | {"choices": "areas"},
    )
    area: str | None = Field(
        default=None,
        title="One area",
        description="Id of one of them, to report of it alone.",
        max_length=200,
        json_schema_extra=dutch("Eén gebied", "Het id van één gebied. Leeg is alle gebieden."),
    )


class PermitReportOutputs(BaseModel):
    """The report, and its main numbers."""

    files: int = Field(title="Files", json_schema_extra=dutch("Dossiers"))
    decided: int = Field(title="Decided", json_schema_extra=dutch("Beslist"))
    median_days: int | None = Field(
        default=None,
        title="Median of days",
        description="From submission to first decision.",
        json_schema_extra=dutch("Mediaan in dagen", "Van indiening tot eerste beslissing."),
    )
    overdue: int = Field(
        title="Overdue",
        description="Still open after the day on which a decision was due.",
        json_schema_extra=dutch("Over tijd", "Nog open na de uiterste dag van de beslissing."),
    )
    report: StoredFile = Field(
        title="Report",
        description="A page that opens from a disk.",
        json_schema_extra=dutch("Rapport", "Een pagina die je ook zonder internet opent."),
    )
    table: StoredFile = Field(
        title="Table",
        description="CSV, a row per file.",
        json_schema_extra=dutch("Tabel", "CSV, een rij per dossier."),
    )


PERMIT_REPORT: Final = Process(
    id="permit-report",
    title={"nl": "Jaarrapport vergunningen", "en": "Permits of a year"},
    description={
        "nl": "Een rapport van de vergunningen van een jaar: hoeveel er in welke stand zijn, hoe "
        "lang een beslissing duurde, wat over tijd is, en waar. Uit openbare gegevens.",
        "en": "A report of the permits of a year: how many stand where, how long decisions took, "
        "what is overdue, and a map. Of public data.",
    },
    inputs=PermitReportInputs,
    outputs=PermitReportOutputs,
    timeout_s=600,
    memory_mb=2048,
    run="processing.reports.permits:run",
)
