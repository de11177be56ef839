"""Following by e-mail: ask, confirm, stop, manage. Links only show a page; what is done is posted.

Programs that look through mail follow links before people do, so no link does anything by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket.alerts import RADII, About, Follow
from geoloket.errors import BadRequest
from web import words
from web.alerts import form as forms
from web.paths import PATHS, language_of, path, twin
from web.sentences import Sentences, sentences
from web.view import View

_PRIVATE: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
"""Of pages whose address is a key: kept nowhere, and not told to where one goes next."""
_DONE: Final = ("confirmed", "saved", "stopped")
_DEEDS: Final[dict[str, Literal["each", "weekly", "stop", "erase"]]] = {
    "each": "each",
    "weekly": "weekly",
    "stop": "stop",
    "stop_all": "stop",
    "erase": "erase",
}

_Handler = Callable[..., Awaitable[Response]]


def router(view: View) -> APIRouter:
    """``/meldingen`` and what hangs under it."""
    counter = _Counter(view)
    pages = APIRouter()
    handlers: dict[str, tuple[_Handler, _Handler]] = {
        "alerts": (counter.form, counter.ask),
        "alerts_confirm": (counter.confirmation, counter.confirm),
        "alerts_stop": (counter.stopping, counter.stop),
        "alerts_manage": (counter.overview, counter.manage),
    }
    for page, (show, do) in handlers.items():
        for location in PATHS[page].values():
            pages.add_api_route(location, show, methods=["GET", "HEAD"], response_model=None)
            pages.add_api_route(location, do, methods=["POST"], response_model=None)
    return pages


class _Counter:
    """The pages; each method answers one request."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._desk = view.hall.alerts

    async def form(self, request: Request) -> Response:
        """The form, or where one came to after asking: look in your mailbox."""
        asked = request.query_params.get("asked")
        if asked in ("follow", "mine"):
            return await self._view.page(
                request, "alerts_asked.html", twin=twin("alerts", asked=asked), asked=asked
            )
        given = dict(request.query_params)
        if "lon" in given:
            given = await forms.around(self._view.hall, given)
        kept = {name: given[name] for name in ("kind", "permit", "lon", "lat") if name in given}
        return await self._form(request, forms.shown(given), kept=kept)

    async def ask(self, request: Request) -> Response:
        """Ask to follow something, or for the link to all of it."""
        say = sentences(language_of(request))
        if not self._view.hall.settings.mail.on:
            return await self._form(request, forms.shown({}))
        given = await forms.posted(request)
        client = request.client.host if request.client else ""
        if given.get("deed") == "mine":
            mailbox = forms.mailbox(given.get("email", ""))
            form = forms.shown({})
            if mailbox is None:
                form.faults["mine"] = say("alerts.error_email")
                return await self._form(request, form, status=422, mine=given.get("email", ""))
            answer = await self._desk.remind(mailbox, client, say.language)
        else:
            form, wish, mailbox = await forms.checked(self._view.hall, given, say)
            if wish is None:
                return await self._form(request, form, status=422)
            answer = await self._desk.ask(wish, mailbox, client)
        if answer != "asked":
            key = "alerts.error_busy" if answer == "busy" else "alerts.error_address_unknown"
            form.faults["email"] = say(key)
            return await self._form(request, form, status=429 if answer == "busy" else 422)
        asked = "mine" if given.get("deed") == "mine" else "follow"
        return RedirectResponse(path("alerts", say.language, asked=asked), 303)

    async def confirmation(self, request: Request, id: str) -> Response:
        """What one is about to confirm, with the button."""
        follow = await self._desk.subject_of(id, "confirm")
        if follow is None:
            return await self._bad(request)
        return await self._about(request, id, "confirm", follow)

    async def confirm(self, request: Request, id: str) -> Response:
        """Confirm, and go to the page with all that one follows."""
        entry = await self._desk.confirm(id)
        if entry is None:
            return await self._bad(request)
        where = path("alerts_manage", language_of(request), id=entry, done="confirmed")
        return RedirectResponse(where, 303, headers=_PRIVATE)

    async def stopping(self, request: Request, id: str) -> Response:
        """What one is about to stop, with the button."""
        follow = await self._desk.subject_of(id, "stop")
        if follow is None:
            return await self._bad(request)
        state = "stopped" if follow.stopped else "stop"
        return await self._about(request, id, state, follow)

    async def stop(self, request: Request, id: str) -> Response:
        """Stop. Mail programs post here by themselves (RFC 8058): no cookie, no redirect."""
        follow = await self._desk.subject_of(id, "stop")
        if follow is None or not await self._desk.stop(id):
            return await self._bad(request)
        return await self._about(request, id, "stopped", follow)

    async def overview(self, request: Request, id: str) -> Response:
        """All that the holder of the link follows."""
        followed = await self._desk.followed(id)
        if followed is None:
            return await self._bad(request)
        say = sentences(language_of(request))
        done = request.query_params.get("done")
        return await self._private(
            request,
            "alerts_manage.html",
            twin=twin("alerts_manage", id=id),
            token=id,
            done=say(f"alerts.done_{done}") if done in _DONE else None,
            follows=[(follow, subject(follow, say)) for follow in followed],
        )

    async def manage(self, request: Request, id: str) -> Response:
        """Change or stop one, stop all, or erase everything."""
        given = await forms.posted(request)
        name = given.get("deed", "")
        deed = _DEEDS.get(given.get("frequency", "") if name == "save" else name)
        if deed is None:
            raise BadRequest("There is no such button on the page.")
        chosen = _uuid(given.get("follow")) if deed != "erase" and name != "stop_all" else None
        if chosen is None and deed != "erase" and name != "stop_all":
            raise BadRequest("Which of them is meant is not said.")
        if not await self._desk.manage(id, deed, chosen):
            return await self._bad(request)
        if deed == "erase":
            return await self._private(request, "alerts_erased.html", twin=twin("alerts"))
        done = "stopped" if deed == "stop" else "saved"
        where = path("alerts_manage", language_of(request), id=id, done=done)
        return RedirectResponse(where, 303, headers=_PRIVATE)

    async def _form(
        self,
        request: Request,
        form: forms.Filled,
        *,
        status: int = 200,
        kept: dict[str, str] | None = None,
        mine: str = "",
    ) -> Response:
        say = sentences(language_of(request))
        page = await self._view.page(
            request,
            "alerts.html",
            status=status,
            twin=twin("alerts", **(kept or {})),
            form=form,
            radii=[(metres, far(metres, say)) for metres in RADII],
            mine=mine,
        )
        page.headers["cache-control"] = "no-store"
        return page

    async def _about(self, request: Request, id: str, state: str, follow: Follow) -> Response:
        say = sentences(language_of(request))
        page = "alerts_confirm" if state == "confirm" else "alerts_stop"
        return await self._private(
            request,
            "alerts_one.html",
            twin=twin(page, id=id),
            state=state,
            action=path(page, say.language, id=id),
            follow=follow,
            subject=subject(follow, say),
        )

    async def _bad(self, request: Request) -> Response:
        return await self._private(request, "alerts_bad.html", status=404, twin=None)

    async def _private(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> Response:
        page = await self._view.page(request, template, status=status, **context)
        page.headers.update(_PRIVATE)
        return page


def subject(follow: Follow | About, say: Sentences) -> str:
    """What is followed, in words."""
    if follow.kind == "permit":
        return say("alerts.subject_permit", number=follow.label)
    if follow.kind == "weekly":
        return say("alerts.subject_weekly")
    return say("alerts.subject_circle", radius=far(follow.radius_m or 0, say), place=follow.label)


def far(metres: int, say: Sentences) -> str:
    """A distance in words: metres, and kilometres from one on."""
    if metres % 1000 == 0:
        return say.count("alerts.kilometres", metres // 1000)
    return say("alerts.metres", n=words.number(metres, say.language))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
