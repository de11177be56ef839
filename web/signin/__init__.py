"""Signing in and out, and the start page of staff; who may do what is decided in the hall."""

from fastapi import APIRouter

from web.signin import pages, task
from web.view import View


def router(view: View) -> APIRouter:
    """All of them; none where nobody can sign in."""
    family = APIRouter()
    if view.hall.people is not None:
        family.include_router(pages.router(view))
        family.include_router(task.router(view))
    return family


__all__ = ["router"]
