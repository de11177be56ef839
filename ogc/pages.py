"""The room's web pages: Jinja templates that make the body, for the frame of the site to hold.

pygeoapi's own templates load scripts and styles from other servers, which we never do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from geoloket.language import pick
from ogc.links import segment

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Renders the body of a page."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Any] = {"in_language": pick, "segment": segment, "counted": _counted}
        self._environment.filters.update(filters)

    def render(self, template: str, context: dict[str, Any]) -> Markup:
        """HTML that is safe to put in a page as it is."""
        return Markup(self._environment.get_template(template).render(context))  # noqa: S704  # autoescaped

    def frame(self, title: str, body: Markup, language: str) -> str:
        """A whole page without the style of the site."""
        page = self._environment.get_template("frame.html")
        return page.render(title=title, body=body, language=language)


def _counted(number: int) -> str:
    """A whole number with narrow spaces between thousands, as both languages read it."""
    return f"{number:,}".replace(",", "\u202f")


async def plain_frame(request: Request, title: str, body: Markup) -> HTMLResponse:
    """The frame of a page when the room stands alone."""
    return HTMLResponse(Pages().frame(title, body, request.state.language))
