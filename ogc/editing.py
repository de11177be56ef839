"""Features changed by those who may: OGC API Features Part 4 (20-002r1, a draft).

POST to ``items``; PUT, PATCH (RFC 7396) and DELETE of one item. ``If-Match`` says which version is
meant. A page of ours must say it (428); a program with an access token may leave it out, because
QGIS does: its owner chose that when making the token, and the history keeps what was there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from geoloket import crs
from geoloket.crs import CRS84, Crs
from geoloket.edits import Change
from geoloket.errors import (
    BadRequest,
    InvalidFeature,
    NotFound,
    PreconditionRequired,
    UnsupportedMediaType,
)
from geoloket.layer import Layer
from ogc import negotiation
from ogc.links import segment
from ogc.records.record import NAME as CATALOGUE
from ogc.service import Service
from ogc.visit import Visit

READ: Final = ("GET", "HEAD", "OPTIONS")
ITEMS: Final = ("GET", "HEAD", "POST", "OPTIONS")
ITEM: Final = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
FEATURE: Final = ("application/geo+json", "application/json")
PATCH: Final = ("application/merge-patch+json", *FEATURE)
REASON: Final = "geoloket-reason"

_TAG: Final = re.compile(r'(W/)?"([^"]*)"')
_OF_NOTHING: Final = "-"
"""No version of anything."""


async def create(visit: Visit) -> Response:
    """``POST /collections/{id}/items``: 201, and where the new feature is."""
    layer = _editable(visit, READ)
    negotiation.parameters(visit.request)
    feature = await _sent(visit.request, FEATURE)
    _is_feature(feature)
    change = await visit.service.hall.edits.create(
        layer, feature, visit.who, reason=_reason(visit.request), system=_system(visit.request)
    )
    place = f"{visit.base}/collections/{layer.id}/items/{segment(change.feature)}"
    return Response(status_code=201, headers={"location": place, **_tagged(change)})


async def change(visit: Visit) -> Response:
    """``PUT``, ``PATCH`` or ``DELETE`` of ``/collections/{id}/items/{feature}``: 204."""
    layer = _editable(visit, READ)
    negotiation.parameters(visit.request)
    request, who, desk = visit.request, visit.who, visit.service.hall.edits
    name = str(request.path_params["feature"])
    match = await _match(visit, layer, name)
    reason = _reason(request)
    if request.method == "DELETE":
        done = await desk.delete(layer, name, who, match=match, reason=reason)
        return Response(status_code=204, headers=_tagged(done))
    whole = request.method == "PUT"
    sent = await _sent(request, FEATURE if whole else PATCH)
    if whole:
        _is_feature(sent)
    if sent.get("id", name) != name:
        raise InvalidFeature("id: is that of another feature")
    write = desk.replace if whole else desk.update
    system = _system(request)
    done = await write(layer, name, sent, who, match=match, reason=reason, system=system)
    return Response(status_code=204, headers=_tagged(done))


async def tag(visit: Visit, layer: Layer, name: str, *variant: str) -> dict[str, str]:
    """The ETag of a feature that this person may edit: it changes with this feature alone.

    What stands before the first point is the version; the rest is of the representation.
    """
    version = await visit.service.hall.edits.version(layer, name, visit.who)
    digest = hashlib.sha256(repr(variant).encode()).hexdigest()[:8]
    return {"etag": f'"{version or _OF_NOTHING}.{digest}"'}


def allowed(request: Request, service: Service, methods: tuple[str, ...]) -> dict[str, str]:
    """What may be done at an address: headers of the answer to OPTIONS."""
    layer = service.layer(str(request.path_params["collection"]), request.state.who)
    if layer is None or layer.editable is None:
        return {"allow": ", ".join(READ)}
    headers = {"allow": ", ".join(methods)}
    if "POST" in methods:
        headers["accept-post"] = ", ".join(FEATURE)
    if "PATCH" in methods:
        headers["accept-patch"] = PATCH[0]
    return headers


def _editable(visit: Visit, otherwise: tuple[str, ...]) -> Layer:
    """The layer, which this person may edit; for anybody else the method is not there."""
    records = visit.request.path_params["collection"] == CATALOGUE
    layer = None if records else visit.layer()
    if layer is None or layer.editable is None:
        raise HTTPException(405, headers={"allow": ", ".join(otherwise)})
    return layer


async def _sent(request: Request, types: tuple[str, ...]) -> Mapping[str, Any]:
    """The JSON object that came along.

    Raises BadRequest for none, and without a type (Part 4 /req/…/post-content-type).
    """
    kind = request.headers.get("content-type")
    if kind is None:
        raise BadRequest(f"Content-Type: say what you send, one of {', '.join(types)}")
    if kind.partition(";")[0].strip().lower() not in types:
        raise UnsupportedMediaType(f"Content-Type: one of {', '.join(types)}")
    try:
        found: Any = orjson.loads(await request.body())
    except (orjson.JSONDecodeError, RecursionError):
        raise BadRequest("What you sent is not JSON.") from None
    if not isinstance(found, dict):
        raise InvalidFeature("A feature is a JSON object.")
    return found  # pyright: ignore[reportUnknownVariableType]


def _is_feature(sent: Mapping[str, Any]) -> None:
    if sent.get("type") != "Feature":
        raise InvalidFeature("type: must be Feature")


def _system(request: Request) -> Crs:
    """The CRS of what is sent (Part 4 /req/features/content-crs-header); CRS84 without it."""
    given = request.headers.get("content-crs", CRS84).strip()
    return crs.parse(given.removeprefix("<").removesuffix(">"), "Content-Crs")


def _reason(request: Request) -> str | None:
    """Why; a header holds no letter beyond ASCII, so it may be percent-encoded."""
    given = request.headers.get(REASON)
    return None if given is None else unquote(given, errors="replace")


async def _match(visit: Visit, layer: Layer, name: str) -> str | None:
    """The version that the feature must have; None where any will do (RFC 9110 §13.1.1)."""
    given = ",".join(visit.request.headers.getlist("if-match")).strip()
    if not given and visit.who.token is not None:
        return None
    current = await visit.service.hall.edits.version(layer, name, visit.who)
    if current is None:
        raise NotFound(f"There is no feature {name[:100]!r} in {layer.id}.")
    if not given:
        raise PreconditionRequired(
            "If-Match: send the ETag of the feature as you read it, so that nobody's change is lost"
        )
    if given == "*":
        return None
    versions = {tag.partition(".")[0] for weak, tag in _TAG.findall(given) if not weak}
    return current if current in versions else _OF_NOTHING


def _tagged(change: Change) -> dict[str, str]:
    return {} if change.version is None else {"etag": f'"{change.version}"'}
