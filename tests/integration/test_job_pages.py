"""The pages of jobs: a form made of inputs, a run followed to its end, and nobody else's."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

from fixtures.identity import Browser, Rogue, by_rogue, identified, loket
from fixtures.workers import workshop

from geoloket.database import connect
from geoloket.storage import Storage


async def _token(browser: Browser, path: str) -> str:
    page = await browser.visit(path)
    assert page.status_code == 200, page.text[:500]
    found = re.search(r'name="form_token" value="([^"]+)"', page.text.partition("<main")[2])
    assert found
    return unescape(found[1])


async def test_a_job_is_begun_followed_and_forgotten(
    fresh_dsn: str, tmp_path: Path, rogue: Rogue
) -> None:
    settings = identified(fresh_dsn, tmp_path, by_rogue(rogue))
    with workshop(fresh_dsn, tmp_path) as shop:
        async with loket(settings) as place:
            mira, joris = place.browser(), place.browser()
            assert (await mira.visit("/medewerker/taken")).status_code == 303
            await mira.sign_in("mira")
            await joris.sign_in("joris")
            address = "/medewerker/taken/nieuw/echo"
            fields = {
                "form_token": await _token(mira, address),
                "message": "<i>hé</i>",
                "pause": "x",
            }
            refused = await mira.post(address, fields)
            assert refused.status_code == 400
            assert "&lt;i&gt;hé&lt;/i&gt;" in refused.text
            unsigned = await mira.post(address, fields | {"pause": "0", "form_token": "x"})
            assert unsigned.status_code == 403
            begun = await mira.post(address, fields | {"pause": "0"})
            assert begun.status_code == 303
            job = begun.headers["location"]
            waiting = await mira.visit(job)
            assert "In de wachtrij" in waiting.text
            assert "<progress" in waiting.text
            assert (await joris.visit(job)).status_code == 404
            shop.worker()
            shop.ended(job.rpartition("/")[2])
            done = await mira.visit(job.replace("/medewerker/taak", "/en/staff/job"))
            assert "<dd>&lt;i&gt;hé&lt;/i&gt;</dd>" in done.text
            assert job in (await mira.visit("/medewerker/taken?status=successful")).text
            assert job not in (await joris.visit("/medewerker/taken")).text
            gone = await mira.post(job, {"form_token": await _token(mira, job)})
            assert gone.status_code == 303
            assert "Gestopt" in (await mira.visit(job)).text


async def test_pictures_by_name_are_seen_by_their_own_alone(
    fresh_dsn: str, tmp_path: Path, rogue: Rogue
) -> None:
    """And only what lies in the folder of the run."""
    async with loket(identified(fresh_dsn, tmp_path, by_rogue(rogue))) as place:
        mira, joris = place.browser(), place.browser()
        await mira.sign_in("mira")
        await joris.sign_in("joris")
        address = "/medewerker/taken/nieuw/panorama-series"
        fields = {"form_token": await _token(mira, address), "parcels": "24062A0001/00A000"}
        begun = await mira.post(address, fields)
        page = begun.headers["location"]
        job = page.rpartition("/")[2]
        made = b"\xff\xd8 as good as a picture"
        with Storage(tmp_path / "storage").write(f"jobs/{job}/strips/one.jpg") as file:
            file.write_bytes(made)

        def left(key: str) -> None:
            strip = {"key": key, "media_type": "image/jpeg"}
            outputs = {"parcels": 1, "strips": {"24062A0001/00A000": strip}}
            with connect(fresh_dsn) as owner:
                owner.execute(
                    "UPDATE jobs.job SET status = 'successful', finished_at = now(), "
                    "outputs = %s WHERE id = %s",
                    [json.dumps(outputs), job],
                )

        left(f"jobs/{job}/strips/one.jpg")
        results = f"/ogc/jobs/{job}/results"
        strip = f"{results}/strips/24062A0001%2F00A000"
        seen = (await mira.visit(page)).text
        assert f'<img src="{strip}" alt="Resultaat voor 24062A0001/00A000"' in seen
        assert re.search(
            r"Gevraagd</h2>\s*<dl[^>]*><dt>[^<]+</dt><dd>24062A0001/00A000</dd></dl>", seen
        )
        assert "<td>24062A0001/00A000</td>" in (await mira.visit("/medewerker/taken")).text
        picture = await mira.visit(strip)
        assert (picture.status_code, picture.content) == (200, made)
        assert picture.headers["content-type"] == "image/jpeg"
        assert picture.headers["cache-control"] == "private, no-store"
        assert "content-disposition" not in picture.headers
        told = (await mira.visit(f"{results}?f=json")).json()["strips"]["24062A0001/00A000"]
        assert told["href"].endswith(strip) and told["type"] == "image/jpeg"
        assert (await mira.visit(f"{results}/strips")).json() == {"24062A0001/00A000": told}
        assert f'<a href="{told["href"]}"' in (await mira.visit(f"{results}?f=html")).text
        for nowhere in (f"{results}/strips/P1", f"{results}/parcels/1", f"{results}/strips/"):
            assert (await mira.visit(nowhere)).status_code == 404, nowhere
        assert (await joris.visit(strip)).status_code == 404
        assert (await place.browser().visit(strip)).status_code == 404
        left(f"jobs/{'0' * 8}-0000-4000-8000-{'0' * 12}/strips/one.jpg")
        assert (await mira.visit(strip)).status_code == 404, "of another run"


async def test_addresses_that_lead_nowhere(fresh_dsn: str, tmp_path: Path, rogue: Rogue) -> None:
    async with loket(identified(fresh_dsn, tmp_path, by_rogue(rogue))) as place:
        mira = place.browser()
        await mira.sign_in("mira")
        for path in ("taak/nothing", "taken/nieuw/nothing", f"taak/{'0' * 32}"):
            assert (await mira.visit(f"/medewerker/{path}")).status_code == 404, path
        for query in ("status=x", "vanaf=x", "vanaf=99", "vanaf=-1"):
            assert (await mira.visit(f"/medewerker/taken?{query}")).status_code == 200, query


async def test_a_form_is_filled_in_by_its_address_and_takes_a_list_line_by_line(
    fresh_dsn: str, tmp_path: Path, rogue: Rogue
) -> None:
    async with loket(identified(fresh_dsn, tmp_path, by_rogue(rogue))) as place:
        mira = place.browser()
        await mira.sign_in("mira")
        address = "/medewerker/taken/nieuw/panorama-series"
        page = (await mira.visit(f"{address}?parcels=24062A0001%2F00A000&other=x")).text
        assert re.search(r"<textarea[^>]*>24062A0001/00A000</textarea>", page)
        fields = {"form_token": await _token(mira, address), "parcels": " P1 \r\n\r\nP2"}
        begun = await mira.post(address, fields)
        assert begun.status_code == 303, begun.text
        job = begun.headers["location"].rpartition("/")[2]
    with connect(fresh_dsn) as owner:
        row = owner.execute("SELECT inputs FROM jobs.job WHERE id = %s", [job]).fetchone()
    assert row
    assert row["inputs"]["parcels"] == ["P1", "P2"]


async def test_what_lies_in_incoming_is_offered(
    fresh_dsn: str, tmp_path: Path, rogue: Rogue
) -> None:
    """Folders and the files of the first level; nothing hidden, nothing that leads elsewhere."""
    inbox = tmp_path / "incoming"
    (inbox / "straat" / "ronde-a" / "deel" / "vierde").mkdir(parents=True)
    (inbox / "straat" / "0001.jpg").touch()
    (inbox / "levering.zip").touch()
    (inbox / ".verborgen").touch()
    (inbox / "upload-0123456789abcdef").mkdir()
    (inbox / "elders").symlink_to(tmp_path)
    async with loket(identified(fresh_dsn, tmp_path, by_rogue(rogue))) as place:
        mira = place.browser()
        await mira.sign_in("mira")
        page = (await mira.visit("/medewerker/taken/nieuw/panorama-ingest")).text
        assert re.search(r'<input id="input-folder" list="offers-folder"', page)
        offered = re.findall(r'<option value="([^"]+)"', page.partition("<datalist")[2])
        assert offered == ["levering.zip", "straat", "straat/ronde-a", "straat/ronde-a/deel"]
        shutil.rmtree(inbox)
        page = (await mira.visit("/medewerker/taken/nieuw/panorama-ingest")).text
        assert "datalist" not in page and 'list="' not in page
