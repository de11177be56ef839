"""Pages for the role housing: inspections of dwellings and, apart from them, residence checks.

| module | what |
| --- | --- |
| ``filters`` | what a list is narrowed to |
| ``words`` | statuses, days and steps as they are told |
| ``listing`` | inspections: the list with its map, and the round of today |
| ``page`` | one inspection: facts, verdict, terms, next steps, history, undo |
| ``checks`` | residence checks: list, map, and one of them |
| ``forms`` | steps as forms: what is asked, and what becomes of an answer |
| ``plan`` | visits on a plan of the town |
| ``counts`` | what the public sees: numbers per neighbourhood, small ones left out |
"""

from fastapi import APIRouter

from web.inspections import checks, counts, listing, page
from web.view import View


def router(view: View) -> APIRouter:
    """All of them; none of staff where nobody can sign in."""
    pages = APIRouter()
    pages.include_router(counts.router(view))
    if view.hall.people is not None:
        for family in (listing, page, checks):
            pages.include_router(family.router(view))
    return pages


__all__ = ["router"]
