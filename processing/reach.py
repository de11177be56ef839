"""Which layers a run may touch: those that who asked for it sees, and as they see them."""

from __future__ import annotations

from geoloket.access import AccessPolicy
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry
from processing.context import JobContext, Rejected


def layer_of(context: JobContext, name: str) -> Layer:
    """The layer as who asked sees it. Raises Rejected, also for one that is not for them."""
    known = LayerRegistry.read(context.settings.layers).get(name)
    seen = AccessPolicy().layer(known, context.who) if known else None
    if seen is None:
        raise Rejected("layer: there is no such layer, or not for you")
    return seen
