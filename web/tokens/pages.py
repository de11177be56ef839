"""``/medewerker/toegang``: a token is shown once, in the answer to the form that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Principal
from geoloket.audit import confidential
from geoloket.errors import Conflict
from geoloket.language import pick
from geoloket.people import Session, TokenDesk
from web.paths import PATHS, language_of, twin
from web.sentences import Sentences, sentences
from web.signin.door import for_staff
from web.signin.forms import own_form
from web.tasks import task_titles, tasks_for
from web.view import View

_DAYS: Final = (7, 30, 90, 180, 365)
_LONGEST: Final = 100
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in, and what is wrong with it, by field."""

    title: str = ""
    layers: tuple[str, ...] = ()
    days: int = 90
    purpose: str = ""
    writes: bool = False
    runs: bool = False
    faults: dict[str, str] = field(default_factory=dict[str, str])


def router(view: View) -> APIRouter:
    """The page, in both languages; none where nobody can sign in."""
    pages = APIRouter()
    desk = view.hall.access_tokens
    if desk is None:
        return pages
    one = _Page(view, desk)
    for address in PATHS["access"].values():
        for method, answer in (("GET", one.show), ("HEAD", one.show), ("POST", one.act)):
            pages.add_api_route(address, for_staff(answer), methods=[method], response_model=None)
    return pages


class _Page:
    def __init__(self, view: View, desk: TokenDesk) -> None:
        self._view = view
        self._desk = desk
        self._most = view.hall.settings.identity.token_days

    async def show(self, request: Request, session: Session) -> Response:
        """The list and the form."""
        return await self._answer(request, session.who, Form(days=min(90, self._most)))

    async def act(self, request: Request, session: Session) -> Response:
        """A new token, or one that is taken away."""
        given, who = await own_form(request), session.who
        say = sentences(language_of(request))
        if "end" in given:
            await self._desk.end(given["end"], who)
            return await self._answer(request, who, Form(), ended=True)
        form = self._read(given, who, say)
        if form.faults:
            return await self._answer(request, who, form, status=400)
        try:
            token = await self._desk.make(
                who,
                form.title,
                form.layers,
                form.days,
                purpose=form.purpose,
                writes=form.writes,
                runs=form.runs,
            )
        except Conflict:
            form.faults["title"] = say("access.too_many")
            return await self._answer(request, who, form, status=409)
        return await self._answer(request, who, Form(), token=token)

    def _read(self, given: dict[str, str], who: Principal, say: Sentences) -> Form:
        title = " ".join(given.get("title", "").split())
        layers = tuple(one for one in self._choices(who) if given.get(f"laag_{one}"))
        days = given.get("days", "")
        faults: dict[str, str] = {}
        if not 0 < len(title) <= _LONGEST or not title.isprintable():
            faults["title"] = say("access.no_title")
        if not layers:
            faults["layers"] = say("access.no_layers")
        if days not in map(str, self._days()):
            faults["days"] = say("access.no_days")
        purpose = given.get("purpose", "")
        if purpose not in {code for code, *_ in tasks_for(self._view.hall, who, say)}:
            faults["purpose"], purpose = say("access.no_purpose"), ""
        elif strays := self._desk.strays(purpose, layers):
            named = _named(strays, self._titles(say))
            faults["purpose"] = say("access.another_purpose", layers=named)
        chosen = int(days) if "days" not in faults else self._days()[-1]
        writes, runs = (given.get(name) == "1" for name in ("writes", "runs"))
        return Form(title[:_LONGEST], layers, chosen, purpose, writes, runs, faults)

    def _days(self) -> list[int]:
        return [days for days in _DAYS if days <= self._most] or [self._most]

    def _titles(self, say: Sentences) -> dict[str, str]:
        layers = self._view.hall.registry.values()
        return {layer.id: pick(layer.title, say.language) for layer in layers}

    def _choices(self, who: Principal) -> list[str]:
        """The layers of which this person sees what visitors do not."""
        seen = self._view.hall.features.layers(who)
        return [layer.id for layer in reversed(seen) if confidential(layer)]

    async def _answer(  # noqa: PLR0913
        self,
        request: Request,
        who: Principal,
        form: Form,
        *,
        status: int = 200,
        token: str | None = None,
        ended: bool = False,
    ) -> Response:
        say = sentences(language_of(request))
        titles, tasks = self._titles(say), task_titles(self._view.hall, say)
        edited = {one.id for one in self._view.hall.features.layers(who) if one.editable}
        return await self._view.page(
            request,
            "access.html",
            status=status,
            twin=twin("access"),
            form=form,
            token=token,
            ended=ended,
            choices=[(one, titles[one], one in edited) for one in self._choices(who)],
            tasks=tasks_for(self._view.hall, who, say),
            lasting=self._days(),
            tokens=[
                (one, _named(one.layers, titles), tasks.get(one.purpose or "", one.purpose))
                for one in await self._desk.listed(who)
            ],
            rests=self._view.hall.settings.identity.token_rests_days,
            address=f"{self._view.origin(request)}/ogc",
        )


def _named(layers: Sequence[str], titles: Mapping[str, str]) -> str:
    return ", ".join(titles.get(one, one) for one in layers)
