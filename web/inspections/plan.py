"""Visits on a plan of the town, numbered as in the list beside it, and the way between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from geoloket import drawing, statements
from geoloket.access import VISITOR
from geoloket.inspections.route import Point
from web import plan
from web.plan import Content, Drawing, LegendEntry, Window
from web.sentences import Sentences
from web.view import View

_LEAST_M: Final = 500.0
_NAMED_M: Final = 1500.0
"""Up to this width street names can be read."""
_GROUND: Final = ("green", "water", "roads", "municipalities")
_NUMBER: Final = Markup(
    '<svg viewBox="0 0 22 16" aria-hidden="true"><circle cx="11" cy="8" r="7" fill="#0B5563" '
    'stroke="#FFFFFF" stroke-width="1.5"/></svg>'
)
_START: Final = Markup(
    '<svg viewBox="0 0 22 16" aria-hidden="true"><rect x="5" y="2" width="12" height="12" '
    'fill="#16242B"/></svg>'
)


async def start_of(view: View) -> Point | None:
    """Where a round begins, in storage coordinates: by the settings, else the middle of town."""
    place = view.hall.settings.inspections.start or (await view.site()).center
    if place is None:
        return None
    values = {"lon": place[0], "lat": place[1], "srid": view.hall.settings.storage_srid}
    async with view.hall.database.session(VISITOR) as connection:
        cursor = await connection.execute(statements.read("inspections")["start"], values)
        row = await cursor.fetchone()
    return (row["x"], row["y"]) if row else None


async def draw(
    view: View, stops: Sequence[Mapping[str, Any]], say: Sentences, start: Point | None = None
) -> Drawing | None:
    """The plan of rows (``x``, ``y``, ``number``), with the way from ``start`` where given."""
    placed = [row for row in stops if row["x"] is not None]
    if not placed:
        return None
    points = [(row["x"], row["y"]) for row in placed]
    window = _window([*points, *([start] if start else [])], placed[0]["lat"])
    srid = view.hall.settings.storage_srid
    values = window.values(srid, None)
    async with view.hall.database.session(VISITOR) as connection:
        fixed = statements.read("inspections")
        rows = await (await connection.execute(fixed["ground"], values)).fetchall()
        names: list[Any] = []
        if window.x1 - window.x0 <= _NAMED_M:
            named = statements.read("plan")["names"]
            names = list(await (await connection.execute(named, values)).fetchall())
    shapes = [drawing.Shape(row["layer"], row["properties"], row["path"]) for row in rows]
    layers = [layer for layer in view.layers if layer.id in _GROUND]
    ground = plan.compose(Content(shapes, None, names, ()), layers, window, numbered=False)
    body = ground + _way(points, start, window) + _marks(placed, window)
    key = "inspections.plan_way" if start else "inspections.plan_text"
    text = say.count(key, len(placed))
    # Of one place, on its own page, there is no list.
    key = "inspections.plan_number" if placed[0]["number"] else "inspections.plan_here"
    legend = [LegendEntry(_NUMBER, say(key))]
    if start:
        legend.append(LegendEntry(_START, say("inspections.plan_start")))
    svg = plan.framed(body, title=say("inspections.plan_title"), description=text)
    return Drawing(svg, text, legend, window)


def _window(points: Sequence[Point], lat: float) -> Window:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    metres = max(_LEAST_M, 1.2 * across, 1.25 * down * plan.WIDTH / plan.HEIGHT)
    return Window.around((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, metres, lat)


def _at(point: Point, window: Window) -> Point:
    return (point[0] - window.x0) * window.scale, (window.y1 - point[1]) * window.scale


def _way(points: Sequence[Point], start: Point | None, window: Window) -> Markup:
    if start is None:
        return Markup("")
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in (_at(one, window) for one in (start, *points)))
    x, y = _at(start, window)
    return Markup(
        '<path d="M{0}" fill="none" stroke="#FFFFFF" stroke-width="6"/>'
        '<path d="M{0}" fill="none" stroke="#0B5563" stroke-width="2.5" stroke-dasharray="7 5"/>'
        '<rect x="{1:.1f}" y="{2:.1f}" width="16" height="16" fill="#16242B" stroke="#FFFFFF" '
        'stroke-width="2"/>'
    ).format(line, x - 8, y - 8)


def _marks(rows: Sequence[Mapping[str, Any]], window: Window) -> Markup:
    """The first lie on top: where two are in one place it is the first that is read."""
    marks: list[Markup] = []
    for row in reversed(rows):
        x, y = _at((row["x"], row["y"]), window)
        marks.append(
            Markup(
                '<g transform="translate({:.1f} {:.1f})"><circle r="17" fill="#0B5563" '
                'stroke="#FFFFFF" stroke-width="2"/><text y="7" font-size="20" font-weight="700" '
                'text-anchor="middle" fill="#FFFFFF">{}</text></g>'
            ).format(x, y, row["number"])
        )
    return Markup("").join(marks)
