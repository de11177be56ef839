"""Street pictures and aerial photos through the years: the workspace of staff, and their review.

| module | what |
| --- | --- |
| ``pictures`` | ``/beeld/{picture}/…``: the files, for who may see the picture |
| ``workspace`` | ``/medewerker/beelden``: a parcel through the years, its data and its report |
| ``asked`` | what the address of the workspace says |
| ``series`` | the years there are of a parcel, each with its picture and aerial photo |
| ``cutout`` ``drawing`` | the part of a picture that faces somewhere, as a camera sees it |
| ``review`` ``areas`` | what staff look at before visitors do, and what is blurred |
| ``asking`` | a resident asks to have something blurred |
"""

from __future__ import annotations

from fastapi import APIRouter

from web.imagery import areas, asking, pictures, review, workspace
from web.view import View


def router(view: View) -> APIRouter:
    """All of them."""
    pages = APIRouter()
    for family in (pictures, asking, review, areas, workspace):
        pages.include_router(family.router(view))
    return pages


__all__ = ["router"]
