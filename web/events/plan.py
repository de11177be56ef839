"""The static plan of an event: its zone, the streets it closes, and what lies around."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geoloket import drawing, statements
from geoloket.access import VISITOR
from geoloket.style import StyledLayer
from web import plan
from web.plan import Drawing, LegendEntry, Window
from web.sentences import Sentences
from web.view import View

_LEAST_M: Final = 260.0
_ROOM: Final = 1.5
"""How much wider the plan is than the zone."""
_LAYER: Final = "occupations"


async def draw_event(
    view: View, event: Mapping[str, Any], streets: Sequence[str], say: Sentences
) -> Drawing | None:
    """The plan of an event that has a place (a row of ``event`` in ``events.sql``), else None."""
    if event["lon"] is None:
        return None
    window = _window(event)
    srid = view.hall.settings.storage_srid
    values = window.values(srid, None) | {"id": event["id"]}
    async with view.hall.database.session(VISITOR) as connection:
        content = await plan.contents(connection, window, srid, None)
        cursor = await connection.execute(statements.read("events")["zones"], values)
        zones = await cursor.fetchall()
    hindrance = [
        drawing.Shape(row["layer"], row["properties"], row["path"])
        for row in zones
        if row["layer"] == _LAYER
    ]
    outline = next((row["path"] for row in zones if row["layer"] == "selection"), None)
    around = [shape for shape in content.shapes if shape.layer != "permits"]
    content = replace(content, shapes=[*around, *hindrance], outline=outline)
    text = say("event_page.plan_alone")
    if streets:
        text = say("event_page.plan_at", streets=", ".join(streets))
    body = plan.compose(content, view.layers, window, numbered=window.scale > 1.5)
    title = say("event_page.plan_title", name=event["name"])
    zone = [LegendEntry(plan.THIS_SWATCH, say("event_page.zone"))] if outline else []
    legend = [*zone, *_legend(hindrance, view.layers, say)]
    return Drawing(plan.framed(body, title=title, description=text), text, legend, window)


def _window(event: Mapping[str, Any]) -> Window:
    across, down = event["x1"] - event["x0"], event["y1"] - event["y0"]
    metres = max(_LEAST_M, _ROOM * across, _ROOM * down * plan.WIDTH / plan.HEIGHT)
    middle = ((event["x0"] + event["x1"]) / 2, (event["y0"] + event["y1"]) / 2)
    return Window.around(*middle, metres, event["lat"])


def _legend(
    shapes: Sequence[drawing.Shape], layers: Sequence[StyledLayer], say: Sentences
) -> list[LegendEntry]:
    """The kinds of hindrance that are drawn, in the order of the layer's legend."""
    drawn = {shape.properties["kind"] for shape in shapes}
    return [
        LegendEntry(
            drawing.swatch(layer.instructions, entry["sample"]), entry["title"][say.language]
        )
        for layer in layers
        if layer.id == _LAYER
        for entry in layer.legend
        if entry["sample"]["kind"] in drawn
    ]
