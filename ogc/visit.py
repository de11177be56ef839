"""One request on its way through the room: who asks, what was given, and how it is answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from geoloket.access import Principal
from geoloket.errors import NotFound
from geoloket.layer import Layer
from ogc import formats, negotiation, state
from ogc.links import TEXTS, Link, base_url, representations
from ogc.negotiation import HTML, Format
from ogc.service import Service
from ogc.state import Seen


class Visit:
    """Made for one request; ``ask`` comes first, and refuses what cannot be answered."""

    def __init__(self, service: Service, request: Request) -> None:
        self.service = service
        self.request = request
        self.who: Principal = request.state.who
        self.given: dict[str, str] = {}
        self.offers: tuple[Format, ...] = ()
        self.chosen: Format = negotiation.JSON

    def ask(self, offers: tuple[Format, ...], known: Collection[str] = ()) -> Format:
        """Read the parameters and choose the format of the answer.

        Raises UnknownParameter, InvalidParameter or NotAcceptable.
        """
        self.given = negotiation.parameters(self.request, known)
        self.offers = offers
        self.chosen = negotiation.choose(self.request, self.given.get("f"), offers)
        return self.chosen

    @cached_property
    def base(self) -> str:
        """Address of the landing page under which this client reached us."""
        return base_url(self.request, self.service.hall.settings)

    @property
    def language(self) -> str:
        """``lang=``, else what Accept-Language prefers."""
        return self.given.get("lang") or self.request.state.language

    @property
    def texts(self) -> Mapping[str, str]:
        """The sentences of the room in that language."""
        return TEXTS[self.language]

    @property
    def kept(self) -> dict[str, str]:
        """The given parameters without the format: what links go on with."""
        return {name: value for name, value in self.given.items() if name != "f"}

    def layers(self) -> list[Layer]:
        """The layers that this person may see, in drawing order."""
        return self.service.layers(self.who)

    def layer(self) -> Layer:
        """The layer that the path names. Raises NotFound, also for one that is hidden."""
        name = str(self.request.path_params["collection"])
        layer = self.service.layer(name, self.who)
        if layer is None:
            raise NotFound(f"There is no collection {name[:100]!r}.")
        return layer

    async def seen(self, layer: Layer) -> Seen:
        """The layer at the version that its table has now. Raises Unavailable."""
        [seen] = await self.seen_all([layer])
        return seen

    async def seen_all(self, layers: Sequence[Layer]) -> list[Seen]:
        """The same of several layers.

        A client that says ``Cache-Control: no-cache`` (RFC 9111 §5.2.1.4) is answered from the
        database alone: it sees what it has committed itself, whatever is under way to us.
        """
        sure = "no-cache" in self.request.headers.get("cache-control", "")
        return await self.service.seen(layers, self.who, sure=sure)

    def may_be_kept(self, seen: Sequence[Seen], headers: Mapping[str, str]) -> None:
        """Say that the answer follows from the request and these layers, and from nothing else.

        ``headers`` has its validators. The front door gives it again while the layers are as they
        were (decision 0009).
        """
        self.request.state.made_of = state.made_of(seen, headers)

    def representations(self, address: str) -> list[Link]:
        """``self`` and ``alternate`` links of a resource."""
        return representations(address, self.chosen, self.offers, self.language, self.kept)

    def headers(self) -> dict[str, str]:
        """Type and language of the answer, and what the choice of them depended on."""
        media_type = self.chosen.media_type
        kind = f"{media_type}; charset=utf-8" if media_type == "text/html" else media_type
        return {
            "content-type": kind,
            "content-language": self.language,
            "vary": "Accept, Accept-Language" if len(self.offers) > 1 else "Accept-Language",
        }

    async def linked(self, name: str, *arguments: str) -> Response:
        """A document of the engine as linked data."""
        body = await self.service.engine(self.who).linked(self.question, name, *arguments)
        return Response(body, headers=self.headers())

    async def described(self, name: str, *arguments: str) -> dict[str, Any]:
        """A document of the engine."""
        return await self.service.engine(self.who).described(self.question, name, *arguments)

    @property
    def question(self) -> tuple[Request, str, str]:
        """What the engine wants to know: the request, our address and the language."""
        return self.request, self.base, self.language

    async def answer(
        self, document: Mapping[str, object], template: str, title: str, **context: object
    ) -> Response:
        """A document as JSON, or as a web page with ``document`` in its context."""
        if self.chosen == HTML:
            return await self.page(template, title, document=document, **context)
        return Response(formats.dumps(document), headers=self.headers())

    async def page(self, template: str, title: str, **context: object) -> Response:
        """A web page in the language of the request."""
        known = {"base": self.base, "language": self.language, "title": title, "t": self.texts}
        body = self.service.pages.render(template, known | context)
        self.request.state.language = self.language
        answer = await self.service.frame(self.request, title, body)
        answer.headers.update(self.headers())
        return answer
