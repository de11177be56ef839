"""OpenAPI 3.0: the document, and every answer against what it says (17-069r4 A.5, 20-057 A.8)."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from fixtures.collections import COLLECTIONS, LAYERS, SPEC, asked
from fixtures.openapi import Described
from pygeoapi.openapi import validate_openapi_document

PLACE = {"tileMatrix": "15", "tileRow": "10900", "tileCol": "16677"}


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for one in part.values() for found in references(one)]


async def test_ats_oas30_definition_1(api: httpx.AsyncClient) -> None:
    """The landing page leads to the document, in its own media type and as a page for people."""
    landing = await asked(api, "")
    kinds = {link["rel"]: link["type"] for link in landing["links"]}
    assert kinds["service-desc"] == "application/vnd.oai.openapi+json;version=3.0"
    assert kinds["service-doc"] == "text/html"


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_ats_oas30_definition_2(api: httpx.AsyncClient, language: str) -> None:
    """Valid against the schema of OpenAPI 3.0, which pygeoapi ships."""
    answer = await api.get("/openapi", params={"lang": language})
    document = answer.json()
    validate_openapi_document(document)
    names = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))


async def test_every_reference_is_inside(api: httpx.AsyncClient) -> None:
    answer = await api.get("/openapi")
    described = Described(answer.json())
    found = references(described.document)
    assert found
    for one in set(found):
        assert described.resolved({"$ref": one})
    fetched = re.findall(r'"(https?://[^"]+\.(?:json|ya?ml)[^"]*)"', answer.text)
    assert fetched == [], "a schema elsewhere"


async def test_every_parameter_and_path_is_whole(described: Described) -> None:
    for path in described.read:
        given = described.parameters(path)
        inside = {name for name, one in given.items() if one["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        for one in given.values():
            assert one["schema"], one
            assert one["description"], one
            assert one["in"] == "query" or one["required"]


async def test_ats_oas30_oas_impl(api: httpx.AsyncClient, described: Described) -> None:
    """What the document describes is there; what is there is described."""
    for path in described.read:
        for address in await addresses(api, path):
            answer = await api.get(address)
            assert answer.status_code in (200, 204), address
    for collection in COLLECTIONS:
        for part in ("", "/items", "/items/{featureId}", "/queryables", "/sortables", "/schema"):
            assert f"/collections/{collection}{part}" in described.document["paths"]


async def test_ats_oas30_completeness(api: httpx.AsyncClient, described: Described) -> None:
    """Every answer, in every format, has a status, a type and a content that are described."""
    for path in described.read:
        parameters = described.parameters(path)
        formats = parameters["f"]["schema"]["enum"] if "f" in parameters else [None]
        for address in await addresses(api, path):
            for name in formats:
                described.check(await api.get(address, params={"f": name} if name else None))


async def test_ats_oas30_exceptions_codes(api: httpx.AsyncClient, described: Described) -> None:
    """So has every problem: unknown and unusable parameters, what is missing, what nobody takes."""
    for path in described.read:
        statuses = set[int]()
        # A collection without features still refuses.
        found = await addresses(api, path) or [re.sub(r"{(\w+)}", "nothing", path)]
        for address in found:
            for question, headers in (
                ({"ooga": "booga"}, {}),
                ({"f": "nothing"}, {}),
                ({"lang": "xx"}, {}),
                ({}, {"accept": "application/x-nothing"}),
                ({}, {"if-none-match": "*"}),
            ):
                answer = await api.get(address, params=question or None, headers=headers)
                described.check(answer)
                statuses.add(answer.status_code)
        assert 400 in statuses, path


async def test_ats_oas30_security(described: Described) -> None:
    """Nothing here asks who you are, and the document does not say that it does."""
    assert "security" not in described.document
    assert not described.document["components"].get("securitySchemes")


async def test_conf_oas30_operation_id(api: httpx.AsyncClient, described: Described) -> None:
    """20-057 /req/oas30/completeness: clients find tiles by the end of an operation's id."""
    assert (
        f"{SPEC}/ogcapi-tiles-1/1.0/conf/oas30" in (await asked(api, "/conformance"))["conformsTo"]
    )
    paths = described.document["paths"]
    names = {path: paths[path]["get"]["operationId"] for path in described.read}
    for kind, path in (("dataset", ""), ("collection", "/collections/parcels")):
        for end, tail in (
            ("getTileSetsList", "/tiles"),
            ("getTileSet", "/tiles/{tileMatrixSetId}"),
            ("getTile", "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"),
        ):
            assert names[f"{path}{tail}"].endswith(f".{kind}.vector.{end}") or names[
                f"{path}{tail}"
            ].endswith(f"{kind}.vector.{end}")


async def test_features_have_the_properties_of_their_schema(
    api: httpx.AsyncClient, described: Described
) -> None:
    """Each feature is an instance of the schema that its collection publishes (23-058r1)."""
    for collection in COLLECTIONS:
        schema = await asked(api, f"/collections/{collection}/schema")
        wanted = {
            name: {key: value for key, value in one.items() if key in ("type", "enum", "pattern")}
            for name, one in schema["properties"].items()
            if name not in ("id", "geometry")
        }
        for one in wanted.values():
            if "type" in one:
                one["nullable"] = True
        page = await asked(api, f"/collections/{collection}/items", limit="200")
        for feature in page["features"]:
            assert set(feature["properties"]) == set(wanted)
            described.check_schema(feature["properties"], {"type": "object", "properties": wanted})


async def addresses(api: httpx.AsyncClient, path: str) -> list[str]:
    """Addresses of a path, with values for its parameters that lead somewhere."""
    if "{" not in path:
        return [path]
    filled = path
    for name, value in PLACE.items():
        filled = filled.replace(f"{{{name}}}", value)
    if "{jobId}" in path:  # a visitor has none that are listed: test_ogc_processes.py
        return []
    made = [filled]
    if "{tileMatrixSetId}" in filled:
        listed = (await asked(api, "/tileMatrixSets"))["tileMatrixSets"]
        # The deep tile of one set lies outside another: any of them takes its first.
        shallow = filled.replace("15/10900/16677", "0/0/0")
        made = [
            (filled if one["id"] == "WebMercatorQuad" else shallow).replace(
                "{tileMatrixSetId}", one["id"]
            )
            for one in listed
        ]
    if "{featureId}" in path:
        home = path.removesuffix("/{featureId}")
        page = await asked(api, home, limit="2")
        made = [f"{home}/{one['id'].replace('/', '%2F')}" for one in page["features"]]
    others = [one for one in made if "{" in one]
    for one in others:
        made.remove(one)
        made += await named(api, one)
    return made


async def named(api: httpx.AsyncClient, path: str) -> list[str]:
    """Addresses below a list that names what is in it, such as styles."""
    [name] = re.findall(r"{(\w+)}", path)
    home = path.partition(f"/{{{name}}}")[0]
    document = await asked(api, home)
    [entries] = [
        part for key, part in document.items() if isinstance(part, list) and key != "links"
    ]
    return [path.replace(f"{{{name}}}", str(one["id"])) for one in entries]


def test_every_layer_is_asked() -> None:
    assert json.dumps(sorted(LAYERS)) == json.dumps(COLLECTIONS)
