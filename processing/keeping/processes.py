"""``retention``, as it is declared: light to import."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from geoloket.access import Duty
from geoloket.process import Process, StoredFile, dutch
from processing.importing.processes import LAYER_ID


class RetentionInputs(BaseModel):
    """Of which layers, and whether it is meant."""

    layers: list[Annotated[str, Field(pattern=LAYER_ID)]] = Field(
        default=[],
        title="Layers",
        description="Their ids; none is all of them, and the originals of street pictures.",
        max_length=200,
        json_schema_extra=dutch(
            "Lagen", "Hun namen in de techniek. Leeg is alle lagen, en de originele straatbeelden."
        ),
    )
    dry_run: bool = Field(
        default=True,
        title="Dry run",
        description="Only tell what would go. Without it rows are deleted or made anonymous.",
        json_schema_extra=dutch(
            "Alleen narekenen",
            "Vertel wat er weg zou gaan. Zonder dit vinkje wordt echt gewist of anoniem gemaakt.",
        ),
    )


class LayerOutcome(BaseModel):
    """What became of one layer, or would."""

    layer: str = Field(title="Layer", json_schema_extra=dutch("Laag"))
    retention: str = Field(title="Kept", json_schema_extra=dutch("Bewaard"))
    how: Literal["delete", "anonymise"] | None = Field(title="How", json_schema_extra=dutch("Hoe"))
    before: str | None = Field(title="From before", json_schema_extra=dutch("Van voor"))
    amount: int = Field(title="Rows", json_schema_extra=dutch("Rijen"))
    undated: int = Field(title="Undated", json_schema_extra=dutch("Zonder datum"))
    histories: int = Field(
        default=0,
        title="Histories",
        description="Rows deleted by hand that long ago; what they were is forgotten now.",
        json_schema_extra=dutch("Geschiedenissen"),
    )


class RetentionOutputs(BaseModel):
    """Numbers only; no row is named."""

    dry_run: bool = Field(title="Dry run", json_schema_extra=dutch("Alleen nagerekend"))
    rows: int = Field(
        title="Rows",
        description="That went, or would go.",
        json_schema_extra=dutch("Rijen", "Die weg zijn, of weg zouden gaan."),
    )
    originals: int | None = Field(
        default=None,
        title="Originals",
        description="Street pictures from before blurring that went, or would go.",
        json_schema_extra=dutch("Originele straatbeelden"),
    )
    layers: list[LayerOutcome] = Field(title="Per layer", json_schema_extra=dutch("Per laag"))
    report: StoredFile = Field(
        title="Report", description="The same as CSV.", json_schema_extra=dutch("Verslag")
    )


RETENTION: Final = Process(
    id="retention",
    title={"nl": "Bewaartermijnen toepassen", "en": "Apply retention"},
    description={
        "nl": "Wist wat langer bewaard is dan de laag zegt, of maakt het anoniem. Elke nacht "
        "gebeurt dat vanzelf. Hier zie je eerst wat er weg zou gaan.",
        "en": "Deletes what was kept longer than its layer says, or makes it anonymous. It "
        "happens by itself each night; here you see first what would go.",
    },
    inputs=RetentionInputs,
    outputs=RetentionOutputs,
    may_run=Duty.ADMIN,
    timeout_s=3600,
    run="processing.keeping.letting_go:run",
)
