"""``/perceel/{capakey}.json`` and ``.pdf``: the parcel dossier, for programs and on paper."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from geoloket import __version__
from geoloket.access import VISITOR
from geoloket.dossier import Answer, Dossier, ParcelDossiers, Reason
from geoloket.enquiry import SECTIONS
from geoloket.errors import NotFound
from web import words
from web.parcels import dossier_print, facts
from web.parcels.dossier_json import document
from web.paths import language_of, path
from web.pdf.press import Press
from web.plan import draw_parcel
from web.search import questions
from web.sentences import Sentences, sentences
from web.view import HERE, View, asset

_MISSING: Final = "There is no such parcel."


class _Desk:
    """Answers both addresses for one view."""

    def __init__(self, view: View) -> None:
        hall = view.hall
        self._view = view
        self._layers = hall.features.layers(VISITOR)
        self._dossiers = ParcelDossiers(hall.database, self._layers, hall.access, VISITOR)
        self._press = Press(hall.settings.exports.pdfs, _letters)

    async def json(self, request: Request, capakey: str) -> Response:
        return await self._answer(request, capakey, "json")

    async def pdf(self, request: Request, capakey: str) -> Response:
        return await self._answer(request, capakey, "pdf")

    async def _answer(self, request: Request, given: str, form: str) -> Response:
        say = sentences(language_of(request))
        capakey = questions.capakey(given)
        if capakey is None:
            raise NotFound(_MISSING)
        parcel_id = capakey.replace("/", "-")
        if given != parcel_id:
            return RedirectResponse(f"{path('parcel', say.language, id=parcel_id)}.{form}", 308)
        tag = await self._tag(request, parcel_id, form, say)
        headers = {"etag": f'"{tag}"', "cache-control": "public, no-cache"}
        # Compression may have marked the tag as weak; proxies may have too.
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if form == "json":
            body = orjson.dumps(document(await self._of(parcel_id), self._view.origin(request)))
            return Response(body, media_type="application/json", headers=headers)
        page = partial(self._page, request, parcel_id, say)
        headers |= {
            "content-disposition": f'inline; filename="{say("dossier.file")}-{parcel_id}.pdf"',
            "content-language": say.language,
            "x-robots-tag": "noindex",
        }
        pdf = await self._press.made(tag, page)
        return Response(pdf, media_type="application/pdf", headers=headers)

    async def _of(self, parcel_id: str) -> Dossier:
        states = await self._view.hall.versions.current()
        found = await self._dossiers.of(parcel_id, states, words.today())
        if found is None:
            raise NotFound(_MISSING)
        return found

    async def _page(self, request: Request, parcel_id: str, say: Sentences) -> str:
        """What is printed; written when there is a turn to print it."""
        found = await self._of(parcel_id)
        place = facts.place(found.parcel, found.addresses, say)
        origin = self._view.origin(request)
        printed = dossier_print.Printed(
            drawing=await draw_parcel(self._view, parcel_id, place, say),
            reference=document(found, origin)["reference"],
            origin=origin,
            site=await self._view.site(),
        )
        return dossier_print.written(self._view, found, printed, say)

    async def _tag(self, request: Request, parcel_id: str, form: str, say: Sentences) -> str:
        """Changes with every public layer, the day, the program and what the site says of itself.

        The versions are read before the data, so that a tag is never newer than what it stands for.
        """
        states = await self._view.hall.versions.current()
        versions = [states.get(layer.id) for layer in self._layers]
        site = await self._view.site()
        parts = (
            *(parcel_id, form, say.language, words.today(), __version__),
            *(self._view.origin(request), site.name, site.contact, versions),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _letters() -> dict[str, Path]:
    """The fonts of the site by their address in ``templates/dossier.html``, once they are built."""
    folder = "node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/"
    name = "atkinson-hyperlegible-next-{}-wght-normal.woff2"
    built = {part: asset(folder + name.format(part)) for part in ("latin", "latin-ext")}
    return {
        f"geoloket:{part}": HERE / "dist" / file.lstrip("/") for part, file in built.items() if file
    }


def router(view: View) -> APIRouter:
    """``/perceel/{capakey}.json`` and ``.pdf``, and the same under ``/en/parcel/``."""
    routes = APIRouter()
    desk = _Desk(view)
    for address, shown in (("/perceel/{capakey}", True), ("/en/parcel/{capakey}", False)):
        for form, endpoint in (("json", desk.json), ("pdf", desk.pdf)):
            routes.add_api_route(
                f"{address}.{form}",
                endpoint,
                methods=["GET"],
                name=f"parcel-dossier-{form}",
                tags=["parcels"],
                response_class=Response,
                include_in_schema=shown,
                openapi_extra=_described(form),
            )
            routes.add_api_route(
                f"{address}.{form}", endpoint, methods=["HEAD"], include_in_schema=False
            )
    return routes


_TEXT: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {"type": "string"}}
"""A text per language."""
_OBJECTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object"}}
_SECTION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["number", "code", "title", "answer", "reason", "findings", "sources"],
    "properties": {
        "number": {"type": "integer"},
        "code": {"type": "string", "enum": list(SECTIONS)},
        "title": _TEXT,
        "answer": {"type": "string", "enum": list(Answer)},
        "reason": {"type": "string", "enum": list(Reason)},
        "explanation": _TEXT,
        "ask": _TEXT,
        "findings": _OBJECTS,
        "sources": _OBJECTS,
    },
}
_DOSSIER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "reference", "snapshot", "made_on", "parcel", "sections"],
    "properties": {
        "type": {"const": "ParcelDossier"},
        "notice": _TEXT,
        "reference": {"type": "string"},
        "snapshot": {"type": "string"},
        "made_on": {"type": "string", "format": "date"},
        "parcel": {"type": "object"},
        "sections": {"type": "array", "items": _SECTION},
        "links": _OBJECTS,
    },
}
_SCHEMAS: Final = {
    "application/json": _DOSSIER,
    "application/pdf": {"type": "string", "format": "binary"},
}


def _described(form: str) -> dict[str, Any]:
    """What OpenAPI says of an address."""
    media = f"application/{form}"
    # What people open tells them what is wrong on a page.
    fault = "text/html" if form == "pdf" else "application/problem+json"
    return {
        "summary": f"The dossier of a parcel as {form.upper()}",
        "description": (
            "What is known of a parcel, by the sections of a Flemish property enquiry, for "
            "orientation only: it does not replace the property information through VIP. Each "
            "section is `applicable`, `not_applicable` or `to_be_completed`; what no layer holds "
            "is to be completed, never not applicable. The key is written with `-` for `/`; other "
            "notations redirect. The PDF is tagged (PDF/UA-1)."
        ),
        "parameters": [
            {
                "name": "capakey",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "example": "99001A0123-00B000"},
            }
        ],
        "responses": {
            "200": {"description": "The dossier.", "content": {media: {"schema": _SCHEMAS[media]}}},
            "304": {"description": "It did not change since the tag in `If-None-Match`."},
            "404": {"description": _MISSING, "content": {fault: {}}},
            "503": {
                "description": "Too many are asked for at the moment; see `Retry-After`.",
                "content": {fault: {}},
            },
        },
    }
