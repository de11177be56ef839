"""A GET of ours, as OpenAPI 3.0.3 describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ogc.exports.table import DOWNLOADS, JSONFG
from ogc.negotiation import HTML, MVT, Format

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A GET of ours, as OpenAPI describes it."""

    tag: str
    name: str
    summary: str
    offers: tuple[Format, ...]
    schema: str | None = None
    parameters: tuple[Json, ...] = ()
    missing: bool = False
    """Whether the path holds something that may not exist."""
    void: bool = False
    """Whether there may be nothing to give: a 204."""

    def path_item(self) -> Json:
        """The path item object that holds it."""
        operation = {
            "tags": [self.tag],
            "operationId": self.name,
            "summary": self.summary,
            "parameters": [*self.parameters, _format(self.offers), reference("lang")],
            "responses": self._responses(),
        }
        return {"get": operation}

    def _responses(self) -> Json:
        content = {offer.media_type: {"schema": self._schema(offer)} for offer in self.offers}
        responses: Json = {"200": {"description": self.summary, "content": content}}
        names = {
            "304": "NotModified",
            "400": "InvalidParameter",
            "406": "NotAcceptable",
            "414": "AddressTooLong",
        }
        names |= {"404": "NotFound"} if self.missing else {}
        names |= {"500": "ServerError", "503": "Unavailable"}
        for status in sorted(names):
            responses[status] = {"$ref": f"#/components/responses/{names[status]}"}
        if MVT in self.offers or self.void:
            responses["204"] = {"description": "There is nothing in this place."}
        return responses

    def _schema(self, offer: Format) -> Json:
        picture = offer.media_type.startswith("image/") and offer.name != "svg"
        file = any(offer == one and how.whole for one, how in DOWNLOADS.items())
        if offer == MVT or picture or file:
            return {"type": "string", "format": "binary"}
        if offer == HTML or offer in DOWNLOADS:
            return {"type": "string"}
        if offer.name in ("json", JSONFG.name) and self.schema:
            return {"$ref": f"#/components/schemas/{self.schema}"}
        return {"type": "object"}


def _format(offers: Sequence[Format]) -> Json:
    return {
        "name": "f",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "description": "Format of the answer; without it the Accept header decides.",
        "schema": {"type": "string", "enum": [offer.name for offer in offers]},
    }


def reference(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}
