"""Events on the counter: the list, the page of one with its plan, and both as a calendar."""

from __future__ import annotations

from web.events.pages import router

__all__ = ["router"]
