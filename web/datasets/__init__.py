"""The data catalogue on the counter, and how each program connects to a dataset."""

from __future__ import annotations

from web.datasets.pages import router

__all__ = ["router"]
