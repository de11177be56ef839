"""Runs of processes: begun by a form, followed while they go, with what they left."""

from web.jobs.pages import router

__all__ = ["router"]
