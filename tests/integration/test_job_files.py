"""Files that staff send for a job: by whom, how much, under which name, and for how long."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from fixtures.identity import HERE, Browser, Rogue, by_rogue, identified, loket

from processing.runner.shift import forget_uploads

FILE = b'{"type": "FeatureCollection", "features": []}'


def _form(token: str, *files: tuple[str, bytes], order: str = "token first") -> dict[str, Any]:
    """A form with files as a browser sends it."""
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("form_token", (None, token.encode()))]
    parts += [("files", file) for file in files]
    return {"files": parts if order == "token first" else parts[::-1]}


async def _send(browser: Browser, address: str, **given: Any) -> httpx.Response:
    headers = {"origin": HERE} | given.pop("headers", {})
    return await browser.client.post(address, headers=headers, **given)


async def _token(browser: Browser, path: str) -> str:
    page = await browser.visit(path)
    found = re.search(r'name="form_token" value="([^"]+)"', page.text.partition("<main")[2])
    assert found, page.text[:500]
    return unescape(found[1])


async def test_files_are_sent_for_a_job(fresh_dsn: str, tmp_path: Path, rogue: Rogue) -> None:
    """They lie below incoming under a plain name, which the form comes back with."""
    settings = identified(fresh_dsn, tmp_path, by_rogue(rogue))
    inbox = tmp_path / "incoming"
    async with loket(settings) as place:
        mira, noor = place.browser(), place.browser()
        await mira.sign_in("mira")
        await noor.sign_in("noor")
        form = "/medewerker/taken/nieuw/import-layer"
        address = f"{form}/bestanden"
        assert (await _send(mira, address, **_form("x", ("a.json", FILE)))).status_code == 404
        token = await _token(noor, form)
        one = await _send(noor, address, **_form(token, ("../../etc/.wégen (1).geojson", FILE)))
        assert one.status_code == 303, one.text
        [name] = re.findall(r"file=(upload-[0-9a-f]{16})(?:/|%2F)", one.headers["location"])
        assert (inbox / name / "wégen (1).geojson").read_bytes() == FILE
        back = (await noor.visit(one.headers["location"])).text
        assert "De bestanden zijn ontvangen" in back
        assert f'value="{name}/wégen (1).geojson"' in back
        two = await _send(noor, address, **_form(token, ("a.shp", b"1"), ("a.shp", b"2")))
        [name] = re.findall(r"file=(upload-[0-9a-f]{16})$", two.headers["location"])
        held = {one.name: one.read_bytes() for one in (inbox / name).iterdir()}
        assert held == {"a.shp": b"1", "_a.shp": b"2"}
        folder = "/medewerker/taken/nieuw/orthophoto-ingest"
        photo = await _send(noor, f"{folder}/bestanden", **_form(token, ("a.tif", b"3")))
        assert re.search(r"folder=upload-[0-9a-f]{16}$", photo.headers["location"])
        there = set(inbox.iterdir())
        none = await _send(noor, address, **_form(token, ("", b"")))
        assert none.status_code == 400 and "Kies eerst een bestand" in none.text
        for wrong in ("x", ""):
            refused = await _send(noor, address, **_form(wrong, ("a.json", FILE)))
            assert refused.status_code == 403
        late = await _send(noor, address, **_form(token, ("a.json", FILE), order="file first"))
        assert late.status_code == 403
        kind = {"content-type": "multipart/form-data; boundary=b"}
        head = b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + token.encode()
        file = b'\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc'
        for body in (
            b"",
            b"x" * 300_000,
            head,
            head + file,
            b"--b\r\n\xff: \xff\r\n\r\nx\r\n--b--",
        ):
            broken = await _send(noor, address, content=body, headers=kind)
            assert broken.status_code == 400, body[:80]
        for other in ("text/plain", "multipart/form-data", "multipart/form-data; boundary=é"):
            broken = await _send(
                noor, address, content=b"x", headers={"content-type": other.encode()}
            )
            assert broken.status_code == 400, other
        assert set(inbox.iterdir()) == there, "nothing is left of what was refused"
        assert (await _send(noor, "/medewerker/taken/nieuw/echo/bestanden")).status_code == 404


async def test_only_who_may_sends_more_than_a_form(
    fresh_dsn: str, tmp_path: Path, rogue: Rogue
) -> None:
    """And of anybody else nothing is read."""
    known = identified(fresh_dsn, tmp_path, by_rogue(rogue))
    limits = known.limits.model_copy(update={"upload_mb": 3, "body_kb": 64})
    async with loket(known.model_copy(update={"limits": limits})) as place:
        noor = place.browser()
        await noor.sign_in("noor")
        form = "/medewerker/taken/nieuw/import-layer"
        token = await _token(noor, form)
        large = _form(token, ("a.bin", bytes(2**21)))
        assert (await _send(noor, f"{form}/bestanden", **large)).status_code == 303
        too_large = await _send(noor, f"{form}/bestanden", **_form(token, ("a.bin", bytes(2**22))))
        assert too_large.status_code == 413

        sent = 0

        async def parts() -> AsyncIterator[bytes]:
            nonlocal sent
            yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
            for _ in range(80):
                sent += 2**16
                yield bytes(2**16)

        kind = {"content-type": "multipart/form-data; boundary=b"}
        visitor = place.browser()
        turned = await _send(visitor, f"{form}/bestanden", content=parts(), headers=kind)
        assert turned.status_code == 303 and "/aanmelden" in turned.headers["location"]
        assert sent <= 2**17
        assert (await noor.post(form, {"x": "y" * 2**17})).status_code == 413
        assert len(list((tmp_path / "incoming").iterdir())) == 1


def test_files_that_no_run_reads_go_after_a_day(tmp_path: Path) -> None:
    old, new, used, own = (tmp_path / f"upload-{n * 16}" for n in "0123")
    kept = tmp_path / "upload-by-hand"
    for folder in (old, new, used, own, kept):
        folder.mkdir()
        (folder / "file").touch()
        if folder is not new:
            os.utime(folder, (0, 0))
    forget_uploads(tmp_path, {used.name, own.name})
    assert {one.name for one in tmp_path.iterdir()} == {new.name, used.name, own.name, kept.name}
