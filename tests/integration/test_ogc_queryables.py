"""What may be filtered on, as the queryables say it (OGC 19-079r2)."""

from __future__ import annotations

import httpx


async def test_queryables(varied: httpx.AsyncClient) -> None:
    """/req/queryables/…, OGC 23-058r1 /req/queryables/…: each can be used, nothing else can."""
    for collection in ("parcels", "events"):
        address = f"/collections/{collection}/queryables"
        document = (await varied.get(address)).json()
        assert document["additionalProperties"] is False
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["properties"]["id"]["x-ogc-role"] == "id"
        assert "type" not in document["properties"]["geometry"]
        for name, described in document["properties"].items():
            assert described["title"]
            given = {"filter": f"{name} IS NULL OR NOT {name} IS NULL"}
            answer = await varied.get(f"/collections/{collection}/items", params=given)
            assert answer.status_code == 200, answer.text
            if name != "geometry":
                answer = await varied.get(f"/collections/{collection}/items", params={name: "5"})
                usable = described["type"] in ("string", "number", "integer")
                assert answer.status_code == (200 if usable and "format" not in described else 400)
    schema = (await varied.get("/collections/parcels/schema")).json()["properties"]
    known = (await varied.get("/collections/parcels/queryables")).json()["properties"]
    for name in schema.keys() - known.keys():
        given = {"filter": f"{name} IS NULL"}
        answer = await varied.get("/collections/parcels/items", params=given)
        assert answer.status_code == 400
