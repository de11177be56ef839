"""The process ``echo``: says what it was told, so that clients have something to try."""

from __future__ import annotations

import time

from pydantic import BaseModel, Field

from geoloket.process import Process, dutch
from processing.context import JobContext


class EchoInputs(BaseModel):
    """What to say back, and after how long."""

    message: str = Field(
        title="Message",
        description="Is given back as it is.",
        max_length=10_000,
        json_schema_extra=dutch("Bericht", "Komt terug zoals het is."),
    )
    pause: float = Field(
        default=0,
        title="Pause",
        description="Seconds to wait before the answer.",
        ge=0,
        le=60,
        json_schema_extra=dutch("Pauze", "Hoeveel seconden te wachten voor het antwoord."),
    )


class EchoOutputs(BaseModel):
    """What was said."""

    echo: str = Field(
        title="Echo", description="The message.", json_schema_extra=dutch("Echo", "Het bericht.")
    )


def run(context: JobContext, inputs: EchoInputs) -> EchoOutputs:
    """Wait for as long as was asked, in steps, so that it can be dismissed in between."""
    began = time.monotonic()
    while (left := began + inputs.pause - time.monotonic()) > 0:
        context.report(int(100 * (1 - left / inputs.pause)), "waiting")
        time.sleep(min(left, 0.2))
    return EchoOutputs(echo=inputs.message)


ECHO = Process(
    id="echo",
    title={"nl": "Echo", "en": "Echo"},
    description={
        "nl": "Geeft terug wat het kreeg, desgevraagd na een pauze. Om mee te proberen.",
        "en": "Gives back what it was given, after a pause when asked. To try programs with.",
    },
    inputs=EchoInputs,
    outputs=EchoOutputs,
    may_run=None,
    timeout_s=90,
    sync=True,
    run="processing.echo:run",
)
