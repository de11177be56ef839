"""What processes over street pictures are asked, and what they tell: their inputs and outputs."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator

from geoloket.process import StoredFile, dutch


class IngestInputs(BaseModel):
    """Where a delivery is, and what it does not tell of itself."""

    folder: str = Field(
        title="Folder or zip",
        description="Name below the folder incoming in the home of Geoloket.",
        min_length=1,
        max_length=300,
        json_schema_extra=dutch("Map of zip", "Naam in de map incoming van Geoloket.")
        | {"choices": "incoming-folders"},
    )
    campaign: str | None = Field(
        default=None,
        title="Campaign",
        description="Short name; needed only where there is no panoramas.json. Else the folder's.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
        json_schema_extra=dutch(
            "Campagne", "Korte naam. Alleen nodig zonder panoramas.json; anders de naam van de map."
        ),
    )
    title: str | None = Field(
        default=None,
        title="Title",
        description="What people call it.",
        max_length=200,
        json_schema_extra=dutch("Titel", "Hoe mensen de campagne noemen."),
    )
    year: int | None = Field(
        default=None,
        title="Year",
        description="Of which it shows the streets; else that of the first picture.",
        ge=1850,
        le=2200,
        json_schema_extra=dutch(
            "Jaar", "Waarvan de straten te zien zijn; anders dat van het eerste beeld."
        ),
    )
    supplier: str | None = Field(
        default=None,
        title="Supplier",
        description="Who took the pictures.",
        max_length=200,
        json_schema_extra=dutch("Leverancier", "Wie de beelden maakte."),
    )
    licence: str | None = Field(
        default=None,
        title="Licence",
        description="Of the pictures.",
        max_length=300,
        json_schema_extra=dutch("Licentie", "Van de beelden."),
    )
    supplier_blurred: bool = Field(
        default=False,
        title="Blurred by the supplier",
        description="The supplier declares that faces and number plates are unrecognisable; "
        "visitors then see the pictures without a review by staff.",
        json_schema_extra=dutch(
            "Onherkenbaar gemaakt door de leverancier",
            "De leverancier verklaart dat gezichten en nummerplaten onherkenbaar zijn. Bezoekers "
            "zien de beelden dan zonder nazicht.",
        ),
    )


class IngestOutputs(BaseModel):
    """How a delivery was taken in."""

    campaign: str = Field(
        title="Campaign", description="Its short name.", json_schema_extra=dutch("Campagne")
    )
    taken: int = Field(
        title="Taken in",
        description="Pictures that are new, or changed.",
        json_schema_extra=dutch("Opgenomen", "Beelden die nieuw of gewijzigd zijn."),
    )
    unchanged: int = Field(
        title="Unchanged",
        description="Pictures that were there already.",
        json_schema_extra=dutch("Ongewijzigd"),
    )
    headings_from_track: int = Field(
        title="Headings from the track",
        description="Where the compass strayed or said nothing.",
        json_schema_extra=dutch("Kijkrichting uit het traject"),
    )
    rejected: dict[str, str] = Field(
        title="Rejected",
        description="Files that were not taken in, with the reason.",
        json_schema_extra=dutch("Geweigerd", "Bestanden, met de reden."),
    )


class Chosen(BaseModel):
    """Of which pictures: a whole campaign, or some by their names."""

    campaign: str | None = Field(
        default=None,
        title="Campaign",
        description="All of its pictures.",
        max_length=80,
        json_schema_extra=dutch("Campagne", "Alle beelden ervan."),
    )
    panoramas: list[str] | None = Field(
        default=None,
        title="Pictures",
        description="Only these.",
        max_length=100_000,
        json_schema_extra=dutch("Beelden", "Alleen deze."),
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if not self.campaign and not self.panoramas:
            raise ValueError("campaign or panoramas: one of the two is needed")
        if any("\0" in one for one in [self.campaign or "", *(self.panoramas or [])]):
            raise ValueError("a name of a picture has no zero byte in it")
        return self


class BlurInputs(Chosen):
    """Of which pictures, and how far to go."""

    tiles: bool = Field(
        default=True,
        title="Tiles as well",
        description="Make thumbnail, preview and tiles too; else panorama-tiles does.",
        json_schema_extra=dutch("Ook tegels", "Maak ook tegels en voorbeelden."),
    )
    again: bool = Field(
        default=False,
        title="Look again",
        description="Look for faces also where that was done; else only areas that changed count.",
        json_schema_extra=dutch("Opnieuw zoeken", "Zoek gezichten ook waar dat al gebeurde."),
    )


class BlurOutputs(BaseModel):
    """How blurring went."""

    pictures: int = Field(
        title="Pictures", description="That were made.", json_schema_extra=dutch("Beelden")
    )
    areas: int = Field(
        title="Areas",
        description="That are blurred in them, all together.",
        json_schema_extra=dutch("Vlakken"),
    )
    rejected: dict[str, str] = Field(
        title="Rejected",
        description="Pictures, with the reason.",
        json_schema_extra=dutch("Geweigerd", "Beelden, met de reden."),
    )


class TilesOutputs(BaseModel):
    """How making tiles went."""

    pictures: int = Field(
        title="Pictures",
        description="Of which tiles were made.",
        json_schema_extra=dutch("Beelden"),
    )
    files: int = Field(
        title="Files",
        description="Thumbnails, previews and tiles.",
        json_schema_extra=dutch("Bestanden"),
    )
    rejected: dict[str, str] = Field(
        title="Rejected",
        description="Pictures, with the reason.",
        json_schema_extra=dutch("Geweigerd", "Beelden, met de reden."),
    )


class VisibilityInputs(BaseModel):
    """Of which pictures."""

    campaign: str | None = Field(
        default=None,
        title="Campaign",
        description="Only its pictures; without it all campaigns.",
        max_length=80,
        json_schema_extra=dutch("Campagne", "Alleen haar beelden. Leeg is alle campagnes."),
    )


class VisibilityOutputs(BaseModel):
    """What is seen."""

    pictures: int = Field(
        title="Pictures", description="That were looked from.", json_schema_extra=dutch("Beelden")
    )
    parcels: int = Field(
        title="Parcels",
        description="That are seen from at least one of them.",
        json_schema_extra=dutch("Percelen"),
    )
    sights: int = Field(
        title="Lines of sight",
        description="Pairs of a picture and a front.",
        json_schema_extra=dutch("Zichtlijnen"),
    )
    seconds: float = Field(
        title="Seconds", description="That finding them took.", json_schema_extra=dutch("Seconden")
    )


class SeriesInputs(BaseModel):
    """Of which parcels, or of all that a campaign sees."""

    parcels: list[str] = Field(
        default_factory=list[str],
        title="Parcels",
        description="Their ids; without any, all parcels that are seen.",
        max_length=100_000,
        json_schema_extra=dutch("Percelen", "Hun id’s. Leeg is alle percelen die te zien zijn."),
    )
    width: int = Field(
        default=800,
        title="Width",
        description="Of a cut-out, in pixels.",
        ge=200,
        le=2000,
        json_schema_extra=dutch("Breedte", "Van een uitsnede, in pixels."),
    )
    height: int = Field(
        default=600,
        title="Height",
        description="Of a cut-out, in pixels.",
        ge=150,
        le=2000,
        json_schema_extra=dutch("Hoogte", "Van een uitsnede, in pixels."),
    )

    @model_validator(mode="after")
    def _names(self) -> Self:
        if any("\0" in one for one in self.parcels):
            raise ValueError("an id of a parcel has no zero byte in it")
        return self


class SeriesOutputs(BaseModel):
    """What was made of each parcel."""

    parcels: int = Field(
        title="Parcels",
        description="Of which there is a series.",
        json_schema_extra=dutch("Percelen"),
    )
    pictures: int = Field(
        title="Pictures", description="That were cut out.", json_schema_extra=dutch("Beelden")
    )
    comparable: int = Field(
        title="Comparable",
        description="Pairs of years that surely show the same place.",
        json_schema_extra=dutch("Vergelijkbaar"),
    )
    uncertain: int = Field(
        title="Uncertain",
        description="Pairs of which that is not sure.",
        json_schema_extra=dutch("Onzeker"),
    )
    strips: dict[str, StoredFile] = Field(
        title="Strips",
        description="Of each parcel a picture with all years beside each other.",
        json_schema_extra=dutch("Stroken"),
    )
    rejected: dict[str, str] = Field(
        title="Rejected",
        description="Parcels, with the reason.",
        json_schema_extra=dutch("Geweigerd", "Percelen, met de reden."),
    )
