"""What is done with street pictures, as it is declared: inputs, outputs and where the code is."""

from __future__ import annotations

from typing import Final, Self

from pydantic import BaseModel, Field, model_validator

from geoloket.process import Process

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"


class IngestInputs(BaseModel):
    """Where a delivery is, and what it does not tell of itself."""

    folder: str = Field(
        title="Folder or zip",
        description="Name below the folder incoming in the home of Geoloket.",
        min_length=1,
        max_length=300,
    )
    campaign: str | None = Field(
        default=None,
        title="Campaign",
        description="Short name; needed only where there is no panoramas.json. Else the folder's.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
    )
    title: str | None = Field(
        default=None, title="Title", description="What people call it.", max_length=200
    )
    year: int | None = Field(
        default=None,
        title="Year",
        description="Of which it shows the streets; else that of the first picture.",
        ge=1850,
        le=2200,
    )
    supplier: str | None = Field(
        default=None, title="Supplier", description="Who took the pictures.", max_length=200
    )
    licence: str | None = Field(
        default=None, title="Licence", description="Of the pictures.", max_length=300
    )
    supplier_blurred: bool = Field(
        default=False,
        title="Blurred by the supplier",
        description="The supplier declares that faces and number plates are unrecognisable; "
        "visitors then see the pictures without a review by staff.",
    )


class IngestOutputs(BaseModel):
    """How a delivery was taken in."""

    campaign: str = Field(title="Campaign", description="Its short name.")
    taken: int = Field(title="Taken in", description="Pictures that are new, or changed.")
    unchanged: int = Field(title="Unchanged", description="Pictures that were there already.")
    headings_from_track: int = Field(
        title="Headings from the track", description="Where the compass strayed or said nothing."
    )
    rejected: dict[str, str] = Field(
        title="Rejected", description="Files that were not taken in, with the reason."
    )


class Chosen(BaseModel):
    """Of which pictures: a whole campaign, or some by their names."""

    campaign: str | None = Field(
        default=None, title="Campaign", description="All of its pictures.", max_length=80
    )
    panoramas: list[str] | None = Field(
        default=None, title="Pictures", description="Only these.", max_length=100_000
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
    )
    again: bool = Field(
        default=False,
        title="Look again",
        description="Look for faces also where that was done; else only areas that changed count.",
    )


class BlurOutputs(BaseModel):
    """How blurring went."""

    pictures: int = Field(title="Pictures", description="That were made.")
    areas: int = Field(title="Areas", description="That are blurred in them, all together.")
    rejected: dict[str, str] = Field(title="Rejected", description="Pictures, with the reason.")


class TilesOutputs(BaseModel):
    """How making tiles went."""

    pictures: int = Field(title="Pictures", description="Of which tiles were made.")
    files: int = Field(title="Files", description="Thumbnails, previews and tiles.")
    rejected: dict[str, str] = Field(title="Rejected", description="Pictures, with the reason.")


class VisibilityInputs(BaseModel):
    """Of which pictures."""

    campaign: str | None = Field(
        default=None,
        title="Campaign",
        description="Only its pictures; without it all campaigns.",
        max_length=80,
    )


class VisibilityOutputs(BaseModel):
    """What is seen."""

    pictures: int = Field(title="Pictures", description="That were looked from.")
    parcels: int = Field(title="Parcels", description="That are seen from at least one of them.")
    sights: int = Field(title="Lines of sight", description="Pairs of a picture and a front.")
    seconds: float = Field(title="Seconds", description="That finding them took.")


class SeriesInputs(BaseModel):
    """Of which parcels, or of all that a campaign sees."""

    parcels: list[str] = Field(
        default_factory=list[str],
        title="Parcels",
        description="Their ids; without any, all parcels that are seen.",
        max_length=100_000,
    )
    width: int = Field(
        default=800, title="Width", description="Of a cut-out, in pixels.", ge=200, le=2000
    )
    height: int = Field(
        default=600, title="Height", description="Of a cut-out, in pixels.", ge=150, le=2000
    )

    @model_validator(mode="after")
    def _names(self) -> Self:
        if any("\0" in one for one in self.parcels):
            raise ValueError("an id of a parcel has no zero byte in it")
        return self


class SeriesOutputs(BaseModel):
    """What was made of each parcel."""

    parcels: int = Field(title="Parcels", description="Of which there is a series.")
    pictures: int = Field(title="Pictures", description="That were cut out.")
    comparable: int = Field(
        title="Comparable", description="Pairs of years that surely show the same place."
    )
    uncertain: int = Field(title="Uncertain", description="Pairs of which that is not sure.")
    strips: dict[str, str] = Field(
        title="Strips", description="Of each parcel the key of its picture of all years."
    )
    rejected: dict[str, str] = Field(title="Rejected", description="Parcels, with the reason.")


PANORAMA_INGEST: Final = Process(
    id="panorama-ingest",
    title={"nl": "360°-beelden inlezen", "en": "Take in 360° pictures"},
    description={
        "nl": "Kijkt een levering van 360°-beelden na en neemt ze op: plaats, moment, "
        "kijkrichting, campagne.",
        "en": "Looks over a delivery of 360° pictures and takes them in: place, moment, "
        "heading, campaign.",
    },
    inputs=IngestInputs,
    outputs=IngestOutputs,
    timeout_s=600,
    memory_mb=2048,
    pieces="processing.panorama.ingest",
)
PANORAMA_BLUR: Final = Process(
    id="panorama-blur",
    title={"nl": "360°-beelden onherkenbaar maken", "en": "Blur 360° pictures"},
    description={
        "nl": "Maakt gezichten onherkenbaar, en alles wat medewerkers aanduiden; daarna "
        "volgt nazicht door mensen.",
        "en": "Makes faces unrecognisable, and all that staff point at; people review it "
        "afterwards.",
    },
    inputs=BlurInputs,
    outputs=BlurOutputs,
    timeout_s=900,
    memory_mb=3072,
    pieces="processing.panorama.blurring",
)
PANORAMA_TILES: Final = Process(
    id="panorama-tiles",
    title={"nl": "360°-beelden in tegels", "en": "Cut 360° pictures into tiles"},
    description={
        "nl": "Maakt van onherkenbaar gemaakte beelden wat pagina's tonen: klein, voorbeeld "
        "en tegels.",
        "en": "Makes of blurred pictures what pages show: thumbnail, preview and tiles.",
    },
    inputs=Chosen,
    outputs=TilesOutputs,
    timeout_s=600,
    memory_mb=2048,
    pieces="processing.panorama.cutting",
)
PANORAMA_VISIBILITY: Final = Process(
    id="panorama-visibility",
    title={"nl": "Welk beeld ziet welk perceel", "en": "Which picture sees which parcel"},
    description={
        "nl": "Zoekt met zichtlijnen langs gebouwen welk 360°-beeld welke gevel van welk "
        "perceel ziet.",
        "en": "Finds by lines of sight past buildings which 360° picture sees which front of "
        "which parcel.",
    },
    inputs=VisibilityInputs,
    outputs=VisibilityOutputs,
    memory_mb=3072,
    run="processing.panorama.visibility:run",
)
PANORAMA_SERIES: Final = Process(
    id="panorama-series",
    title={"nl": "Percelen door de jaren", "en": "Parcels through the years"},
    description={
        "nl": "Zet per perceel de beelden van dezelfde gevel naast elkaar, en zegt of ze "
        "vergelijkbaar zijn.",
        "en": "Sets the pictures of the same front of a parcel side by side, and tells "
        "whether they compare.",
    },
    inputs=SeriesInputs,
    outputs=SeriesOutputs,
    timeout_s=900,
    memory_mb=2048,
    pieces="processing.panorama.series",
)
PANORAMA_PROCESSES: Final = (
    PANORAMA_INGEST,
    PANORAMA_BLUR,
    PANORAMA_TILES,
    PANORAMA_VISIBILITY,
    PANORAMA_SERIES,
)
