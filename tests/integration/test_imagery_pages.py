"""Pictures over the web, the workspace of staff, their review, and what residents ask."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fixtures.database import Dsn, copied
from fixtures.identity import Browser, Loket, Rogue, by_rogue, identified, loket
from fixtures.imagery import YEARS, Planted, plant
from fixtures.server import PRISTINE_TOWN

from geoloket.database import connect
from geoloket.embedded import OWNER

pytestmark = pytest.mark.xdist_group("imagery-pages")

PARCEL = "99001A0123-00B000"
PUBLIC = 2023
WORKSPACE = f"/medewerker/beelden?perceel={PARCEL}"
REVIEW = "/medewerker/beelden/nazicht"
FILES = (
    "voorbeeld.jpg",
    "klein.jpg",
    "tegel/0/1_0.jpg",
    "tegel/1/3_1.jpg",
    "uitsnede/-175_3.jpg",
    "uitsnede/40_-40.jpg",
)
LISTS = (
    "/ogc/collections/panoramas/items?f=json&limit=1000",
    "/ogc/collections/panoramas/items?f=csv&limit=1000",
    "/ogc/collections/panoramas/items?f=jsonl&limit=1000",
    "/stac/search?collections=panoramas&limit=1000",
    "/stac/collections/panoramas/items?limit=1000",
    "/ogc/collections/panoramas",
    "/stac/collections/panoramas",
    f"/perceel/{PARCEL}",
    "/sitemap.xml",
)
"""What lists pictures, or could."""


@dataclass
class Street:
    dsn: str
    home: Path
    planted: Planted

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with connect(self.dsn) as owner:
            return owner.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.fixture(scope="module")
def street(
    server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    home = tmp_path_factory.mktemp("street")
    with copied(server, PRISTINE_TOWN) as name:
        dsn = server(OWNER, name)
        with connect(dsn) as owner:
            planted = plant(owner, home, PARCEL, public=PUBLIC)
        yield Street(dsn, home, planted)


@pytest.fixture(scope="module")
async def counter(street: Street, rogue_process: Rogue) -> AsyncGenerator[Loket]:
    settings = identified(street.dsn, street.home, by_rogue(rogue_process))
    async with loket(settings) as one:
        yield one


@pytest.fixture
async def visitor(counter: Loket) -> AsyncGenerator[Browser]:
    one = counter.browser()
    async with one.client:
        yield one


@pytest.fixture
async def staff(counter: Loket, rogue: Rogue) -> AsyncGenerator[Browser]:
    one = counter.browser()
    async with one.client:
        await one.sign_in("mira")
        yield one


async def _post(staff: Browser, path: str, **fields: str) -> int:
    page = await staff.get(path)
    found = re.search(
        r'action="/medewerker/[^"]*"[^>]*>\s*<input[^>]*"form_token" value="([^"]+)"', page.text
    )
    token = unescape(found[1]) if found else await staff.form_token()
    return (await staff.post(path, fields | {"form_token": token})).status_code


async def test_visitors_get_the_files_of_reviewed_pictures_and_of_no_others(
    visitor: Browser, street: Street
):
    for file in FILES:
        given = await visitor.get(f"/beeld/{street.planted.best(PUBLIC)}/{file}")
        assert given.status_code == 200, file
        assert given.headers["content-type"] == "image/jpeg"
        assert given.headers["cache-control"] == "public, max-age=300"
        again = await visitor.get(
            f"/beeld/{street.planted.best(PUBLIC)}/{file}", if_none_match=given.headers["etag"]
        )
        assert again.status_code == 304
        hidden = await visitor.get(f"/beeld/{street.planted.best(2021)}/{file}")
        assert hidden.status_code == 404, file


@pytest.mark.parametrize(
    "address",
    [
        "/beeld/no-such/voorbeeld.jpg",
        "/beeld/c2023-1/original.jpg",
        "/beeld/c2023-1/tegel/0/9_9.jpg",
        "/beeld/c2023-1/tegel/-1/0_0.jpg",
        "/beeld/c2023-1/tegel/0/0_a.jpg",
        "/beeld/c2023-1/uitsnede/180_0.jpg",
        "/beeld/c2023-1/uitsnede/0_41.jpg",
        "/beeld/c2023-1/uitsnede/0.5_0.jpg",
        "/beeld/no-such/uitsnede/0_0.jpg",
        "/beeld/..%2f..%2foriginals/voorbeeld.jpg",
        "/beeld/%00/voorbeeld.jpg",
        "/beeld/c2021-1/vervagen",
        f"/medewerker/beelden/beeld.json?perceel={PARCEL}&beeld=c2023-1",
    ],
)
async def test_there_is_nothing_else(visitor: Browser, address: str):
    assert (await visitor.get(address)).status_code in (400, 404)


async def test_no_address_leads_a_visitor_to_a_picture_that_is_not_reviewed(
    visitor: Browser, street: Street
):
    """Neither its name nor a file of it: by pages, features, STAC, and every kind of file."""
    hidden = [one for year in YEARS if year != PUBLIC for one in street.planted.pictures[year]]
    seen = 0
    for address in LISTS:
        given = await visitor.get(address)
        assert given.status_code in (200, 400, 404), address
        seen += street.planted.best(PUBLIC) in given.text
        assert [one for one in hidden if one in given.text] == [], address
    assert seen >= 4, "the reviewed one is told, so that the lists are lists"
    for one in hidden:
        for address in (
            *(f"/beeld/{one}/{file}" for file in FILES),
            f"/beeld/{one}/vervagen",
            f"/en/picture/{one}/blur",
            f"/ogc/collections/panoramas/items/{one}",
            f"/stac/collections/panoramas/items/{one}",
        ):
            assert (await visitor.get(address)).status_code == 404, address
        asked = await visitor.get(f"/stac/search?ids={one}")
        assert asked.json()["features"] == []
        assert (await visitor.post(f"/beeld/{one}/vervagen", {"kind": "home"})).status_code == 404


async def test_staff_get_all_of_them_kept_by_nobody_and_it_is_noted_once(
    staff: Browser, street: Street
):
    name = street.planted.pictures[2021][2]
    for file in FILES:
        given = await staff.get(f"/beeld/{name}/{file}")
        assert given.status_code == 200, file
        assert given.headers["cache-control"] == "private, no-store"
    noted = street.rows(
        "SELECT FROM audit.entries WHERE layer = 'panoramas' AND records = ARRAY[%s]", name
    )
    assert len(noted) == 1


@pytest.mark.parametrize(
    "address", [WORKSPACE, REVIEW, "/medewerker/beelden/vervagen/c2023-1", "/en/staff/imagery"]
)
async def test_visitors_are_shown_where_to_sign_in(visitor: Browser, address: str):
    away = await visitor.get(address)
    assert away.status_code == 303
    assert away.headers["location"].startswith(("/aanmelden?", "/en/sign-in?"))
    assert (await visitor.post(address, {"deed": "release"})).status_code in (303, 405)


async def test_the_workspace_is_whole_without_scripts(staff: Browser, street: Street):
    page = await staff.get(WORKSPACE)
    assert page.status_code == 200
    for year in YEARS:
        assert f'data-year="{year}"' in page.text
        assert f"12 mei {year}" in page.text
    assert page.text.count('class="year missing"') == 2
    for year in (YEARS[0], YEARS[-1]):
        assert f'href="/beeld/{street.planted.best(year)}/voorbeeld.jpg"' in page.text
    assert 'class="over" points="' in page.text
    assert f"/medewerker/beelden/rapport?perceel={PARCEL}" in page.text
    english = await staff.get(f"/en/staff/imagery?perceel={PARCEL}&a=2023&b=2025")
    assert "Pictures: Kerkstraat 12" in english.text


@pytest.mark.parametrize(
    "more",
    [
        "&a=1&b=nine",
        "&a=2022&b=2024",
        "&yaw=NaN&pitch=inf&zoom=1e999&draai=-&veeg=",
        "&pa=%00&pb=../../x",
        "&pa=c2025-1",
        "&a=" + "9" * 5000,
    ],
)
async def test_whatever_the_address_says_there_is_a_page(staff: Browser, more: str):
    assert (await staff.get(WORKSPACE + more)).status_code == 200


async def test_what_is_no_parcel_is_searched(staff: Browser):
    away = await staff.get("/medewerker/beelden?perceel=Kerkstraat 12")
    assert away.headers["location"] == "/zoek?q=Kerkstraat+12"
    assert (await staff.get("/medewerker/beelden")).status_code == 200
    assert (await staff.get("/medewerker/beelden/rapport?perceel=x")).status_code == 404


async def test_one_more_picture_for_the_viewer(staff: Browser, street: Street):
    name = street.planted.pictures[2021][0]
    given = await staff.get(f"/medewerker/beelden/beeld.json?perceel={PARCEL}&beeld={name}")
    picture = given.json()
    assert picture["id"] == name
    assert picture["date"] == "12 mei 2021"
    assert picture["levels"][0] == {"width": 1024, "cols": 2, "rows": 1}
    assert len(picture["outline"]) > 3
    assert 0 <= picture["bearing"] < 360


async def test_the_report_has_a_strip_of_all_years(staff: Browser):
    page = (await staff.get(f"/medewerker/beelden/rapport?perceel={PARCEL}")).text
    assert page.count('class="cutout"') == 2 * len(YEARS), "at a glance, and each by itself"
    assert page.count("/uitsnede/") == 2 * len(YEARS)
    assert "voorbeeld.jpg" not in page


async def test_the_parcel_page_shows_the_reviewed_picture_and_staff_the_way_on(
    visitor: Browser, staff: Browser, street: Street
):
    public, own = await visitor.get(f"/perceel/{PARCEL}"), await staff.get(f"/perceel/{PARCEL}")
    for page in (public, own):
        assert f"/beeld/{street.planted.best(PUBLIC)}/uitsnede/" in page.text
        assert street.planted.best(2025) not in page.text
    assert "Bekijk door de jaren" in own.text
    assert "Bekijk door de jaren" not in public.text


async def test_a_resident_asks_and_staff_handle_it(
    visitor: Browser, staff: Browser, street: Street
):
    form = f"/beeld/{street.planted.best(PUBLIC)}/vervagen"
    assert (await visitor.get(form)).status_code == 200
    assert (await visitor.post(form, {"kind": "", "email": "no mail"})).status_code == 422
    too_long = await visitor.post(form, {"kind": "home", "message": "x" * 2001})
    assert too_long.status_code == 422
    half = await visitor.post(form, {"kind": "home", "x": "50"})
    assert half.status_code == 422
    assert "Vul twee getallen in" in half.text
    asked = {"kind": "person", "message": "<b>links</b>", "email": "an@voorbeeld.be"}
    asked |= {"x": "34,5", "y": "52"}
    sent = await visitor.post(form, asked)
    assert sent.headers["location"] == f"{form}?klaar=1"
    assert "15 dagen" in (await visitor.get(sent.headers["location"])).text
    page = (await staff.get(REVIEW)).text
    assert "&lt;b&gt;links&lt;/b&gt;" in page
    assert "mailto:an@voorbeeld.be" in page
    assert "Aangewezen: 34,5 % van links, 52,0 % van boven." in page
    assert f"/beeld/{street.planted.best(PUBLIC)}/uitsnede/-56_-4.jpg" in page
    to_blur = re.search(r'href="(/medewerker/beelden/vervagen/[^"]*x=34[^"]*)"', page)
    assert to_blur
    filled = (await staff.get(unescape(to_blur[1]))).text
    assert 'name="x" value="33.0"' in filled
    assert 'name="source" value="request"' in filled
    row = street.rows(
        "SELECT id, x, y, handle_before - received_at::date AS days FROM imagery.blur_requests"
    )[0]
    assert (row["days"], row["x"], row["y"]) == (15, 0.345, 0.52)
    fields = {"deed": "handle", "request": str(row["id"]), "outcome": "refused"}
    assert (await staff.post(REVIEW, fields)).status_code == 403  # no token of the session
    assert await _post(staff, REVIEW, **fields) == 303
    assert street.rows("SELECT outcome, email FROM imagery.blur_requests") == [
        {"outcome": "refused", "email": None}
    ]
    assert await _post(staff, REVIEW, **fields) == 404
    assert await _post(staff, REVIEW, deed="handle", request="x", outcome="blurred") == 400
    assert await _post(staff, REVIEW, deed="nothing") == 400


async def test_a_campaign_is_reviewed_and_released_and_taken_back(
    visitor: Browser, staff: Browser, street: Street
):
    name = street.planted.best(2025)
    assert await _post(staff, REVIEW, deed="release", campaign="c2025") == 403
    assert await _post(staff, REVIEW, deed="draw", campaign="c2025") == 303
    for one in street.planted.pictures[2025]:
        given = {"deed": "judge", "campaign": "c2025", "picture": one}
        assert await _post(staff, REVIEW, **given, verdict="perhaps") == 400
        assert await _post(staff, REVIEW, **given, verdict="clean") == 303
    assert (await visitor.get(f"/beeld/{name}/klein.jpg")).status_code == 404
    assert await _post(staff, REVIEW, deed="release", campaign="c2025") == 303
    assert (await visitor.get(f"/beeld/{name}/klein.jpg")).status_code == 200
    assert await _post(staff, REVIEW, deed="withdraw", campaign="c2025") == 303
    assert (await visitor.get(f"/beeld/{name}/klein.jpg")).status_code == 404
    assert await _post(staff, REVIEW, deed="declare", campaign="c2021", declared="1") == 303
    rows = street.rows("SELECT supplier_blurred FROM imagery.campaigns WHERE id = 'c2021'")
    assert rows == [{"supplier_blurred": True}]


async def test_aerial_photos_of_a_campaign_are_shown_and_taken_back(
    visitor: Browser, staff: Browser, street: Street
):
    """Without SQL or command line; the log tells who did it."""
    photos = "/ogc/collections/orthophotos/items?f=json"
    with connect(street.dsn, autocommit=True) as owner:
        owner.execute("DELETE FROM geoloket.orthophotos")
        owner.execute(
            "INSERT INTO geoloket.orthophotos (id, campaign, year, review_state, geom) "
            "SELECT id, campaign, year, state, "
            "ST_MakeEnvelope(70000, 211000, 70400, 211200, 31370) FROM (VALUES "
            "('a', '<i>vlucht</i>', 2024, 'staff'), ('b', '<i>vlucht</i>', 2024, 'in_review'), "
            "('c', NULL, NULL, 'in_review')) AS one (id, campaign, year, state)"
        )
    page = (await staff.get(REVIEW)).text
    assert "<h3>&lt;i&gt;vlucht&lt;/i&gt;</h3>" in page
    assert 'width="480" height="240" alt="Alle luchtfoto&#39;s van 2024"' in page
    assert "<h3>c</h3>" in page
    deed = {"deed": "show", "campaign": "<i>vlucht</i>"}
    assert (await visitor.get(photos)).json()["numberMatched"] == 0
    assert (await staff.post(REVIEW, deed | {"shown": "1"})).status_code == 403  # no form token
    turned = await visitor.post(REVIEW, deed | {"shown": "1"})
    assert turned.status_code in (303, 403)  # sent to sign in
    assert (await visitor.get(photos)).json()["numberMatched"] == 0
    assert await _post(staff, REVIEW, **deed, shown="1") == 303
    seen = (await visitor.get(photos)).json()
    assert {one["id"] for one in seen["features"]} == {"a", "b"}
    [noted] = street.rows(
        "SELECT subject, deed, records FROM audit.entries WHERE layer = 'orthophotos' "
        "AND deed = 'change'"
    )
    assert noted == {"subject": "mira", "deed": "change", "records": ["a", "b"]}
    assert await _post(staff, REVIEW, **deed, shown="0") == 303
    assert (await visitor.get(photos)).json()["numberMatched"] == 0
    for unknown in ("x", "a\0b", "'; DROP TABLE geoloket.orthophotos; --"):
        assert await _post(staff, REVIEW, deed="show", campaign=unknown, shown="1") == 404


async def test_an_area_hides_the_picture_until_it_is_made_anew(
    visitor: Browser, staff: Browser, street: Street
):
    name = street.planted.pictures[PUBLIC][0]
    page = f"/medewerker/beelden/vervagen/{name}"
    assert (await visitor.get(f"/beeld/{name}/klein.jpg")).status_code == 200
    wrong = {"deed": "add", "kind": "face", "x": "90", "y": "50", "width": "5", "height": "60"}
    assert await _post(staff, page, **wrong) == 422
    assert await _post(staff, page, **(wrong | {"height": "nan"})) == 422
    assert await _post(staff, page, **(wrong | {"height": "12,5"})) == 303
    assert (await visitor.get(f"/beeld/{name}/klein.jpg")).status_code == 404
    shown = (await staff.get(page)).text
    assert "90,0 % van links" in shown
    assert "Bron: medewerker" in shown
    area = re.search(r'name="area" value="(\d+)"', shown)
    assert area
    assert await _post(staff, page, deed="remove", area="x") == 400
    assert await _post(staff, page, deed="remove", area=area[1]) == 303
    assert "In dit beeld is nog niets vervaagd" in (await staff.get(page)).text
    assert (await staff.get("/medewerker/beelden/vervagen/no-such")).status_code == 404


@pytest.mark.parametrize("more", ["?x=50", "?x=nan&y=1", "?x=200&y=1", "?x=100&y=100"])
async def test_whatever_is_pointed_at_there_is_a_page(staff: Browser, more: str):
    assert (await staff.get(f"/medewerker/beelden/vervagen/c2025-0{more}")).status_code == 200
