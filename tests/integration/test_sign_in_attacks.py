"""Attacks on signing in: each is tried at the application, with a provider process that helps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fixtures.identity import Browser, Loket, Rogue, by_rogue, identified, loket

from geoloket.database import connect
from geoloket.tokens import hashed

pytestmark = pytest.mark.xdist_group("sign-in-attacks")

Owner = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def owner(people_dsn: str) -> Iterator[Owner]:
    with connect(people_dsn, autocommit=True) as one:
        yield one


async def refused(browser: Browser, back: str) -> None:
    answer = await browser.visit(back)
    assert answer.status_code == 403
    assert "Aanmelden is niet gelukt" in answer.text
    assert browser.token is None
    assert not await browser.is_in()


async def test_a_state_works_once(browser: Browser, counter: Loket):
    back = await browser.back(await browser.leave())
    assert (await browser.visit(back)).status_code == 303
    again = await browser.visit(back)
    assert again.status_code == 403
    await refused(counter.browser(), back)


async def test_a_state_works_in_the_browser_that_began(browser: Browser, counter: Loket):
    """Login CSRF: the victim is sent to the way back of the attacker."""
    victim, back = counter.browser(), await browser.back(await browser.leave())
    await victim.leave()
    await refused(victim, back)
    assert (await browser.visit(back)).status_code == 403  # and is used up


async def test_a_state_of_ones_own_making_is_nothing(browser: Browser):
    await browser.leave()
    await refused(browser, "/aanmelden/terug?state=mine&code=x")
    await refused(browser, "/aanmelden/terug?code=x")
    await refused(browser, "/aanmelden/terug")


async def test_a_state_gets_too_old(browser: Browser, owner: Owner):
    back = await browser.back(await browser.leave())
    owner.execute("UPDATE people.signings SET began_at = now() - interval '11 minutes'")
    await refused(browser, back)


async def test_a_code_of_another_browser_does_not_fit_the_verifier(
    browser: Browser, counter: Loket
):
    other = counter.browser()
    stolen = (await other.back(await other.leave())).partition("code=")[2].partition("&")[0]
    away = await browser.leave()
    state = away.partition("&state=")[2].partition("&")[0]
    issuer = away.partition("/authorize")[0]
    await refused(browser, f"/aanmelden/terug?state={state}&code={stolen}&iss={issuer}")


async def test_a_nonce_works_once(browser: Browser, counter: Loket, rogue: Rogue):
    first = counter.browser()
    await first.sign_in()
    old = rogue.tell()["last_nonce"]
    rogue.tell(claims={"nonce": old})
    await refused(browser, await browser.back(await browser.leave()))


LONG_AGO = int(time.time()) - 3600
MISCHIEF: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "n"}},
    "no nonce": {"drop": ["nonce"]},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "other audiences": {"claims": {"aud": ["a", "b"]}},
    "two audiences without azp": {"claims": {"aud": ["geoloket-demo", "b"]}},
    "made for another": {"claims": {"aud": ["geoloket-demo", "b"], "azp": "b"}},
    "no audience": {"drop": ["aud"]},
    "another issuer": {"claims": {"iss": "http://127.0.0.1:1"}},
    "no issuer": {"drop": ["iss"]},
    "expired": {"claims": {"iat": LONG_AGO - 60, "exp": LONG_AGO}},
    "no expiry": {"drop": ["exp"]},
    "from the future": {"claims": {"iat": LONG_AGO + 90_000, "exp": LONG_AGO + 99_000}},
    "no subject": {"drop": ["sub"]},
    "an odd subject": {"claims": {"sub": "a\0b"}},
    "a subject that is a list": {"claims": {"sub": ["mira"]}},
    "another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "alg none": {"sign": "none"},
    "no signature": {"sign": "stripped"},
    "another content": {"sign": "tampered"},
    "the public key as a secret": {"sign": "public key as secret"},
    "a key of its own": {"sign": "own key"},
    "UserInfo of somebody else": {"userinfo": {"sub": "joris", "groups": ["staff"]}},
}


@pytest.mark.parametrize("mischief", MISCHIEF.values(), ids=MISCHIEF)
async def test_a_token_that_does_not_hold_lets_nobody_in(
    browser: Browser, rogue: Rogue, mischief: dict[str, Any]
):
    back = await browser.back(await browser.leave())
    rogue.tell(**mischief)
    await refused(browser, back)


async def test_whoever_comes_back_comes_from_our_provider(browser: Browser):
    back = await browser.back(await browser.leave())
    await refused(browser, back.partition("&iss=")[0])
    back = await browser.back(await browser.leave())
    await refused(browser, back.partition("&iss=")[0] + "&iss=https://evil.example")


async def test_a_refusal_of_the_provider_is_told(browser: Browser):
    await refused(browser, await browser.back(await browser.leave(), "nobody"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/%0d%0aset-cookie: x=y".replace("%0d%0a", "\r\n"),
        "javascript:alert(1)",
        "evil.example",
        "/zoek q",
        "/" + "a" * 3000,
        "/aanmelden/naar",
        "/afmelden",
        "",
    ],
)
async def test_one_comes_back_to_us_alone(browser: Browser, elsewhere: str):
    answer = await browser.sign_in(return_to=elsewhere)
    assert (answer.status_code, answer.headers["location"]) == (303, "/medewerker")


async def test_one_comes_back_to_where_one_was(browser: Browser):
    answer = await browser.sign_in(return_to="/ogc/collections/events/items?f=html&limit=5")
    assert answer.headers["location"] == "/ogc/collections/events/items?f=html&limit=5"


async def test_a_session_that_was_there_before_is_not_kept(browser: Browser, counter: Loket):
    """Fixation: the attacker plants a session, an own one or one that does not exist."""
    attacker = counter.browser()
    await attacker.sign_in("mira")
    planted = attacker.token
    assert planted
    browser.token = planted
    await browser.sign_in("joris")
    assert browser.token not in (planted, None)
    assert not await attacker.is_in()
    other = counter.browser()
    other.token = "A" * 43
    await other.sign_in("joris")
    assert other.token not in ("A" * 43, None)


async def test_a_form_of_another_page_does_nothing(browser: Browser, counter: Loket):
    await browser.sign_in()
    token, other = await browser.form_token(), counter.browser()
    await other.sign_in("joris")
    theirs = await other.form_token()
    for answer in (
        await browser.post("/afmelden", {}),
        await browser.post("/afmelden", {"form_token": ""}),
        await browser.post("/afmelden", {"form_token": "x.y"}),
        await browser.post("/afmelden", {"form_token": theirs}),
        await browser.post("/afmelden", {"form_token": token}, origin="https://evil.example"),
        await browser.post("/afmelden", {"form_token": token}, origin=None),
        await browser.post("/afmelden", {"form_token": token}, origin="null"),
        await browser.post("/afmelden", {"form_token": token}, origin=None, site="cross-site"),
        await browser.post("/afmelden", {"form_token": token}, site="same-site"),
        await browser.post("/meldingen", {"deed": "mine"}, origin="https://evil.example"),
    ):
        assert answer.status_code == 403
    assert await browser.is_in()
    done = await browser.post("/afmelden", {"form_token": token}, origin="null", site="same-origin")
    assert done.status_code == 200
    assert not await browser.is_in()
    assert await other.is_in()


async def test_a_visitor_who_posts_is_left_alone(browser: Browser):
    answer = await browser.post("/meldingen", {"deed": "mine"}, origin=None)
    assert answer.status_code == 200


async def test_tokens_cannot_be_guessed_and_are_kept_nowhere(browser: Browser, owner: Owner):
    await browser.sign_in()
    token = browser.token
    assert token
    assert len(token) == 43  # 256 bits
    rows = owner.execute("SELECT hash, s::text AS all_of_it FROM people.sessions AS s").fetchall()
    assert hashed(token) in [bytes(row["hash"]) for row in rows]
    assert not any(token in row["all_of_it"] for row in rows)
    guesses = ("", "x", token[:-1], f"{token}A", token.swapcase(), hashed(token).hex(), "é" * 43)
    for guess in guesses:
        headers = {b"cookie": f"geoloket={guess}".encode()}
        answer = await browser.client.get("/medewerker", headers=headers)
        assert answer.status_code == 303


async def test_a_session_that_rests_or_lasts_too_long_is_over(browser: Browser, owner: Owner):
    for over in ("seen_at = now() - interval '31 minutes'", "ends_at = now()"):
        await browser.sign_in()
        assert await browser.is_in()
        owner.execute(f"UPDATE people.sessions SET {over}".encode())
        answer = await browser.get("/medewerker")
        assert answer.status_code == 303
        assert "geoloket=; " in answer.headers["set-cookie"]


async def test_a_session_that_is_used_does_not_rest(browser: Browser, owner: Owner):
    await browser.sign_in()
    owner.execute("UPDATE people.sessions SET seen_at = now() - interval '20 minutes'")
    assert await browser.is_in()
    row = owner.execute("SELECT min(now() - seen_at) < '1 minute' AS fresh FROM people.sessions")
    assert row.fetchone() == {"fresh": True}


async def test_a_session_gets_new_tokens_and_loses_the_old(browser: Browser, owner: Owner):
    await browser.sign_in()
    old = browser.token
    assert old
    owner.execute("UPDATE people.sessions SET renewed_at = now() - interval '16 minutes'")
    assert (await browser.get("/medewerker")).status_code == 200
    assert browser.token == old  # only who opens a page gets one: a script may drop it
    pages = await asyncio.gather(*(browser.visit("/medewerker") for _ in range(4)))
    sent = [page.headers["set-cookie"] for page in pages if "set-cookie" in page.headers]
    assert len(sent) == 1
    new = sent[0].partition("=")[2].partition(";")[0]
    browser.token = old  # as if the answer with the new one was lost
    assert await browser.is_in()
    browser.token = new
    assert await browser.is_in()
    browser.token = old  # what was under way when the new one was first used
    assert await browser.is_in()
    owner.execute("UPDATE people.sessions SET former_until = now()")
    assert not await browser.is_in()
    browser.token = new
    assert await browser.is_in()


async def test_only_so_many_are_on_their_way_to_the_provider(browser: Browser, owner: Owner):
    """A stranger who begins without end fills no table, and is told when to come back."""
    owner.execute("DELETE FROM people.signings")  # of tests before
    owner.execute(
        "INSERT INTO people.signings (state, browser, return_to) SELECT sha256(n::text::bytea), "
        "sha256('x'), '/' FROM generate_series(1, 10000) AS n"
    )
    try:
        for _ in range(3):
            answer = await browser.get("/aanmelden/naar")
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert "Even niet beschikbaar" in answer.text
        assert owner.execute("SELECT count(*) AS n FROM people.signings").fetchone() == {"n": 10000}
        # After ten minutes they are gone, and the next one may.
        owner.execute("UPDATE people.signings SET began_at = now() - interval '11 minutes'")
        await browser.leave()
        assert owner.execute("SELECT count(*) AS n FROM people.signings").fetchone() == {"n": 1}
    finally:
        owner.execute("DELETE FROM people.signings")


async def test_two_browsers_are_two_sessions(browser: Browser, counter: Loket):
    other = counter.browser()
    await asyncio.gather(browser.sign_in("mira"), other.sign_in("mira"))
    assert browser.token != other.token
    await browser.sign_out()
    assert not await browser.is_in()
    assert await other.is_in()


async def test_two_tabs_of_a_browser_both_come_back(browser: Browser):
    ways = [await browser.leave("/zoek"), await browser.leave("/kaart")]
    for away, goal in zip(ways, ("/zoek", "/kaart"), strict=True):
        answer = await browser.visit(await browser.back(away))
        assert (answer.status_code, answer.headers["location"]) == (303, goal)
    assert await browser.is_in()


async def told(browser: Browser, token: str) -> int:
    answer = await browser.client.post("/aanmelden/afgemeld", data={"logout_token": token})
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code


@pytest.mark.parametrize("whom", [{"sub": "mira"}, {"sid": "session-of-mira"}])
async def test_the_provider_ends_what_it_began(
    browser: Browser, counter: Loket, rogue: Rogue, whom: dict[str, str]
):
    other, provider = counter.browser(), counter.browser()
    await browser.sign_in("mira")
    await other.sign_in("joris")
    token = rogue.logout_token(**whom)
    assert await told(provider, token) == 200
    assert not await browser.is_in()
    assert await other.is_in()
    await browser.sign_in("mira")
    assert await told(provider, token) == 400  # once
    assert await browser.is_in()


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "mira", "aud": "somebody-else"},
        {"sub": "mira", "iss": "https://evil.example"},
        {"sub": "mira", "exp": LONG_AGO, "iat": LONG_AGO - 60},
        {"sub": "mira", "exp": LONG_AGO + 10**7},
        {"sub": "mira", "exp": None},
        {"sub": "mira", "jti": None},
        {"sub": "mira", "events": None},
        {"sub": "mira", "events": {"http://schemas.openid.net/event/other": {}}},
        {"sub": "mira", "nonce": "n"},
        {"sub": None},
    ],
)
async def test_a_logout_token_that_does_not_hold_ends_nothing(
    browser: Browser, counter: Loket, rogue: Rogue, claims: dict[str, Any]
):
    await browser.sign_in("mira")
    assert await told(counter.browser(), rogue.logout_token(**claims)) == 400
    assert await browser.is_in()


async def test_a_logout_token_is_signed(browser: Browser, counter: Loket, rogue: Rogue):
    await browser.sign_in("mira")
    provider = counter.browser()
    for sign in ("none", "stripped", "own key", "public key as secret"):
        rogue.tell(sign=sign)
        assert await told(provider, rogue.logout_token(sub="mira")) == 400
    for text in ("", "x", "a.b.c", "é"):
        assert await told(provider, text) == 400
    assert await browser.is_in()


async def test_who_is_not_staff_does_not_come_in(browser: Browser, rogue: Rogue):
    rogue.tell(people={"eva": {"name": "Eva", "groups": ["housing"]}})
    answer = await browser.sign_in("eva")
    assert answer.status_code == 403
    assert "Je mag hier niet binnen" in answer.text
    assert not await browser.is_in()


async def test_a_second_step_is_asked_for(people_dsn: str, rogue: Rogue, tmp_path: Path):
    identity = by_rogue(rogue, required_amr=["mfa"], required_acr=["high"])
    async with loket(identified(people_dsn, tmp_path, identity)) as strict:
        one = strict.browser()
        assert "&acr_values=high" in await one.leave()
        for claims in ({}, {"acr": "high", "amr": ["pwd"]}, {"acr": "low", "amr": ["mfa"]}):
            rogue.tell(claims=claims)
            answer = await one.sign_in()
            assert answer.status_code == 403
            assert "Meld je sterker aan" in answer.text
        rogue.tell(claims={"acr": "high", "amr": ["otp", "mfa"]})
        assert (await one.sign_in()).status_code == 303
        assert await one.is_in()


async def test_the_demo_lets_in_who_sits_here(counter: Loket, rogue: Rogue):
    """The demo provider asks no password: another host name or client finds no door."""
    one = counter.browser()
    one.client.base_url = "http://loket.test"
    for path in ("/aanmelden", "/aanmelden/naar", "/aanmelden/terug?state=x&code=y"):
        assert (await one.get(path)).status_code == 404


async def test_a_name_is_never_markup(browser: Browser, rogue: Rogue):
    name = "<script>alert(1)</script>\u202e"
    rogue.tell(people={"odd": {"name": name, "groups": ["staff"]}})
    await browser.sign_in("odd")
    page = (await browser.get("/medewerker")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
