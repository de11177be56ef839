"""How long a filter may be: one number in the code, the OpenAPI document and the manual."""

from __future__ import annotations

from pathlib import Path

import httpx

from geoloket.filters import LONGEST

README = Path(__file__).parents[2] / "ogc" / "README.md"


def of_length(characters: int) -> str:
    text = "section = 'A' AND capakey <> '{}'"
    return text.format("x" * (characters - len(text) + 2))


async def test_a_filter_may_be_as_long_as_it_is_said(ogc: httpx.AsyncClient) -> None:
    longest, longer = of_length(LONGEST), of_length(LONGEST + 1)
    assert (len(longest), len(longer)) == (LONGEST, LONGEST + 1)
    answered = await ogc.get("/collections/parcels/items", params={"filter": longest})
    assert answered.status_code == 200
    assert answered.json()["numberReturned"] > 0
    refused = await ogc.get("/collections/parcels/items", params={"filter": longer})
    assert refused.status_code == 400
    assert str(LONGEST) in refused.json()["detail"]


async def test_the_openapi_document_says_so(ogc: httpx.AsyncClient) -> None:
    document = (await ogc.get("/openapi")).json()
    found = [
        parameter["schema"]["maxLength"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
        for parameter in operation.get("parameters", [])
        if parameter.get("name") == "filter"
    ]
    shared = document["components"]["parameters"].values()
    found += [one["schema"]["maxLength"] for one in shared if one.get("name") == "filter"]
    assert found
    assert set(found) == {LONGEST}


def test_the_manual_says_so() -> None:
    said = f"At most {LONGEST:,} characters".replace(",", " ")
    assert said in README.read_text(encoding="utf-8")
