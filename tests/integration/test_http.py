"""HTTP as the standards have it: encodings, validators, other origins, methods, problems."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import brotli
import httpx
import pytest
import zstandard
from fixtures.database import Dsn, copied
from fixtures.server import settings_for

from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.main import app

ITEMS = "/collections/parcels/items"
ITEM = f"{ITEMS}/99001A0001-00A000"
TILE = "/collections/parcels/tiles/WebMercatorQuad/14/5470/8338"
DOCUMENTS = (
    "/",
    "/conformance",
    "/collections",
    "/collections/parcels",
    "/openapi",
    "/tileMatrixSets",
)


def _unzstd(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


DECODED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": _unzstd,
}


async def raw(ogc: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with ogc.stream("GET", path, headers=given) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("encoding", DECODED)
@pytest.mark.parametrize("path", [f"{ITEMS}?limit=100", "/openapi", f"{ITEMS}?f=html"])
async def test_encoded_bodies_are_the_plain_ones(
    ogc: httpx.AsyncClient, path: str, encoding: str
) -> None:
    plain, body = await raw(ogc, path, accept_encoding="identity")
    encoded, small = await raw(ogc, path, accept_encoding=encoding)
    assert plain.status_code == 200
    assert "content-encoding" not in plain.headers
    assert encoded.headers["content-encoding"] == encoding
    assert len(small) < len(body)
    # What is long goes out in slices, before its length is known.
    assert encoded.headers.get("content-length", str(len(small))) == str(len(small))
    for answer in (plain, encoded):
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert answer.headers["content-type"] == plain.headers["content-type"]
    if "limit" not in path:  # a page tells the time
        assert DECODED[encoding](small) == body


async def test_zstd_is_chosen_when_all_are_taken(ogc: httpx.AsyncClient) -> None:
    answer, _ = await raw(ogc, "/openapi", accept_encoding="gzip, deflate, br, zstd")
    assert answer.headers["content-encoding"] == "zstd"
    none, _ = await raw(ogc, "/openapi", accept_encoding="gzip;q=0, br;q=0")
    assert "content-encoding" not in none.headers


async def test_small_answers_stay_plain(ogc: httpx.AsyncClient) -> None:
    answer, body = await raw(ogc, "/conformance?f=html&lang=fr", accept_encoding="gzip")
    assert answer.status_code == 400
    assert len(body) < 1024
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/openapi", "/collections/parcels", f"{ITEMS}?f=html"])
async def test_a_strong_tag_belongs_to_one_encoding(ogc: httpx.AsyncClient, path: str) -> None:
    """RFC 9110 §8.8.3.3: and each is good for a 304 that names it again."""
    tags: dict[str, str] = {}
    for encoding in ("identity", *DECODED):
        answer, _ = await raw(ogc, path, accept_encoding=encoding)
        tags[encoding] = answer.headers["etag"]
        assert tags[encoding].startswith('"')
    assert len(set(tags.values())) == 4
    for encoding, tag in tags.items():
        for asked in (tag, f'"other", {tag}', f"W/{tag}"):
            same, body = await raw(ogc, path, accept_encoding=encoding, if_none_match=asked)
            assert (same.status_code, body, same.headers["etag"]) == (304, b"", tag)
            assert "accept-encoding" in same.headers["vary"].lower()
            assert "content-type" not in same.headers
    other, _ = await raw(ogc, path, accept_encoding="br", if_none_match=tags["gzip"])
    assert other.status_code == 200


async def test_weak_tags_are_those_of_every_encoding(ogc: httpx.AsyncClient) -> None:
    plain, _ = await raw(ogc, ITEMS, accept_encoding="identity")
    packed, _ = await raw(ogc, ITEMS, accept_encoding="gzip")
    assert plain.headers["etag"] == packed.headers["etag"]
    assert plain.headers["etag"].startswith("W/")
    strong = {"if-none-match": plain.headers["etag"].removeprefix("W/")}
    assert (await ogc.get(ITEMS, headers=strong)).status_code == 304


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_documents_are_asked_again_and_not_sent_again(
    ogc: httpx.AsyncClient, path: str
) -> None:
    first = await ogc.get(path, params={"f": "json"})
    assert first.headers["cache-control"] == "public, no-cache"
    tag = first.headers["etag"]
    again = await ogc.get(path, params={"f": "json"}, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.headers["etag"] == tag
    english = await ogc.get(path, params={"f": "json", "lang": "en"})
    assert english.headers["etag"] != tag or english.content == first.content
    page = await ogc.get(path, params={"f": "html"}, headers={"if-none-match": tag})
    assert page.status_code == 200


async def test_any_version_is_known_to_a_star(ogc: httpx.AsyncClient) -> None:
    for path in (ITEMS, TILE, "/openapi"):
        assert (await ogc.get(path, headers={"if-none-match": "*"})).status_code == 304
    gone = await ogc.get(f"{ITEMS}/nothing", headers={"if-none-match": "*"})
    assert gone.status_code == 404


async def test_dates_of_change(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
):
    """If-Modified-Since counts when If-None-Match is absent, and only where it can be trusted."""
    long_ago = datetime(2020, 1, 2, 3, 4, 5, 600_000, UTC)
    with copied(server, template) as name:
        with connect(server(OWNER, name)) as owner:
            owner.execute("UPDATE layer_state SET changed_at = %s", [long_ago])
            owner.execute("UPDATE layer_state SET dated = false WHERE layer = 'roads'")
        begun = datetime.now(UTC)
        application = app.create(settings_for(server(OWNER, name), tmp_path_factory.mktemp("http")))
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(transport=transport, base_url="http://loket.test/ogc") as client,
        ):
            path = "/collections/water/items"
            young = await client.get(path)
            if datetime.now(UTC) - begun < timedelta(seconds=1):
                assert "last-modified" not in young.headers, "the second is not over yet"
            started = datetime.now(UTC)
            while "last-modified" not in (answer := await client.get(path)).headers:
                assert datetime.now(UTC) - started < timedelta(seconds=60)
            modified = parsedate_to_datetime(answer.headers["last-modified"])
            assert long_ago < modified < datetime.now(UTC), "the program is younger than the data"

            async def status(since: str, **more: str) -> int:
                given = {"if-modified-since": since} | {
                    name.replace("_", "-"): value for name, value in more.items()
                }
                return (await client.get(path, headers=given)).status_code

            same = format_datetime(modified, usegmt=True)
            assert await status(same) == 304
            assert await status(format_datetime(modified + timedelta(days=1), usegmt=True)) == 304
            assert (
                await status(format_datetime(modified - timedelta(seconds=1), usegmt=True)) == 200
            )
            assert await status(same, if_none_match='"other"') == 200
            for nonsense in ("yesterday", "", "Mon, 99 Foo 2026 00:00:00 GMT", "2026-01-01"):
                assert await status(nonsense) == 200
            undated = await client.get("/collections/roads/items")
            assert "last-modified" not in undated.headers
            several = await client.get("/tiles/WebMercatorQuad/14/5470/8338")
            assert "last-modified" not in several.headers


async def test_other_origins_may_read(ogc: httpx.AsyncClient) -> None:
    given = {"origin": "https://elsewhere.test"}
    answer = await ogc.get(ITEMS, headers=given)
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"content-crs", "etag", "last-modified", "link", "allow"} <= set(exposed)
    asked = given | {
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match, accept-language",
    }
    preflight = await ogc.options(ITEMS, headers=asked)
    assert preflight.status_code == 204
    allowed = preflight.headers["access-control-allow-headers"].split(", ")
    assert {"if-none-match", "accept-language"} <= set(allowed)
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert (await ogc.options("/nothing")).status_code == 404


@pytest.mark.parametrize("path", [*DOCUMENTS, ITEMS, ITEM, TILE, "/nothing", f"{ITEMS}/nothing"])
@pytest.mark.parametrize("encoding", ["identity", "zstd"])
async def test_head_is_a_get_without_a_body(
    ogc: httpx.AsyncClient, path: str, encoding: str
) -> None:
    given = {"accept-encoding": encoding}
    got, head = await ogc.get(path, headers=given), await ogc.head(path, headers=given)
    assert (head.status_code, head.content) == (got.status_code, b"")
    left_out = {"x-request-id"}
    if path == ITEMS and encoding != "identity":
        left_out.add("content-length")  # a page tells the time, which packs one way or another
    assert {k: v for k, v in head.headers.items() if k not in left_out} == {
        k: v for k, v in got.headers.items() if k not in left_out
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused_with_what_is_allowed(
    ogc: httpx.AsyncClient, method: str
) -> None:
    answer = await ogc.request(method, ITEMS)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    allowed = set(answer.headers["allow"].split(", "))
    # What may be added to is not told apart before the layer is looked up.
    assert allowed - {"POST"} == {"GET", "HEAD", "OPTIONS"}


async def test_problems_have_one_form(ogc: httpx.AsyncClient) -> None:
    cases = {
        404: ("/nothing", {}),
        406: (ITEMS, {"accept": "image/png"}),
        400: (f"{ITEMS}?unknown=1", {}),
        414: (f"{ITEMS}?bbox={'1' * 40_000}", {}),
        431: (ITEMS, {"x-long": "x" * 40_000}),
    }
    for status, (path, headers) in cases.items():
        for language in ("nl", "en"):
            answer = await ogc.get(path, headers={"accept-language": language} | headers)
            assert answer.status_code == status, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["content-language"] == language
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.json()["status"] == status


async def test_a_feature_has_a_strong_tag_and_a_page_of_them_a_weak_one(
    ogc: httpx.AsyncClient,
) -> None:
    one = await ogc.get(ITEM)
    assert one.headers["etag"].startswith('"')
    assert (await ogc.get(ITEM)).content == one.content
    assert (await ogc.get(ITEMS)).headers["etag"].startswith('W/"')
    given = {"if-none-match": one.headers["etag"]}
    assert (await ogc.get(ITEM, headers=given)).status_code == 304
