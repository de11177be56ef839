"""Rendering: the Jinja environment, what every page knows, and the page of a problem."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from psycopg.rows import DictRow
from starlette.requests import Request
from starlette.responses import HTMLResponse

from geoloket import statements
from geoloket.access import VISITOR
from geoloket.errors import Problem
from geoloket.hall import Hall
from geoloket.language import LANGUAGES
from geoloket.origin import origin
from geoloket.style import StyledLayer
from web import words
from web.paths import data, language_of, path
from web.sentences import sentences

HERE: Final = Path(__file__).parent
_REMEMBERED_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the municipality."""

    name: str = ""
    invented: bool = False
    center: tuple[float, float] | None = None
    """Longitude and latitude of the middle of the municipality."""
    updated: datetime | None = None
    contact: str | None = None
    alerts: bool = False
    """Whether mail leaves, so that something can be followed."""
    staff: bool = False
    """Whether staff can sign in."""


@dataclass(slots=True)
class View:
    """Renders pages for one hall; remembers the site facts for half a minute."""

    hall: Hall
    layers: tuple[StyledLayer, ...]
    town: tuple[Site, Markup | None] | None = None
    """The picture of the town (``web.plan``) and the site facts it was drawn for."""
    _site: Site = field(default_factory=Site)
    _read_at: float = -1e9

    async def site(self) -> Site:
        """The facts of the site, read again when they are older than half a minute."""
        if time.monotonic() - self._read_at > _REMEMBERED_S:
            self._site = await _read_site(self.hall)
            self._read_at = time.monotonic()
        return self._site

    def origin(self, request: Request) -> str:
        """The address by which visitors reach us, for links that leave the site."""
        host, root = request.headers.get("host"), str(request.scope.get("root_path", ""))
        return origin(self.hall.settings, scheme=request.url.scheme, host=host, root_path=root)

    async def page(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> HTMLResponse:
        """A whole page, or a fragment of one (``parts/…``)."""
        known = {"origin": self.origin(request)} | context
        return _respond(request, template, await self.site(), status, known)

    async def framed(self, request: Request, title: str, body: Markup) -> HTMLResponse:
        """The frame of the site around a body that another room made, in the request's language.

        Its twin in another language is the same address with another ``lang``.
        """

        def twin(language: str) -> str:
            return str(request.url.include_query_params(lang=language))

        context = {
            "title": title,
            "body": body,
            "twin": twin,
            "language": request.state.language,
        }
        return _respond(request, "frame.html", await self.site(), 200, context)


async def _read_site(hall: Hall) -> Site:
    pages = statements.read("pages")
    seen = {"layers": [layer.id for layer in hall.features.layers(VISITOR)]}
    async with hall.database.session(VISITOR) as connection:
        rows = await (await connection.execute(pages["site"])).fetchall()
        fresh = await (await connection.execute(pages["freshness"], seen)).fetchone()
        facts: dict[str, Any] = {row["key"]: row["value"] for row in rows}
        if "center" not in facts or "name" not in facts:
            middle = await (await connection.execute(pages["middle"])).fetchone()
            facts = _guessed(middle) | facts
    center = facts.get("center")
    site = Site(
        name=hall.settings.site.name or str(facts.get("name") or ""),
        invented=bool(facts.get("invented")),
        center=(float(center[0]), float(center[1])) if center else None,
        updated=fresh["changed_at"] if fresh else None,
        contact=hall.settings.site.contact_email,
        alerts=hall.settings.mail.on,
        staff=hall.people is not None,
    )
    _LAST_KNOWN.append(site)
    del _LAST_KNOWN[:-1]
    return site


def _guessed(middle: DictRow | None) -> dict[str, Any]:
    """Name and centre from the addresses, where a site that is just set up says neither."""
    if middle is None or middle["lon"] is None:
        return {}
    return {"center": [middle["lon"], middle["lat"]], "name": middle["name"]}


_LAST_KNOWN: Final[list[Site]] = []
"""The site facts that were read last: a page of a problem must not need the database."""


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """The page that tells a visitor what went wrong and what to do next. Needs no database."""
    shown = problem.status if problem.status in (400, 404, 500, 503) else 400
    shown = shown if problem.status < 500 or problem.status == 503 else 500
    site = _LAST_KNOWN[-1] if _LAST_KNOWN else Site()
    return _respond(request, "problem.html", site, problem.status, {"shown": shown, "twin": None})


def _respond(
    request: Request, template: str, site: Site, status: int, context: Mapping[str, object]
) -> HTMLResponse:
    language = str(context.get("language") or language_of(request))
    say = sentences(language)
    # The page of a fault is made outside of what keeps pages of staff out of caches.
    session = getattr(request.state, "session", None) if status < 500 else None
    known: dict[str, object] = {
        "request": request,
        "session": session,
        "language": language,
        "other": next(code for code in LANGUAGES if code != language),
        "t": say,
        "url": partial(path, language=language),
        "data_url": partial(data, language=language),
        "site": site,
        "day": partial(words.day, language=language),
        "clock": partial(words.clock, language=language),
        "lasted": partial(words.lasted, language=language),
        "number": partial(words.number, language=language),
        "today": words.today(),
        "origin": "",
        "q": "",
    }
    html = environment().get_template(template).render(known | dict(context))
    return HTMLResponse(html, status_code=status, headers={"Content-Language": language})


@cache
def environment() -> Environment:
    """The templates: escaped, and strict about names that do not exist."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["font"] = _FONT  # pyright: ignore[reportArgumentType]
    env.globals["asset"] = asset  # pyright: ignore[reportArgumentType]
    env.globals["anchor"] = anchor  # pyright: ignore[reportArgumentType]
    env.globals["mail"] = mail  # pyright: ignore[reportArgumentType]
    env.globals["styles_of"] = styles_of  # pyright: ignore[reportArgumentType]
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    return env


def anchor(href: str, text: str) -> Markup:
    """A link to stand in a sentence."""
    return Markup('<a href="{}">{}</a>').format(href, text)


def mail(address: str) -> Markup:
    """A link to write to an address."""
    return anchor(f"mailto:{address}", address)


_FONT: Final = (
    "node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/"
    "atkinson-hyperlegible-next-latin-wght-normal.woff2"
)
"""Asked for early, so that letters do not jump from one font to another."""
_MANIFEST: Final = HERE / "dist" / "manifest.json"


def _manifest() -> Mapping[str, Any]:
    """What the build made: source name to hashed file. Empty before the first build."""
    try:
        return _read_manifest(_MANIFEST.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _read_manifest(changed: int) -> Mapping[str, Any]:
    """The manifest as it was written at ``changed``: a build under a running server is noticed."""
    return json.loads(_MANIFEST.read_text(encoding="utf-8"))


def asset(source: str) -> str | None:
    """Address of a built file by the name of its source, such as ``src/page.ts``."""
    entry = _manifest().get(source)
    return f"/{entry['file']}" if entry else None


def styles_of(source: str) -> list[str]:
    """Addresses of the style sheets that a built script brings along."""
    return [f"/{file}" for file in _manifest().get(source, {}).get("css", ())]
