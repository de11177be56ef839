"""The processes over pictures from above, as they are declared: light to import."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from geoloket.process import Process, StoredFile

Review = Literal["staff", "in_review", "reviewed"]


class IngestInputs(BaseModel):
    """Where the photos are, and what is known of them where no sidecar tells it."""

    folder: str = Field(
        default="",
        title="Folder",
        description="Folder below `incoming` in the home of Geoloket; empty is all of that.",
        max_length=400,
    )
    review_state: Review = Field(
        default="in_review",
        title="Review",
        description="`reviewed` publishes them; `in_review` and `staff` are for staff alone.",
    )
    year: Annotated[int, Field(ge=1900, le=2200)] | None = Field(
        default=None, title="Year", description="Of photos without a sidecar that tells it."
    )
    flown_on: date | None = Field(
        default=None, title="Flown on", description="First day of the flights, where it is known."
    )
    season: Literal["winter", "summer"] | None = Field(
        default=None, title="Season", description="Winter photos have no leaves on the trees."
    )
    supplier: str | None = Field(
        default=None, title="Supplier", description="Who made them.", max_length=200
    )
    licence: str | None = Field(
        default=None, title="Licence", description="Name or address of it.", max_length=200
    )


class IngestOutputs(BaseModel):
    """What became of each file."""

    taken: int = Field(title="Taken in", description="Photos that are there now.")
    unchanged: int = Field(title="Unchanged", description="Photos that were there already.")
    rejected: dict[str, str] = Field(
        title="Rejected", description="Files that cannot be used, and why."
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
    )
    years: list[Annotated[int, Field(ge=1900, le=2200)]] = Field(
        default=[], title="Years", description="None is every year there is.", max_length=50
    )


class SeriesOutputs(BaseModel):
    """Tables and a report of how parcels changed."""

    parcels: int = Field(title="Parcels", description="How many were worked out.")
    years: list[int] = Field(title="Years", description="Of which there were photos.")
    table: StoredFile = Field(title="Table", description="GeoParquet, a row per parcel and year.")
    csv: StoredFile = Field(title="CSV", description="The same without outlines.")
    item: StoredFile = Field(title="STAC item", description="Describes the files beside it.")
    report: StoredFile = Field(title="Report", description="A page that opens from a disk.")


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
