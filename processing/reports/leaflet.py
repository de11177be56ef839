"""Leaflet as text, to be written into a report: folium would have it fetched from elsewhere.

It comes with the pages' scripts: ``npm run build`` lays it beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_WEB: Final = Path(__file__).parents[2] / "web"
_PLACES: Final = (_WEB / "dist" / "leaflet", _WEB / "node_modules" / "leaflet" / "dist")
"""In the wheel and in the tree; before the first build there is only what npm brought."""
_PICTURES: Final = re.compile(r"url\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Leaflet:
    """Its script and its styles."""

    script: str
    style: str


@cache
def leaflet() -> Leaflet | None:
    """None where the pages were never built: a report then has its drawing alone."""
    for place in _PLACES:
        script, style = place / "leaflet.js", place / "leaflet.css"
        if script.is_file() and style.is_file():
            return Leaflet(
                # A file of its own would end here, and a report does not.
                script.read_text(encoding="utf-8").replace("</script", "<\\/script"),
                # Its few pictures are those of markers and of a button that we do not have.
                _PICTURES.sub("none", style.read_text(encoding="utf-8")),
            )
    return None
