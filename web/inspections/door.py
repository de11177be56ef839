"""The door to pages of housing: for who is signed in, may see the layer, and chose a task."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.errors import InvalidParameter, NotFound
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.people import Session, cookie_of
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences
from web.signin.forms import goal, own_form
from web.view import View

NOT_KEPT: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}

Page = Callable[[Request, Principal], Awaitable[Response]]


def behind(view: View, layer_id: str, show: Page) -> Callable[..., Awaitable[Response]]:
    """The page for who may see it; others sign in first, choose a task, or find nothing here."""

    async def opened(request: Request) -> Response:
        language, here = language_of(request), _here(request)
        session: Session | None = request.state.session
        if session is None:
            asked = path("sign_in", language, return_to=here)
            return RedirectResponse(asked, 303, headers=NOT_KEPT)
        layer = view.hall.features.layer(layer_id, session.who)
        if not _chosen(layer, session):
            asked = path("purpose", language, laag=layer_id, return_to=here)
            return RedirectResponse(asked, 303, headers=NOT_KEPT)
        answer = await show(request, session.who)
        answer.headers.update(NOT_KEPT)
        return answer

    return opened


def router(view: View) -> APIRouter:
    """``/medewerker/doel``: the question for which task somebody looks, once in a session."""
    pages = APIRouter()

    async def ask(request: Request) -> Response:
        if request.state.session is None:
            asked = path("sign_in", language_of(request), return_to=_here(request))
            return RedirectResponse(asked, 303, headers=NOT_KEPT)
        return await _question(view, request, request.query_params.get("laag", ""))

    async def choose(request: Request) -> Response:
        fields = await own_form(request)
        layer = _asking(view, request, fields.get("laag", ""))
        chosen = fields.get("purpose", "")
        if chosen not in {task.code for task in layer.purposes}:
            return await _question(view, request, layer.id, fields.get("return_to"), wrong=True)
        people = view.hall.people
        assert people is not None  # noqa: S101 - there is a session
        token = request.cookies[cookie_of(view.hall.settings.identity)]
        await people.choose_purpose(token, chosen)
        there = goal(fields.get("return_to"), path("staff", language_of(request)))
        return RedirectResponse(there, 303, headers=NOT_KEPT)

    for address in PATHS["purpose"].values():
        pages.add_api_route(address, ask, methods=["GET", "HEAD"], response_model=None)
        pages.add_api_route(address, choose, methods=["POST"], response_model=None)
    return pages


async def _question(
    view: View, request: Request, layer_id: str, given: str | None = None, *, wrong: bool = False
) -> Response:
    language = language_of(request)
    layer = _asking(view, request, layer_id)
    return_to = goal(given or request.query_params.get("return_to"), path("staff", language))
    session: Session = request.state.session
    page = await view.page(
        request,
        "purpose.html",
        status=400 if wrong else 200,
        twin=twin("purpose", laag=layer.id, return_to=return_to),
        layer_title=pick(layer.title, language),
        layer_id=layer.id,
        tasks=[(task.code, pick(task.title, language)) for task in layer.purposes],
        chosen=session.purpose,
        return_to=return_to,
        wrong=wrong,
        years=view.hall.settings.audit.retention_years,
    )
    page.headers.update(NOT_KEPT)
    return page


def _asking(view: View, request: Request, layer_id: str) -> Layer:
    """Raises NotFound for a layer that asks nothing of this person."""
    session: Session | None = request.state.session
    if session is None:
        raise NotFound("There is nothing to choose.")
    layer = view.hall.features.layer(layer_id, session.who)
    if not layer.purposes:
        raise NotFound("This layer asks for no task.")
    return layer


def _chosen(layer: Layer, session: Session) -> bool:
    return not layer.purposes or session.purpose in {task.code for task in layer.purposes}


def task_of(view: View, request: Request, layer_id: str, say: Sentences) -> dict[str, str]:
    """The task that was chosen, in words, and where another one is chosen."""
    session: Session = request.state.session
    layer = view.hall.features.layer(layer_id, session.who)
    tasks = {task.code: pick(task.title, say.language) for task in layer.purposes}
    change = path("purpose", say.language, laag=layer_id, return_to=_here(request))
    return {"title": tasks.get(session.purpose or "", ""), "change": change}


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query and request.method == "GET" else "")


def offset(request: Request) -> int:
    """How many lines were shown before; a number of people's size, else InvalidParameter."""
    given = request.query_params.get("vanaf", "0")
    if not (given.isascii() and given.isdigit() and len(given) <= 6):
        raise InvalidParameter("vanaf: a number of lines to skip", parameter="vanaf")
    return int(given)
