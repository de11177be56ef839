"""The built-in processes over what there is: by a real worker, in the invented town."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pyogrio
import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import HERE, Browser, Loket, Rogue, by_rogue, identified, loket
from fixtures.server import PRISTINE_TOWN, settings_for
from fixtures.workers import Workshop, workshop

from geoloket.access import Duty, person
from geoloket.embedded import OWNER
from geoloket.errors import Problem
from geoloket.main import running
from geoloket.storage import Storage
from processing.catalog import PROCESSES

MIRA, JORIS, NOOR = "mira", "joris", "noor"
"""Staff; staff who see inspections of dwellings; who keeps it running."""


@pytest.fixture(scope="module")
def shop(
    server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    home = tmp_path_factory.mktemp("built_in")
    with copied(server, PRISTINE_TOWN) as name, workshop(server(OWNER, name), home) as made:
        made.worker()
        yield made


@pytest.fixture
async def place(shop: Workshop, rogue: Rogue) -> AsyncGenerator[Loket]:
    async with loket(identified(shop.dsn, shop.home, by_rogue(rogue))) as made:
        yield made


async def as_(place: Loket, subject: str) -> Browser:
    browser = place.browser()
    await browser.sign_in(subject)
    return browser


async def ask(browser: Browser, process: str, **inputs: Any) -> str:
    """Begin a run by OGC API Processes; its id."""
    headers = {"origin": HERE, "prefer": "respond-async"}
    address = f"/ogc/processes/{process}/execution"
    answer = await browser.client.post(address, json={"inputs": inputs}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["jobID"]


async def results(browser: Browser, shop: Workshop, job: str) -> dict[str, Any]:
    ended = shop.ended(job)
    assert ended["status"] == "successful", ended["problem"]
    return (await browser.get(f"/ogc/jobs/{job}/results?f=json")).json()


async def refusal(browser: Browser, shop: Workshop, job: str) -> str:
    """What is told of a run that was given what cannot be used."""
    assert shop.ended(job)["status"] == "failed"
    answer = await browser.get(f"/ogc/jobs/{job}/results?f=json")
    assert answer.status_code == 422, answer.text
    return answer.json()["detail"]


def file_of(shop: Workshop, job: str, output: str) -> Path:
    outputs = shop.job(job)["outputs"]
    return Storage(shop.home / "storage").path(outputs[output]["key"])


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_every_input_and_output_is_told_in_dutch(process: Any) -> None:
    for model in (process.inputs, process.outputs):
        for name, part in model.model_json_schema().get("properties", {}).items():
            assert part.get("title_nl"), name
            assert bool(part.get("description_nl")) or model is process.outputs, name


@pytest.mark.parametrize("process", ["import-layer", "retention"])
async def test_what_changes_layers_is_for_who_keeps_it_running(place: Loket, process: str) -> None:
    for subject, status in ((MIRA, 404), (JORIS, 404), (NOOR, 200)):
        browser = await as_(place, subject)
        assert (await browser.get(f"/ogc/processes/{process}")).status_code == status, subject
        assert (await browser.visit(f"/medewerker/taken/nieuw/{process}")).status_code == status


async def test_a_layer_is_exported_with_a_filter(place: Loket, shop: Workshop) -> None:
    mira = await as_(place, MIRA)
    wanted = shop.ask("SELECT count(*) AS n FROM permits WHERE decision_result = 'granted'")["n"]
    asked = {"layer": "permits", "crs": "EPSG:31370", "filter": "decision_result = 'granted'"}
    for kind in ("gpkg", "csv"):
        job = await ask(mira, "export-layer", **asked, format=kind)
        found = await results(mira, shop, job)
        answer = await mira.get(found["file"]["href"])
        assert answer.headers["cache-control"] == "private, no-store"
        assert len(answer.content) == found["size"]
        if kind == "csv":
            assert len(list(csv.reader(io.StringIO(answer.text)))) == wanted + 1 > 1
        else:
            told = pyogrio.read_info(file_of(shop, job, "file"))
            assert (told["features"], told["crs"]) == (wanted, "EPSG:31370")
    stages = shop.ask("SELECT array_agg(line) AS lines FROM jobs.log WHERE step")["lines"]
    assert "writing" in stages


async def test_an_export_holds_what_the_person_sees_and_is_theirs(
    place: Loket, shop: Workshop
) -> None:
    """Inspections are for the role housing: by the process as by any other door."""
    mira, joris, noor = [await as_(place, one) for one in (MIRA, JORIS, NOOR)]
    for browser in (mira, noor):
        job = await ask(browser, "export-layer", layer="housing_inspections", format="csv")
        assert "no such layer" in await refusal(browser, shop, job)
    before = shop.ask("SELECT count(*) AS n FROM audit.entries")["n"]
    job = await ask(joris, "export-layer", layer="housing_inspections", format="csv")
    found = await results(joris, shop, job)
    rows = shop.ask("SELECT count(*) AS n FROM staff.housing_inspections")["n"]
    answer = await joris.get(found["file"]["href"])
    assert len(list(csv.reader(io.StringIO(answer.text)))) == rows + 1 > 1
    look = shop.ask(
        "SELECT subject, role, deed, layer, door FROM audit.entries "
        "WHERE seq > %s AND deed = 'export' ORDER BY seq LIMIT 1",
        before,
    )
    assert look == {
        **{"subject": JORIS, "role": "housing", "deed": "export"},
        **{"layer": "housing_inspections", "door": look["door"]},
    }
    # Who keeps it running sees the run, and nothing of what it left; nor is it there for others.
    assert (await noor.get(f"/ogc/jobs/{job}")).status_code == 200
    page = await noor.visit(f"/medewerker/taak/{job}")
    assert "alleen voor wie ze startte" in page.text
    for path in ("results?f=json", "results", "results/file"):
        assert (await noor.get(f"/ogc/jobs/{job}/{path}")).status_code == 403, path
        assert (await mira.get(f"/ogc/jobs/{job}/{path}")).status_code == 404, path
    # Nor does a person who has lost the role since.
    desk = place.hall.jobs
    kept = await desk.find(UUID(job), person(JORIS, "", [Duty.STAFF, Duty.HOUSING]))
    lost = await desk.find(UUID(job), person(JORIS, "", [Duty.STAFF]))
    assert (kept.withheld, lost.withheld, lost.outputs) == (False, True, None)


async def test_staff_columns_leave_by_no_export_of_who_may_not_see_them(
    place: Loket, shop: Workshop
) -> None:
    """A run of which nobody knows who asked sees what everybody sees."""
    job = shop.submit("export-layer", {"layer": "permits", "format": "csv"}, MIRA)
    assert shop.ended(job)["status"] == "successful"
    unknown = file_of(shop, job, "file").read_text().splitlines()[0].split(",")
    mira = await as_(place, MIRA)
    known = await ask(mira, "export-layer", layer="permits", format="csv")
    shop.ended(known)
    staff = file_of(shop, known, "file").read_text().splitlines()[0].split(",")
    assert "applicant" in staff
    assert "applicant" not in unknown


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"layer": "nothing"}, "no such layer"),
        ({"layer": "permits", "filter": "applicant_secret = 1"}, "filter"),
        ({"layer": "permits", "filter": "))"}, "filter"),
    ],
)
async def test_an_export_that_cannot_be(
    place: Loket, shop: Workshop, inputs: dict[str, str], told: str
) -> None:
    mira = await as_(place, MIRA)
    job = await ask(mira, "export-layer", **inputs)
    assert told in (await refusal(mira, shop, job)).lower()


def _delivery(shop: Workshop, name: str) -> str:
    """Two parcels of which one lies at 0,0, in the layer's own columns."""
    inbox = shop.home / "incoming"
    inbox.mkdir(exist_ok=True)
    shapes = ("170000 211000", "170010 211000", "170010 211010", "170000 211000")
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"proef-{number}", "capakey": f"24502A000{number}/00A000"},
            "geometry": {"type": "Polygon", "coordinates": [[*map(_pair, points)]]},
        }
        for number, points in enumerate((shapes, ("0 0", "1 0", "1 1", "0 0")))
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": features}
    (inbox / name).write_text(json.dumps(document))
    return name


def _pair(text: str) -> list[float]:
    return [float(part) for part in text.split()]


async def test_a_delivery_is_imported_once(place: Loket, shop: Workshop) -> None:
    noor = await as_(place, NOOR)
    name = _delivery(shop, "parcels.geojson")
    asked = {"layer": "parcels", "file": name}
    dry = await results(noor, shop, await ask(noor, "import-layer", **asked, dry_run=True))
    assert (dry["read"], dry["loaded"], dry["rejected"], dry["dry_run"]) == (2, 1, 1, True)
    first = await ask(noor, "import-layer", **asked)
    done = await results(noor, shop, first)
    assert (done["loaded"], done["rejected"]) == (1, 1)
    [head, refused] = csv.reader(io.StringIO((await noor.get(done["rejects"]["href"])).text))
    assert refused[head.index("reason")]
    report = (await noor.get(done["report"]["href"])).json()
    assert report["loaded"] == 1
    assert str(shop.home) not in json.dumps(report)
    again = await results(noor, shop, await ask(noor, "import-layer", **asked))
    assert (again["loaded"], again["unchanged"]) == (0, 1)
    page = (await noor.visit(f"/medewerker/taak/{first}")).text
    for text in ("Stappen", "Lezen", "Schrijven", "seconden", "Geweigerde rijen"):
        assert text in page, text


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"file": "../storage"}, "there is no"),
        ({"file": "/etc/passwd"}, "there is no"),
        ({"file": "http://127.0.0.1/parcels.gpkg"}, "there is no"),
        ({"file": "/vsicurl/http://127.0.0.1/x.gpkg"}, "there is no"),
        ({"file": "leads-out"}, "leads out"),
        ({}, "one of the two"),
        ({"service": "adressenregister", "nis": ["24062"]}, "not fed by"),
    ],
)
async def test_an_import_from_where_it_may_not_come(
    place: Loket, shop: Workshop, inputs: dict[str, Any], told: str
) -> None:
    folder = shop.home / "incoming" / "leads-out"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "x.gpkg").is_symlink():
        (folder / "x.gpkg").symlink_to("/etc/passwd")
    noor = await as_(place, NOOR)
    job = await ask(noor, "import-layer", layer="parcels", **inputs)
    assert told in await refusal(noor, shop, job)


async def test_retention_is_worked_out_before_it_is_done(place: Loket, shop: Workshop) -> None:
    noor = await as_(place, NOOR)
    shop.ask(
        "UPDATE staff.housing_inspections SET status = 'closed', requested_on = '2001-01-01', "
        "inspected_on = NULL, decided_on = NULL, ruled_on = NULL, lifted_on = NULL, "
        "certificate_valid_until = NULL "
        "WHERE id = (SELECT min(id) FROM staff.housing_inspections) RETURNING id"
    )
    count = "SELECT count(*) AS n FROM staff.housing_inspections WHERE starts_with(id, 'anoniem-')"
    asked = {"layers": ["housing_inspections"]}
    before = shop.ask(count)["n"]
    dry = await results(noor, shop, await ask(noor, "retention", **asked))
    [layer] = dry["layers"]
    assert (dry["dry_run"], layer["layer"], dry["rows"] >= 1) == (True, "housing_inspections", True)
    assert shop.ask(count)["n"] == before
    done = await results(noor, shop, await ask(noor, "retention", **asked, dry_run=False))
    assert (done["dry_run"], done["rows"]) == (False, dry["rows"])
    assert shop.ask(count)["n"] == before + done["rows"]
    after = await results(noor, shop, await ask(noor, "retention", **asked))
    assert after["rows"] == 0
    everything = await results(noor, shop, await ask(noor, "retention"))
    assert everything["originals"] == 0
    assert "housing_inspections" in (await noor.get(everything["report"]["href"])).text
    job = await ask(noor, "retention", layers=["nothing"])
    assert "no layer" in await refusal(noor, shop, job)


async def test_a_year_of_permits_as_a_page_that_asks_nobody(place: Loket, shop: Workshop) -> None:
    mira = await as_(place, MIRA)
    year, files = shop.ask(
        "SELECT extract(year FROM submitted_on)::int AS year, count(*) AS n FROM permits "
        "WHERE retired_on IS NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).values()
    job = await ask(mira, "permit-report", year=year)
    found = await results(mira, shop, job)
    assert found["files"] == files > found["decided"] > 0
    assert found["median_days"] > 0
    page = file_of(shop, job, "report").read_text()
    assert not re.search(r"(?i)<script|<link|<img|<iframe|\bsrc=|url\(|@import|https?:", page)
    assert page.count("<path d=") > files
    for text in ("Waar de dossiers staan", "Hoe lang een beslissing duurde", "Over tijd"):
        assert text in page, text
    rows = list(csv.DictReader(io.StringIO(file_of(shop, job, "table").read_text())))
    assert len(rows) == files
    late = sum(row["over tijd"] == "ja" for row in rows)
    assert late == found["overdue"]
    applicants = shop.ask("SELECT array_agg(applicant) AS n FROM permits WHERE applicant <> ''")
    assert not any(name in page for name in applicants["n"] or ())


async def test_a_report_of_one_area_and_of_none(place: Loket, shop: Workshop) -> None:
    mira = await as_(place, MIRA)
    town = shop.ask("SELECT id, name FROM municipalities LIMIT 1")
    year = shop.ask("SELECT max(extract(year FROM submitted_on))::int AS y FROM permits")["y"]
    job = await ask(mira, "permit-report", year=year, area=town["id"])
    assert (await results(mira, shop, job))["files"] > 0
    assert town["name"] in file_of(shop, job, "report").read_text()
    empty = await results(mira, shop, await ask(mira, "permit-report", year=1999))
    assert (empty["files"], "median_days" in empty) == (0, False)
    for inputs, told in (
        ({"areas": "housing_inspections"}, "no public layer"),
        ({"areas": "addresses"}, "no public layer"),
        ({"area": "nowhere"}, "there is no"),
    ):
        job = await ask(mira, "permit-report", year=year, **inputs)
        assert told in await refusal(mira, shop, job), inputs


@pytest.mark.parametrize("process", ["import-layer", "export-layer", "retention", "permit-report"])
async def test_each_has_a_form_in_dutch(place: Loket, process: str) -> None:
    noor = await as_(place, NOOR)
    page = (await noor.visit(f"/medewerker/taken/nieuw/{process}")).text
    [known] = [one for one in PROCESSES if one.id == process]
    for part in known.inputs.model_json_schema()["properties"].values():
        assert part["title_nl"] in page
    if process == "export-layer":
        assert '<option value="permits">Omgevingsvergunningen</option>' in page
        assert "housing_inspections" not in page


def test_the_command_line_begins_a_run(shop: Workshop) -> None:
    settings = settings_for(shop.dsn, shop.home)
    job = running.submitted(settings, "export-layer", ["layer=housing_inspections", "format=csv"])
    assert shop.ended(job)["status"] == "successful"
    assert shop.job(job)["subject"] == "(command line)"
    dry = running.submitted(settings, "retention", ['layers=["housing_inspections"]'])
    assert shop.ended(dry)["outputs"]["dry_run"] is True
    for name, given, told in (
        ("nothing", [], "no process"),
        ("echo", [], "inputs.message"),
        ("echo", ["message"], "NAME=VALUE"),
        ("retention", ["layers=[x"], "no JSON"),
        ("permit-report", ["year=soon"], "inputs.year"),
    ):
        with pytest.raises(Problem, match=re.escape(told)):
            running.submitted(settings, name, given)
