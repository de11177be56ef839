"""The processes over pictures from above, as they are declared: light to import."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from geoloket.process import Process, StoredFile, dutch

Review = Literal["staff", "in_review", "reviewed"]


class IngestInputs(BaseModel):
    """Where the photos are, and what is known of them where no sidecar tells it."""

    folder: str = Field(
        default="",
        title="Folder",
        description="Folder below `incoming` in the home of Geoloket; empty is all of that.",
        max_length=400,
        json_schema_extra=dutch(
            "Map", "Een map in de map incoming van Geoloket. Leeg is alles daarin."
        )
        | {"choices": "incoming-folders"},
    )
    review_state: Review | None = Field(
        default=None,
        title="Review",
        description="`reviewed` publishes them; `in_review` and `staff` are for staff alone. When "
        "left out, a photo that is there keeps what was decided, and another one is `in_review`.",
        json_schema_extra=dutch(
            "Nazicht",
            "reviewed maakt ze openbaar; in_review en staff zijn alleen voor medewerkers. Leeg: "
            "een foto die er al is, houdt wat beslist werd; een andere krijgt in_review.",
        ),
    )
    year: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        default=None,
        title="Year",
        description="Of photos without a sidecar that tells it.",
        json_schema_extra=dutch("Jaar", "Van foto's zonder begeleidend bestand dat het zegt."),
    )
    flown_on: date | None = Field(
        default=None,
        title="Flown on",
        description="First day of the flights, where it is known.",
        json_schema_extra=dutch("Gevlogen op", "De eerste vliegdag, waar die gekend is."),
    )
    season: Literal["winter", "summer"] | None = Field(
        default=None,
        title="Season",
        description="Winter photos have no leaves on the trees.",
        json_schema_extra=dutch("Seizoen", "Op winterfoto's hebben bomen geen bladeren."),
    )
    supplier: str | None = Field(
        default=None,
        title="Supplier",
        description="Who made them.",
        max_length=200,
        json_schema_extra=dutch("Leverancier", "Wie ze maakte."),
    )
    licence: str | None = Field(
        default=None,
        title="Licence",
        description="Name or address of it.",
        max_length=200,
        json_schema_extra=dutch("Licentie", "De naam of het adres ervan."),
    )


class IngestOutputs(BaseModel):
    """What became of each file."""

    taken: int = Field(
        title="Taken in",
        description="Photos that are there now.",
        json_schema_extra=dutch("Opgenomen"),
    )
    unchanged: int = Field(
        title="Unchanged",
        description="Photos that were there already.",
        json_schema_extra=dutch("Ongewijzigd"),
    )
    rejected: dict[str, str] = Field(
        title="Rejected",
        description="Files that cannot be used, and why.",
        json_schema_extra=dutch("Geweigerd", "Bestanden, met de reden."),
    )


ORTHOPHOTO_INGEST = Process(
    id="orthophoto-ingest",
    title={"nl": "Luchtfoto's opnemen", "en": "Take in aerial photos"},
    description={
        "nl": "Maakt van GeoTIFF-bestanden snelle bestanden (COG) in het coördinatenstelsel van de "
        "gemeente, onderscheidt nabij infrarood van doorzichtigheid, en zet ze in de laag "
        "luchtfoto's. Twee keer hetzelfde bestand is één foto.",
        "en": "Makes quick files (COG) of GeoTIFFs in the coordinate system of the municipality, "
        "tells near infrared from transparency, and puts them in the layer of aerial photos. The "
        "same file twice is one photo.",
    },
    inputs=IngestInputs,
    outputs=IngestOutputs,
    timeout_s=4 * 3600,
    pieces="processing.rasters.ingest",
)


class SeriesInputs(BaseModel):
    """Which parcels, and which years of them."""

    parcels: list[Annotated[str, Field(max_length=40)]] = Field(
        default=[],
        title="Parcels",
        description="Capakeys; none is every parcel of which there is a photo.",
        max_length=20_000,
        json_schema_extra=dutch(
            "Percelen", "Capakeys. Leeg is elk perceel waarvan er een foto is."
        ),
    )
    years: list[Annotated[int, Field(ge=1900, le=2200)]] = Field(
        default=[],
        title="Years",
        description="None is every year there is.",
        max_length=50,
        json_schema_extra=dutch("Jaren", "Leeg is elk jaar dat er is."),
    )


class SeriesOutputs(BaseModel):
    """Tables and a report of how parcels changed."""

    parcels: int = Field(
        title="Parcels",
        description="How many were worked out.",
        json_schema_extra=dutch("Percelen"),
    )
    years: list[int] = Field(
        title="Years", description="Of which there were photos.", json_schema_extra=dutch("Jaren")
    )
    table: StoredFile = Field(
        title="Table",
        description="GeoParquet, a row per parcel and year.",
        json_schema_extra=dutch("Tabel", "GeoParquet, een rij per perceel en jaar."),
    )
    csv: StoredFile = Field(
        title="CSV",
        description="The same without outlines.",
        json_schema_extra=dutch("CSV", "Hetzelfde zonder omtrekken."),
    )
    quicklooks: StoredFile = Field(
        title="Quick-looks",
        description="A PNG per parcel: before, after, and what changed (ZIP).",
        json_schema_extra=dutch("Vergelijkingsbeelden", "Een PNG per perceel (ZIP)."),
    )
    item: StoredFile = Field(
        title="STAC item",
        description="Describes the files beside it.",
        json_schema_extra=dutch("STAC-item"),
    )
    report: StoredFile = Field(
        title="Report",
        description="A page that opens from a disk.",
        json_schema_extra=dutch("Rapport", "Een pagina die je ook zonder internet opent."),
    )


ORTHOPHOTO_SERIES = Process(
    id="orthophoto-series",
    title={
        "nl": "Percelen door de jaren, van boven",
        "en": "Parcels through the years, from above",
    },
    description={
        "nl": "Meet per perceel en jaar kleur en groen, en welk deel er anders uitziet dan in het "
        "jaar ervoor, met de onzekerheid daarvan. Een hoog cijfer is een reden om te kijken.",
        "en": "Measures colour and greenness per parcel and year, and which part looks different "
        "from the year before, with its uncertainty. A high number is a reason to look.",
    },
    inputs=SeriesInputs,
    outputs=SeriesOutputs,
    timeout_s=1800,
    pieces="processing.rasters.series",
)
