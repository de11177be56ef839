"""What is done with street pictures, as it is declared: inputs, outputs and where the code is."""

from __future__ import annotations

from typing import Final

from geoloket.process import Process
from processing.panorama.asked import (
    BlurInputs,
    BlurOutputs,
    Chosen,
    IngestInputs,
    IngestOutputs,
    SeriesInputs,
    SeriesOutputs,
    TilesOutputs,
    VisibilityInputs,
    VisibilityOutputs,
)

__all__ = [
    "PANORAMA_BLUR",
    "PANORAMA_INGEST",
    "PANORAMA_PROCESSES",
    "PANORAMA_SERIES",
    "PANORAMA_TILES",
    "PANORAMA_VISIBILITY",
    "BlurInputs",
    "BlurOutputs",
    "Chosen",
    "IngestInputs",
    "IngestOutputs",
    "SeriesInputs",
    "SeriesOutputs",
    "TilesOutputs",
    "VisibilityInputs",
    "VisibilityOutputs",
]

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
