"""``/medewerker/doel``: for which task somebody looks at a layer that asks, once in a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from geoloket.access import Principal
from geoloket.errors import NotFound
from geoloket.language import pick
from geoloket.layer import Layer
from geoloket.people import Session, cookie_of
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences
from web.signin.door import NOT_KEPT, for_staff, here
from web.signin.forms import goal, own_form
from web.view import View

_Shown = Callable[[Request, Principal], Awaitable[Response]]


def for_task(view: View, layer_id: str, show: _Shown) -> Callable[[Request], Awaitable[Response]]:
    """A page of a layer for who may see it and chose a task; to others there is nothing here."""

    async def opened(request: Request, session: Session) -> Response:
        layer = view.hall.features.layer(layer_id, session.who)
        if not _chosen(layer, session):
            back = here(request)
            asked = path("purpose", language_of(request), laag=layer_id, return_to=back)
            return RedirectResponse(asked, 303)
        return await show(request, session.who)

    return for_staff(opened)


def router(view: View) -> APIRouter:
    """The question, in both languages."""
    pages = APIRouter()

    async def ask(request: Request, session: Session) -> Response:
        return await _question(view, request, session, request.query_params.get("laag", ""))

    async def choose(request: Request) -> Response:
        fields = await own_form(request)
        session: Session = request.state.session
        layer = _asking(view, session, fields.get("laag", ""))
        chosen, back = fields.get("purpose", ""), fields.get("return_to")
        if chosen not in {task.code for task in layer.purposes}:
            return await _question(view, request, session, layer.id, back, wrong=True)
        people = view.hall.people
        assert people is not None  # noqa: S101 - there is a session
        token = request.cookies[cookie_of(view.hall.settings.identity)]
        await people.choose_purpose(token, chosen)
        there = goal(back, path("staff", language_of(request)))
        return RedirectResponse(there, 303, headers=NOT_KEPT)

    for address in PATHS["purpose"].values():
        pages.add_api_route(address, for_staff(ask), methods=["GET", "HEAD"], response_model=None)
        pages.add_api_route(address, choose, methods=["POST"], response_model=None)
    return pages


def task_of(view: View, request: Request, layer_id: str, say: Sentences) -> dict[str, str]:
    """The task that was chosen, in words, and where another one is chosen."""
    session: Session = request.state.session
    layer = view.hall.features.layer(layer_id, session.who)
    tasks = {task.code: pick(task.title, say.language) for task in layer.purposes}
    change = path("purpose", say.language, laag=layer_id, return_to=here(request))
    return {"title": tasks.get(session.purpose or "", ""), "change": change}


async def _question(  # noqa: PLR0913
    view: View,
    request: Request,
    session: Session,
    layer_id: str,
    given: str | None = None,
    *,
    wrong: bool = False,
) -> Response:
    language = language_of(request)
    layer = _asking(view, session, layer_id)
    return_to = goal(given or request.query_params.get("return_to"), path("staff", language))
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


def _asking(view: View, session: Session, layer_id: str) -> Layer:
    """Raises NotFound for a layer that asks nothing of this person."""
    layer = view.hall.features.layer(layer_id, session.who)
    if not layer.purposes:
        raise NotFound("This layer asks for no task.")
    return layer


def _chosen(layer: Layer, session: Session) -> bool:
    return not layer.purposes or session.purpose in {task.code for task in layer.purposes}
