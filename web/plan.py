"""The static plan: the picture of a parcel, drawn by the server from the layers and their styles.

It is what a page shows without scripts, in print and in mail. Its title and description say in
words what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, log2, radians
from typing import Any, Final

from markupsafe import Markup
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from geoloket import drawing, statements
from geoloket.access import VISITOR
from geoloket.style import StyledLayer, StyleLayer
from web import lettering, statuses, words
from web.sentences import Sentences
from web.view import View

WIDTH: Final = 720
HEIGHT: Final = 460
_GROUND: Final = "#F4F1EA"
_EQUATOR_M: Final = 40_075_016.686
_PARCEL_M: Final = 165.0
_TOWN_M: Final = 520.0


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle in storage coordinates and how large it is drawn."""

    x0: float
    y0: float
    x1: float
    y1: float
    lat: float

    @classmethod
    def around(cls, x: float, y: float, metres: float, lat: float) -> Window:
        """The window of the drawing's shape, ``metres`` wide, with (x, y) in its middle."""
        tall = metres * HEIGHT / WIDTH
        return cls(x - metres / 2, y - tall / 2, x + metres / 2, y + tall / 2, lat)

    @property
    def scale(self) -> float:
        """Units of the drawing in a metre."""
        return WIDTH / (self.x1 - self.x0)

    @property
    def zoom(self) -> float:
        """The zoom level at which a map shows the same scale (tiles of 512 px)."""
        return log2(_EQUATOR_M * cos(radians(self.lat)) * self.scale / 512)

    def values(self, srid: int, selected: str | None) -> dict[str, object]:
        """The parameters of the statements in ``plan.sql``."""
        edges = {"x0": self.x0, "y0": self.y0, "x1": self.x1, "y1": self.y1}
        digits = 1 if self.scale > 1.5 else 0
        drawing = {"scale": self.scale, "digits": digits}
        return {**edges, **drawing, "srid": srid, "selected": selected}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A swatch with its word."""

    swatch: Markup
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished plan; ``words`` is what it shows, said."""

    svg: Markup
    words: str
    legend: Sequence[LegendEntry]
    window: Window


async def draw_parcel(view: View, parcel_id: str, place: str, say: Sentences) -> Drawing:
    """The plan of a parcel that exists, with what lies around it in words."""
    fixed = statements.read("plan")
    async with view.hall.database.session(VISITOR) as connection:
        frame = await _one(connection, fixed["parcel_frame"], {"id": parcel_id})
        across, down = frame["x1"] - frame["x0"], frame["y1"] - frame["y0"]
        metres = max(_PARCEL_M, 2.2 * across, 2.2 * down * WIDTH / HEIGHT)
        middle = ((frame["x0"] + frame["x1"]) / 2, (frame["y0"] + frame["y1"]) / 2)
        window = Window.around(*middle, metres, frame["lat"])
        content = await contents(connection, window, view.hall.settings.storage_srid, parcel_id)
        text = await _description(connection, parcel_id, content, say)
    heading = say("plan.title", place=place)
    body = compose(content, view.layers, window, numbered=window.scale > 1.5)
    svg = framed(body, title=heading, description=text)
    this = LegendEntry(THIS_SWATCH, say("plan.this"))
    return Drawing(svg, text, [this, *_legend(content.shapes, view.layers, say)], window)


async def draw_town(view: View) -> Markup | None:
    """A picture of the middle of the municipality, as decoration beside a text.

    It is kept until a layer changes; None before there are data.
    """
    site = await view.site()
    if site.center is None:
        return None
    if view.town is None or view.town[0] != site:
        view.town = site, await _around(view, site.center)
    return view.town[1]


async def draw_layer(view: View, layer_id: str) -> Markup | None:
    """The same picture with one layer on the background; None where nothing of it would be seen."""
    site = await view.site()
    return await _around(view, site.center, only=layer_id) if site.center else None


async def _around(
    view: View, center: tuple[float, float], *, only: str | None = None
) -> Markup | None:
    fixed = statements.read("plan")
    srid = view.hall.settings.storage_srid
    async with view.hall.database.session(VISITOR) as connection:
        spot = {"lon": center[0], "lat": center[1], "srid": srid}
        at = await _one(connection, fixed["point"], spot)
        window = Window.around(at["x"], at["y"], _TOWN_M, center[1])
        content = await contents(connection, window, srid, None)
    if only:
        shown = {layer.id for layer in view.layers if _is_base(layer)} | {only}
        shapes = [shape for shape in content.shapes if shape.layer in shown]
        if not any(shape.layer == only for shape in shapes):
            return None
        content = replace(content, shapes=shapes)
    return framed(compose(content, view.layers, window, numbered=False))


def _is_base(layer: StyledLayer) -> bool:
    return layer.declared.map is not None and layer.declared.map.group == "basis"


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a window: shapes, the outline of what the plan is about, names and numbers."""

    shapes: Sequence[drawing.Shape]
    outline: str | None
    names: Sequence[Mapping[str, Any]]
    numbers: Sequence[Mapping[str, Any]]


async def contents(
    connection: AsyncConnection[DictRow], window: Window, srid: int, selected: str | None
) -> Content:
    """All that is drawn in a window; ``selected`` is the id of a parcel, or None."""
    fixed = statements.read("plan")
    values = window.values(srid, selected)
    rows = await (await connection.execute(fixed["shapes"], values)).fetchall()
    names = await (await connection.execute(fixed["names"], values)).fetchall()
    numbers = await (await connection.execute(fixed["numbers"], values)).fetchall()
    outline = next((row["path"] for row in rows if row["layer"] == "selection"), None)
    shapes = [
        drawing.Shape(row["layer"], row["properties"], row["path"])
        for row in rows
        if row["layer"] != "selection"
    ]
    return Content(shapes, outline, names, numbers)


async def _one(
    connection: AsyncConnection[DictRow], statement: Any, values: Mapping[str, object]
) -> DictRow:
    row = await (await connection.execute(statement, values)).fetchone()
    assert row is not None  # noqa: S101  # the caller has seen the parcel
    return row


def compose(
    content: Content, layers: Sequence[StyledLayer], window: Window, *, numbered: bool
) -> Markup:
    """The drawing without its frame: shapes, letters, pin, north arrow and scale."""
    instructions: list[StyleLayer] = [
        instruction for layer in layers for instruction in layer.instructions
    ]
    parts = [drawing.paint(content.shapes, instructions, window.zoom)]
    sheet = lettering.Sheet(WIDTH, HEIGHT)
    sheet.place(WIDTH - 26, 32, 34, 52)
    sheet.place(80, HEIGHT - 26, 150, 40)
    if content.outline:
        parts.append(drawing.selection(content.outline))
    if numbered:
        parts.append(lettering.numbers(content.numbers, sheet))
    parts.append(lettering.names(content.names, sheet, window.scale))
    if content.outline:
        parts.append(drawing.pin(*_pin_at(content)))
    parts += [drawing.north_arrow(WIDTH), drawing.scale_bar(window.scale, HEIGHT)]
    return Markup("").join(parts)


def _pin_at(content: Content) -> tuple[float, float]:
    """The middle of the drawing, or above the house number that stands there."""
    here = [row for row in content.numbers if row["here"]]
    for row in here:
        if abs(row["x"] - WIDTH / 2) < 40 and abs(row["y"] - HEIGHT / 2) < 60:
            return row["x"], row["y"] - 14
    return WIDTH / 2, HEIGHT / 2


THIS_SWATCH: Final = Markup(
    '<svg viewBox="0 0 22 16" aria-hidden="true">'
    '<rect x="2" y="2" width="18" height="12" fill="#FFFFFF" stroke="#16242B" stroke-width="3"/>'
    "</svg>"
)


def framed(body: Markup, title: str | None = None, description: str = "") -> Markup:
    """The drawing with its words; without a title it is decoration beside a text."""
    opening = Markup('<svg class="plan" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"')
    start = opening.format(WIDTH, HEIGHT)
    if title is None:
        said = Markup(' preserveAspectRatio="xMidYMid slice" aria-hidden="true">')
    else:
        said = Markup(
            ' role="img" aria-labelledby="plan-title plan-text"><title id="plan-title">{}</title>'
            '<desc id="plan-text">{}</desc>'
        ).format(title, description)
    ground = Markup('<rect width="{}" height="{}" fill="{}"/>').format(WIDTH, HEIGHT, _GROUND)
    return start + said + ground + body + Markup("</svg>")


def _legend(
    shapes: Sequence[drawing.Shape], layers: Sequence[StyledLayer], say: Sentences
) -> list[LegendEntry]:
    """The status groups that are drawn, in the order of the legend."""
    present = {_group(shape.properties) for shape in shapes if shape.layer == "permits"}
    permits = next((layer for layer in layers if layer.id == "permits"), None)
    if permits is None:
        return []
    return [
        LegendEntry(
            drawing.swatch(permits.instructions, entry["sample"]), entry["title"][say.language]
        )
        for entry in permits.legend
        if _group(entry["sample"]) in present
    ]


def _group(permit: Mapping[str, Any]) -> str:
    return statuses.group(permit.get("status"), permit.get("decision_result"))


async def _description(
    connection: AsyncConnection[DictRow], parcel_id: str, content: Content, say: Sentences
) -> str:
    """Where the parcel lies, said in words: its street, its neighbours, the next street."""
    fixed = statements.read("plan")
    cursor = await connection.execute(fixed["around"], {"id": parcel_id})
    streets = await cursor.fetchall()
    here = next((row["street_name"] for row in content.numbers if row["here"]), None)
    street = here or (streets[0]["name"] if streets and streets[0]["distance_m"] < 12 else None)
    if street is None:
        sentences = [say("plan.no_street")]
    else:
        cursor = await connection.execute(fixed["neighbours"], {"id": parcel_id, "street": street})
        sentences = [_on_street(street, await cursor.fetchall(), say)]
    other = next((row for row in streets if row["name"] != street), None)
    if other and other["distance_m"] >= 5:
        towards = say(f"direction.{words.direction(other['azimuth'] or 0)}")
        metres = words.around(other["distance_m"])
        sentences.append(
            say("plan.other_street", street=other["name"], metres=metres, direction=towards)
        )
    return " ".join(sentences)


def _on_street(street: str, beside: Sequence[Mapping[str, Any]], say: Sentences) -> str:
    numbers = [row["house_number"] for row in beside]
    if not numbers:
        return say("plan.on_street", street=street)
    if len(numbers) == 1:
        return say("plan.beside", street=street, first=numbers[0])
    return say("plan.between", street=street, first=numbers[0], last=numbers[-1])
