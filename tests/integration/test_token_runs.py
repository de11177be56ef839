"""Access tokens that start processes: with which permission, as whom, and what they see of runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import Loket, Rogue, by_rogue, identified, loket
from fixtures.workers import Workshop, workshop

from geoloket.access import Duty, person
from geoloket.audit.chain import verify
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.people import DECLARED, TokenDesk

pytestmark = pytest.mark.xdist_group("sign-in")

JORIS = person("joris", "Joris Wouters", [Duty.STAFF, Duty.HOUSING, Duty.ADMIN])
VISIBILITY = "/ogc/processes/panorama-visibility"
EXPORT = "/ogc/processes/export-layer/execution"
CANARY = "CANARY-b81f"


@pytest.fixture(scope="module")
def shop(
    server: Dsn, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    home = tmp_path_factory.mktemp("token_runs")
    with copied(server, template) as name, workshop(server(OWNER, name), home) as made:
        with connect(made.dsn) as owner:
            owner.execute(
                "INSERT INTO staff.housing_inspections (id, geom, case_number) "
                "VALUES ('h1', ST_Point(70100, 211100, 31370), %s)",
                [CANARY],
            )
            owner.execute(
                "INSERT INTO geoloket.panoramas (id, campaign, heading_deg, geom) "
                "VALUES ('p1', '2025', 0, ST_Point(70100, 211100, 31370))"
            )
            owner.execute(
                "INSERT INTO geoloket.parcels (id, geom) "
                "VALUES ('44021A0001/00A000', "
                "ST_Multi(ST_MakeEnvelope(70105, 211090, 70125, 211110, 31370)))"
            )
        made.worker()
        yield made


@pytest.fixture(scope="module")
async def place(shop: Workshop, rogue_process: Rogue) -> AsyncGenerator[Loket]:
    async with loket(identified(shop.dsn, shop.home, by_rogue(rogue_process))) as one:
        yield one


@pytest.fixture
async def desk(place: Loket) -> TokenDesk:
    tokens = place.hall.access_tokens
    assert tokens
    await tokens.knows("joris", JORIS.duties)
    return tokens


@pytest.fixture
async def client(place: Loket) -> AsyncGenerator[httpx.AsyncClient]:
    async with place.browser().client as one:
        yield one


async def shown(desk: TokenDesk, *layers: str, runs: bool = True) -> dict[str, str]:
    task = "inspection" if "housing_inspections" in layers else DECLARED
    named = layers or ("events",)
    token = await desk.make(JORIS, "script", named, 30, purpose=task, writes=False, runs=runs)
    return {"authorization": f"Bearer {token}"}


async def begun(client: httpx.AsyncClient, path: str, token: dict[str, str], **given: Any) -> str:
    wish = token | {"prefer": "respond-async"}
    answer = await client.post(path, json={"inputs": given}, headers=wish)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return f"/ogc/jobs/{answer.json()['jobID']}"


async def ended(client: httpx.AsyncClient, job: str, token: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for _ in range(600):
        told = (await client.get(job, headers=token)).json()
        if told.get("status") not in ("accepted", "running"):
            return told
        await asyncio.sleep(0.1)
    raise AssertionError(told)


async def test_a_program_starts_a_process_of_staff_and_reads_its_result(
    desk: TokenDesk, client: httpx.AsyncClient, shop: Workshop
):
    token = await shown(desk)
    listed = (await client.get("/ogc/processes", headers=token)).json()["processes"]
    assert "panorama-visibility" in [one["id"] for one in listed]
    job = await begun(client, f"{VISIBILITY}/execution", token)
    told = await ended(client, job, token)
    assert told["status"] == "successful", told
    result = await client.get(f"{job}/results?f=json", headers=token)
    assert result.status_code == 200, result.text
    assert result.json()["pictures"] == 1
    mine = (await client.get("/ogc/jobs?f=json", headers=token)).json()["jobs"]
    assert job.rpartition("/")[2] in [one["jobID"] for one in mine]
    name = token["authorization"].split("_")[1]
    row = shop.ask("SELECT * FROM audit.entries WHERE deed = 'run' ORDER BY seq DESC LIMIT 1")
    assert (row["subject"], row["layer"], row["records"], row["door"], row["purpose"]) == (
        "joris",
        "processes",
        ["panorama-visibility"],
        f"ogc by token {name}",
        DECLARED,
    )
    with connect(shop.dsn) as owner:
        assert verify(owner).fault is None
    gone = await client.delete(job, headers=token)
    assert gone.json()["status"] == "dismissed"


async def test_without_the_permission_it_is_told_so(desk: TokenDesk, client: httpx.AsyncClient):
    token, other = await shown(desk, runs=False), await shown(desk)
    job = await begun(client, f"{VISIBILITY}/execution", other)
    for method, path in (("POST", f"{VISIBILITY}/execution"), ("GET", VISIBILITY)):
        answer = await client.request(method, path, json={"inputs": {}}, headers=token)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert "/medewerker/toegang" in answer.json()["detail"]
    listed = (await client.get("/ogc/processes", headers=token)).json()["processes"]
    assert [one["id"] for one in listed] == ["echo"]
    assert (await client.get("/ogc/jobs?f=json", headers=token)).json()["jobs"] == []
    for method, path in (("GET", job), ("GET", f"{job}/results"), ("DELETE", job)):
        assert (await client.request(method, path, headers=token)).status_code == 404
    assert (await client.get("/ogc/processes/nothing", headers=token)).status_code == 404


async def test_a_visitor_sees_public_processes_and_no_job(
    desk: TokenDesk, client: httpx.AsyncClient
):
    job = await begun(client, f"{VISIBILITY}/execution", await shown(desk))
    listed = (await client.get("/ogc/processes")).json()["processes"]
    assert [one["id"] for one in listed] == ["echo"]
    for path in (VISIBILITY, job, f"{job}/results"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{VISIBILITY}/execution", json={})).status_code == 404


async def test_it_gives_no_more_than_its_owner_has_at_that_moment(
    desk: TokenDesk, client: httpx.AsyncClient
):
    token = await shown(desk)
    retention = "/ogc/processes/retention"
    assert (await client.get(retention, headers=token)).status_code == 200
    await desk.knows("joris", [Duty.STAFF])
    assert (await client.get(retention, headers=token)).status_code == 404
    answer = await client.post(f"{retention}/execution", json={"inputs": {}}, headers=token)
    assert answer.status_code == 404
    assert (await client.get(VISIBILITY, headers=token)).status_code == 200
    await desk.knows("joris", [])
    assert (await client.get(VISIBILITY, headers=token)).status_code == 401
    answer = await client.post(f"{VISIBILITY}/execution", json={"inputs": {}}, headers=token)
    assert answer.status_code == 401


async def test_what_reads_as_its_owner_keeps_to_the_layers_of_the_token(
    desk: TokenDesk, client: httpx.AsyncClient
):
    narrow, wide = await shown(desk, "events"), await shown(desk, "housing_inspections")
    refused = await ended(
        client,
        await begun(client, EXPORT, narrow, layer="housing_inspections", format="csv"),
        narrow,
    )
    assert refused["status"] == "failed"
    job = await begun(client, EXPORT, wide, layer="housing_inspections", format="csv")
    assert (await ended(client, job, wide))["status"] == "successful"
    assert CANARY in (await client.get(f"{job}/results/file", headers=wide)).text
    for path in (f"{job}/results", f"{job}/results?f=json", f"{job}/results/file"):
        answer = await client.get(path, headers=narrow)
        assert answer.status_code == 403, path
        assert CANARY not in answer.text


async def test_with_a_token_nobody_sees_jobs_of_others(
    desk: TokenDesk, client: httpx.AsyncClient, shop: Workshop
):
    """Also who keeps Geoloket running, and sees all of them on the page."""
    theirs = shop.submit("counting", {"pieces": 1}, "mira")
    token = await shown(desk)
    jobs = (await client.get("/ogc/jobs?limit=1000&f=json", headers=token)).json()["jobs"]
    assert theirs not in [one["jobID"] for one in jobs]
    for method in ("GET", "DELETE"):
        answer = await client.request(method, f"/ogc/jobs/{theirs}", headers=token)
        assert answer.status_code == 404


async def test_the_permission_is_asked_on_the_page_and_told_there(place: Loket, rogue: Rogue):
    browser = place.browser()
    async with browser.client:
        await browser.sign_in("joris")
        told = "<dd>taken starten</dd>"
        before = (await browser.get("/medewerker/toegang")).text.count(told)
        given = {"form_token": await browser.form_token(), "days": "30", "title": "Plain"}
        given |= {"purpose": DECLARED, "laag_events": "1"}
        plain = await browser.post("/medewerker/toegang", given)
        assert plain.status_code == 200
        assert plain.text.count(told) == before
        again = await browser.post("/medewerker/toegang", given | {"title": "Runs", "runs": "1"})
        assert again.text.count(told) == before + 1
