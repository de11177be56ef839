"""OGC API - Processes (OGC 18-062r2), with a real worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import HERE, Rogue, by_rogue, identified, loket
from fixtures.openapi import Described
from fixtures.server import inside
from fixtures.workers import Workshop, workshop

from geoloket.embedded import OWNER

TYPES = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
ECHO = "/processes/echo/execution"


@pytest.fixture(scope="module")
def shop(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    home = tmp_path_factory.mktemp("processes")
    with copied(server, template) as name, workshop(server(OWNER, name), home) as made:
        made.worker()
        yield made


@pytest.fixture(scope="module")
async def api(shop: Workshop) -> AsyncGenerator[httpx.AsyncClient]:
    async with inside(shop.dsn, shop.home) as client:
        yield client


async def run(api: httpx.AsyncClient, prefer: str = "", **body: Any) -> httpx.Response:
    given = {"inputs": {"message": "hé"}} | body
    return await api.post(ECHO, json=given, headers={"prefer": prefer} if prefer else {})


async def begun(api: httpx.AsyncClient, **body: Any) -> str:
    answer = await run(api, "respond-async", **body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def ended(api: httpx.AsyncClient, address: str) -> dict[str, Any]:
    job: dict[str, Any] = {}
    for _ in range(600):
        job = (await api.get(address)).json()
        if job["status"] not in ("accepted", "running"):
            return job
        await asyncio.sleep(0.1)
    raise AssertionError(job)


async def test_process_list(api: httpx.AsyncClient) -> None:
    landing = (await api.get("")).json()
    rels = {link["rel"]: link["href"] for link in landing["links"]}
    listed = (await api.get(rels[f"{REL}/processes"])).json()
    assert [one["id"] for one in listed["processes"]] == ["echo"]
    assert listed["processes"][0]["jobControlOptions"] == [
        *("sync-execute", "async-execute", "dismiss")
    ]
    assert rels[f"{REL}/job-list"].endswith("/jobs")
    assert rels["related"].endswith("/stac")
    assert (await api.get(rels["related"])).json()["type"] == "Catalog"


async def test_process_description(api: httpx.AsyncClient) -> None:
    told = (await api.get("/processes/echo", params={"lang": "en"})).json()
    message, pause = told["inputs"]["message"], told["inputs"]["pause"]
    assert (message["minOccurs"], pause["minOccurs"]) == (1, 0)
    assert message["schema"]["type"] == "string"
    assert pause["schema"]["maximum"] == 60
    assert told["outputs"]["echo"]["schema"]["type"] == "string"
    assert any(link["rel"] == f"{REL}/execute" for link in told["links"])
    assert "href" in told["metadata"][0]["title"]


async def test_process_description_in_dutch(api: httpx.AsyncClient) -> None:
    told = (await api.get("/processes/echo", params={"lang": "nl"})).json()
    assert told["inputs"]["pause"]["title"] == "Pauze"
    assert "title_nl" not in json.dumps(told)


@pytest.mark.parametrize("path", ["/processes/nothing", "/processes/nothing/execution"])
async def test_no_such_process(api: httpx.AsyncClient, path: str) -> None:
    answer = await (api.post(path, json={}) if "exec" in path else api.get(path))
    assert answer.status_code == 404
    assert answer.json()["type"] == f"{TYPES}/no-such-process"


async def test_what_is_for_staff_is_not_there_for_visitors(api: httpx.AsyncClient) -> None:
    for name in ("counting", "trouble"):
        assert (await api.get(f"/processes/{name}")).status_code == 404
        answer = await api.post(f"/processes/{name}/execution", json={"inputs": {}})
        assert answer.status_code == 404


async def test_sync_raw_value(api: httpx.AsyncClient) -> None:
    answer = await run(api)
    assert (answer.status_code, answer.text) == (200, "hé")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert 'rel="monitor"' in answer.headers["link"]


async def test_sync_document(api: httpx.AsyncClient) -> None:
    answer = await run(api, response="document")
    assert (answer.status_code, answer.json()) == (200, {"echo": "hé"})


async def test_sync_raw_reference(api: httpx.AsyncClient) -> None:
    answer = await run(api, outputs={"echo": {"transmissionMode": "reference"}})
    assert (answer.status_code, answer.content) == (204, b"")
    links = [one for one in answer.headers.get_list("link") if 'title="echo"' in one]
    address = links[0].partition(">")[0].lstrip("<")
    assert (await api.get(address)).text == "hé"


async def test_sync_document_reference(api: httpx.AsyncClient) -> None:
    wish = {"echo": {"transmissionMode": "reference"}}
    answer = await run(api, outputs=wish, response="document")
    assert (await api.get(answer.json()["echo"]["href"])).text == "hé"


async def test_prefer_wait_gives_the_job_when_it_takes_longer(api: httpx.AsyncClient) -> None:
    answer = await run(api, "wait=1", inputs={"message": "later", "pause": 3})
    assert answer.status_code == 201
    job = await ended(api, answer.headers["location"])
    assert job["status"] == "successful"


async def test_async(api: httpx.AsyncClient) -> None:
    answer = await run(api, "respond-async")
    assert (answer.status_code, answer.headers["preference-applied"]) == (201, "respond-async")
    first = answer.json()
    assert (first["type"], first["processID"]) == ("process", "echo")
    assert first["status"] in ("accepted", "running", "successful")
    job = await ended(api, answer.headers["location"])
    assert (job["status"], job["progress"], job["jobID"]) == ("successful", 100, first["jobID"])
    assert {"created", "started", "finished", "updated"} <= job.keys()
    [link] = [one for one in job["links"] if one["rel"] == f"{REL}/results"]
    assert (await api.get(link["href"])).json() == {"echo": "hé"}


async def test_result_not_ready(api: httpx.AsyncClient) -> None:
    address = await begun(api, inputs={"message": "x", "pause": 30})
    answer = await api.get(f"{address}/results")
    assert (answer.status_code, answer.json()["type"]) == (404, f"{TYPES}/result-not-ready")
    await api.delete(address)


async def test_dismiss(api: httpx.AsyncClient) -> None:
    running = await begun(api, inputs={"message": "x", "pause": 30})
    finished = await begun(api)
    await ended(api, finished)
    for address in (running, finished):
        answer = await api.delete(address)
        assert (answer.status_code, answer.json()["status"]) == (200, "dismissed")
        assert (await api.get(f"{address}/results")).status_code == 404


@pytest.mark.parametrize("name", ["nothing", "2f9d4b2c-0000-4000-8000-000000000000"])
async def test_no_such_job(api: httpx.AsyncClient, name: str) -> None:
    for answer in (
        await api.get(f"/jobs/{name}"),
        await api.get(f"/jobs/{name}/results"),
        await api.get(f"/jobs/{name}/results/echo"),
        await api.delete(f"/jobs/{name}"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, f"{TYPES}/no-such-job")


async def test_what_is_of_staff_is_not_there_for_visitors(
    api: httpx.AsyncClient, shop: Workshop
) -> None:
    job = shop.submit("counting", {"pieces": 1, "pause": 0})
    shop.ended(job)
    for path in (f"/jobs/{job}", f"/jobs/{job}/results", f"/jobs/{job}/results/done"):
        assert (await api.get(path)).status_code == 404
    assert (await api.delete(f"/jobs/{job}")).status_code == 404
    assert (await api.get("/jobs")).json()["jobs"] == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"inputs": {}}, "inputs.message: Field required"),
        ({"inputs": {"message": 7}}, "inputs.message: Input should be a valid string"),
        ({"inputs": {"message": "x", "pause": 99}}, "inputs.pause"),
        ({"inputs": {"message": "x", "speed": 1}}, "inputs.speed: there is no such input"),
        ({"inputs": {"message": {"href": "http://127.0.0.1/"}}}, "fetches nothing"),
        ({"inputs": {"message": "x"}, "outputs": {"sound": {}}}, "outputs.sound"),
        ({"inputs": {"message": "x"}, "response": "cooked"}, "body.response"),
        ({"inputs": []}, "body.inputs"),
        ([], "body"),
        (
            {"inputs": {"message": "x"}, "subscriber": {"successUri": "http://127.0.0.1/x"}},
            "subscriber.successUri: is on a host that this service may not call",
        ),
        (
            {"inputs": {"message": "x"}, "subscriber": {"successUri": "file:///etc/passwd"}},
            "subscriber.successUri: is no address of a web server",
        ),
    ],
)
async def test_what_cannot_be_used_is_told(api: httpx.AsyncClient, body: Any, told: str) -> None:
    answer = await api.post(ECHO, json=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"inputs": {"message": "\\ud800"}}', b"1e999"]
)
async def test_bodies_that_are_no_request(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post(ECHO, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text


async def test_a_text_that_no_database_holds(api: httpx.AsyncClient) -> None:
    answer = await api.post(ECHO, json={"inputs": {"message": "a\0b"}})
    assert answer.status_code == 400, answer.text


async def test_a_qualified_value(api: httpx.AsyncClient) -> None:
    given = {"message": {"value": "in here", "mediaType": "text/plain"}}
    assert (await run(api, inputs=given)).text == "in here"


@pytest.mark.parametrize(
    "query", ["status=sleeping", "limit=0", "limit=x", "offset=-1", "minDuration=x", "ooga=1"]
)
async def test_job_list_refuses(api: httpx.AsyncClient, query: str) -> None:
    assert (await api.get(f"/jobs?{query}")).status_code == 400


async def test_openapi_describes_it(api: httpx.AsyncClient) -> None:
    described = Described((await api.get("/openapi")).json())
    address = await begun(api)
    await ended(api, address)
    for path in ("/processes", "/processes/echo", "/jobs", address, f"{address}/results?f=json"):
        described.check(await api.get(path))
    schema = described.document["components"]["schemas"]["execute"]
    described.check_schema({"inputs": {"message": "x"}, "response": "raw"}, schema)


@pytest.mark.parametrize("path", ["/processes", "/processes/echo", "/jobs"])
async def test_pages(api: httpx.AsyncClient, path: str) -> None:
    for language in ("nl", "en"):
        answer = await api.get(path, params={"f": "html", "lang": language})
        assert (answer.status_code, "<h1>" in answer.text) == (200, True)


async def test_pages_of_a_job(api: httpx.AsyncClient) -> None:
    address = await begun(api, inputs={"message": "<b>hé</b>"})
    await ended(api, address)
    for path in (address, f"{address}/results"):
        page = await api.get(path, params={"f": "html"})
        assert page.status_code == 200
        assert "<b>hé</b>" not in page.text


def test_subscriber_is_called_on_the_open_internet_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from processing.runner import telling  # noqa: PLC0415

    places = [""]

    def found(*given: Any, **more: Any) -> list[Any]:
        return [(2, 1, 6, "", (places[0], 80))]

    monkeypatch.setattr("socket.getaddrinfo", found)
    for place, allowed in (
        *((outer, True) for outer in ("93.184.216.34", "2606:2800::1", "64:ff9b::5db8:d822")),
        *((inner, False) for inner in ("127.0.0.1", "10.1.2.3", "169.254.169.254")),
        *((inner, False) for inner in ("::1", "fd00::1", "::ffff:10.1.2.3", "64:ff9b::7f00:1")),
        *((inner, False) for inner in ("2002:7f00:1::", "224.0.0.1", "ff0e::1")),
    ):
        places[0] = place
        assert (telling.public_address("somewhere.example", 80) == place) is allowed


async def test_subscriber_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from geoloket.settings import Settings  # noqa: PLC0415
    from processing.runner import telling  # noqa: PLC0415

    heard: list[dict[str, Any]] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
        heard.append({"head": head, "body": json.loads(await reader.readexactly(length))})
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]

    def here(host: str, port: int) -> str:
        return "127.0.0.1"

    monkeypatch.setattr(telling, "public_address", here)
    settings = Settings.read(home=tmp_path, jobs={"call_hosts": ["hook.example"]})
    address = f"http://hook.example:{port}/told?x=1"
    run = {"wish": {"subscriber": {"successUri": address}}, "outputs": {"echo": "hé"}}
    assert await telling.tell(run, "successful", settings)
    assert await telling.tell(run, "failed", settings)  # nobody asked
    listener.close()
    [one] = heard
    assert one["body"] == {"echo": "hé"}
    assert one["head"].startswith("POST /told?x=1 ")
    assert f"host: hook.example:{port}" in one["head"].lower()


async def test_job_list_of_staff(shop: Workshop, rogue: Rogue, tmp_path: Path) -> None:
    """Their own, the newest first, by page and by filter; who keeps Geoloket running has all."""
    settings = identified(shop.dsn, tmp_path, by_rogue(rogue))
    async with loket(settings) as place:
        mira, admin = place.browser(), place.browser()
        await mira.sign_in("mira")
        await admin.sign_in("noor")
        body = {"inputs": {"message": "mine"}}
        ours = {"origin": HERE, "prefer": "respond-async"}
        made: list[str] = []
        for _ in range(3):
            answer = await mira.client.post(f"/ogc{ECHO}", json=body, headers=ours)
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["jobID"])
        first = (await mira.get("/ogc/jobs?limit=2&f=json")).json()
        assert [one["jobID"] for one in first["jobs"]] == made[:0:-1]
        [further] = [one["href"] for one in first["links"] if one["rel"] == "next"]
        rest = (await mira.get(further)).json()
        assert [one["jobID"] for one in rest["jobs"]] == made[:1]
        assert [one["rel"] for one in rest["links"] if one["rel"] in ("next", "prev")] == ["prev"]
        for query, number in (
            ("processID=echo", 3),
            ("processID=nothing", 0),
            ("status=accepted,running,successful", 3),
            ("status=failed", 0),
            ("type=process", 3),
            ("datetime=2020-01-01/2020-12-31", 0),
            ("minDuration=9999", 0),
        ):
            listed = (await mira.get(f"/ogc/jobs?{query}&f=json")).json()
            assert len(listed["jobs"]) == number, query
        everybody = (await admin.get("/ogc/jobs?limit=1000&f=json")).json()["jobs"]
        assert set(made) <= {one["jobID"] for one in everybody}
        other = shop.submit("counting", {"pieces": 0})
        assert (await mira.get(f"/ogc/jobs/{other}")).status_code == 404
        assert (await admin.get(f"/ogc/jobs/{other}")).status_code == 200
        unasked = await mira.client.post(f"/ogc{ECHO}", json=body)
        assert unasked.status_code == 403, "a page of somebody else could have sent it"
