"""The manual: the documents of ``docs/`` and of two rooms, as pages."""

from __future__ import annotations

from web.manual.pages import router

__all__ = ["router"]
