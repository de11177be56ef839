"""The process that draws the invented municipality, as it is declared: light to import."""

from typing import Final

from pydantic import BaseModel, Field

from geoloket.process import Process, dutch


class DrawInputs(BaseModel):
    """How large the pictures are."""

    width: int = Field(
        default=2048, title="Width", description="Pixels of a panorama; half as high.", ge=512,
        le=8192, multiple_of=2,
        json_schema_extra=dutch("Breedte", "Van een panorama in pixels; half zo hoog."),
    )  # fmt: skip


class DrawOutputs(BaseModel):
    """What there is now."""

    panoramas: int = Field(
        title="Panoramas",
        description="In all campaigns together.",
        json_schema_extra=dutch("Panorama's"),
    )
    photos: int = Field(
        title="Photos",
        description="From the air, one a year.",
        json_schema_extra=dutch("Luchtfoto's"),
    )
    folder: str = Field(
        title="Folder",
        description="Name below the folder incoming.",
        json_schema_extra=dutch("Map"),
    )


DEMO_PICTURES: Final = Process(
    id="demo-pictures",
    title={"nl": "Zandwijk in beelden", "en": "Zandwijk in pictures"},
    description={
        "nl": "Tekent straatbeelden en luchtfoto's van de verzonnen gemeente, van de laatste vijf "
        "jaren. Wat er al is, wordt niet opnieuw getekend.",
        "en": "Draws street pictures and aerial photos of the invented municipality, of the last "
        "five years. What is there already is not drawn again.",
    },
    inputs=DrawInputs,
    outputs=DrawOutputs,
    timeout_s=3600,
    memory_mb=4096,
    run="processing.demo.pictures.job:run",
)
