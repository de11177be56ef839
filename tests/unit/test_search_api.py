"""``/api/addresses`` and ``/api/addresses/reverse``: what they answer and what they refuse."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from geoloket.addresses import Located, Suggestion
from geoloket.errors import BadRequest, InvalidParameter, UnknownParameter
from geoloket.hall import Hall
from web.search import geopunt
from web.search.api import router

FOUND = Suggestion(
    "address", "123", "Kerkstraat 12, 9999 Zandwijk", 0.99, "abbreviation", 3.66123456789, 51.2,
    "99001A0123-00B000",
)  # fmt: skip


class Book:
    """An address book that notes what it was asked."""

    asked: tuple[str, int] | None = None

    async def suggest(self, q: str, limit: int) -> list[Suggestion]:
        self.asked = (q, limit)
        return [FOUND]


def app(book: Book) -> FastAPI:
    application = FastAPI()
    application.include_router(router(cast("Hall", SimpleNamespace(addresses=book))))
    return application


async def get(book: Book, query: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app(book))
    async with httpx.AsyncClient(transport=transport, base_url="http://counter") as client:
        return await client.get(f"/api/addresses{query}", headers=headers)


async def test_answer_is_geojson() -> None:
    book = Book()
    answer = await get(book, "?q=%20kerkstr%2012%20&limit=5")
    assert book.asked == ("kerkstr 12", 5)
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.json() == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "123",
                "geometry": {"type": "Point", "coordinates": [3.6612346, 51.2]},
                "properties": {
                    "kind": "address",
                    "label": "Kerkstraat 12, 9999 Zandwijk",
                    "score": 0.99,
                    "match": "abbreviation",
                    "parcel_id": "99001A0123-00B000",
                },
            }
        ],
    }


async def test_ten_unless_asked_otherwise() -> None:
    book = Book()
    await get(book, "?q=x")
    assert book.asked == ("x", 10)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", InvalidParameter),
        ("?q=", InvalidParameter),
        ("?q=%20", InvalidParameter),
        ("?q=x&limit=many", InvalidParameter),
        ("?q=x&limit=-1", InvalidParameter),
        ("?q=x&limit=1.5", InvalidParameter),
        ("?q=x&limit=%C2%B2", InvalidParameter),
        ("?q=x&limit=", InvalidParameter),
        ("?q=x&offset=3", UnknownParameter),
    ],
)
async def test_unusable_question_is_refused(query: str, problem: type[BadRequest]) -> None:
    with pytest.raises(problem) as refused:
        await get(Book(), query)
    assert refused.value.status == 400


async def test_who_has_the_answer_is_not_sent_it_again() -> None:
    tag = (await get(Book(), "?q=x")).headers["etag"]
    again = await get(Book(), "?q=x", **{"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await get(Book(), "?q=x", **{"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", InvalidParameter),
        ("?lon=3.2", InvalidParameter),
        ("?lon=3,2&lat=51,2", InvalidParameter),
        ("?lon=nan&lat=51.2", InvalidParameter),
        ("?lon=inf&lat=51.2", InvalidParameter),
        ("?lon=1_0&lat=51.2", InvalidParameter),
        ("?lon=200&lat=51.2", InvalidParameter),
        ("?lon=3.2&lat=51.2&crs=EPSG:31370", InvalidParameter),
        ("?lon=3.2&x=70000&y=211000", InvalidParameter),
        ("?x=70000", InvalidParameter),
        ("?x=3.2&y=51.2", InvalidParameter),
        ("?x=70000&y=211000&crs=EPSG:4326", InvalidParameter),
        ("?x=70000&y=211000&crs=EPSG:28992", InvalidParameter),
        ("?lon=3.2&lat=51.2&limit=x", InvalidParameter),
        ("?lon=3.2&lat=51.2&radius=5", UnknownParameter),
    ],
)
async def test_unusable_point_is_refused(query: str, problem: type[BadRequest]) -> None:
    with pytest.raises(problem):
        await get(Book(), f"/reverse{query}")


@pytest.mark.parametrize(
    ("id", "number"),
    [("123456", 123456), ("crab-3000-bondgenotenlaan-12", -2111087621701822)],
)
def test_geopunt_is_told_a_whole_number_of_whatever_is_found(id: str, number: int) -> None:
    place = dict.fromkeys(("lon", "lat", "x", "y", "west", "south", "east", "north"), 0.0)
    corners = dict.fromkeys(("x_min", "y_min", "x_max", "y_max"), 0.0)
    words = dict.fromkeys(("street", "house_number", "box_number", "position_method", "postcode"))
    found = Located("address", id, "Hier", "Leuven", **words, **place, **corners)
    assert geopunt.location_of(found)["ID"] == number


def test_it_is_in_the_openapi_document() -> None:
    operation = app(Book()).openapi()["paths"]["/api/addresses"]["get"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["q", "limit"]
    assert {"200", "400"} <= set(operation["responses"])
