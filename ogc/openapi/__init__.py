"""The OpenAPI 3.0.3 document, put together from the operations of each kind of resource."""

from ogc.openapi.document import build, definition

__all__ = ["build", "definition"]
