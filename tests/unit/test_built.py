"""Files of the build: packed beforehand, as the client takes them."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from geoloket.main.built import BuiltFiles
from geoloket.main.encoding import Encoding

SCRIPT = b"export const told = 'twice, twice, twice';\n" * 100


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "map-1.js").write_bytes(SCRIPT)
    (tmp_path / "map-1.js.br").write_bytes(brotli.compress(SCRIPT))
    (tmp_path / "map-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "letters.woff2").write_bytes(b"as it is")
    app = Encoding(Starlette(routes=[Mount("/assets", BuiltFiles(directory=tmp_path))]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loket.test")


@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
    ],
)
async def test_each_client_gets_the_smallest_that_it_takes(
    client: httpx.AsyncClient, taken: str, given: str | None
):
    answer = await client.get("/assets/map-1.js", headers={"accept-encoding": taken})
    assert answer.headers.get("content-encoding") == given
    assert answer.content == SCRIPT
    assert answer.headers["content-type"].split(";")[0].endswith("javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["vary"]
    asked = {"accept-encoding": taken, "if-none-match": answer.headers["etag"]}
    again = await client.get("/assets/map-1.js", headers=asked)
    assert again.status_code == 304
    assert again.headers["etag"] == answer.headers["etag"]


async def test_what_is_not_packed_goes_as_it_is(client: httpx.AsyncClient):
    font = await client.get("/assets/letters.woff2", headers={"accept-encoding": "br, gzip"})
    assert font.content == b"as it is"
    assert "content-encoding" not in font.headers
    assert (await client.get("/assets/none.js")).status_code == 404
