"""Nonsense to every address of the application: it is refused in words, and never a fault of ours.

The addresses are those of the application itself; what they take is read from the OpenAPI documents
and from the forms and links of its own pages: whoever adds a page or a parameter adds it here too.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
from fixtures.database import Dsn, copied
from fixtures.server import PRISTINE_TOWN
from starlette.routing import Route

from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.main import app
from geoloket.settings import DatabaseSettings, LimitSettings, MailSettings, Settings

_HOST: Final = "http://loket.test"
_PROGRAMS: Final = ("/ogc", "/stac", "/api", "/health", "/geolocation")
_DATA: Final = (".atom", ".geojson", ".ics", ".json")
_SHARES: Final = 6
"""Parts in which the addresses are tested, so that several processes can."""

NONSENSE: Final = {
    "empty": "",
    "null": "a%00b",
    "long": "x" * 10_000,
    "bytes": "%ff%fe%c0%80",
    "half a pair": "%ed%a0%80",
    "negative": "-1",
    "huge": "9" * 40,
    "exponent": "1e309",
    "nan": "nan",
    "infinite": "-Infinity",
    "year": "99999-01-01",
    "no day": "2026-02-30",
    "quotes": quote("'\"`;--\\"),
    "emoji": quote("🏠👨‍👩‍👧") * 5,
    "right to left": quote("\u202eabc\u2066"),
    "up": "..%2f..%2f..%2fetc%2fpasswd",
    "markup": quote('"><b>x</b>'),
    "lines": "a%0d%0ax-made-up:%20y",
    "percent": "%25%2500%25s",
    "commas": "1,2,,",
    "open brackets": quote('{"a":[(('),
    "braces": quote("{{7*7}}{x}{0.__class__}"),
}
"""As they stand in an address, already encoded."""

_MARKUP: Final = '"><b>x</b>'
_HEADERS: Final[tuple[dict[str, Any], ...]] = (
    {"accept": "nonsense"},
    {"accept": "*/*;q=abc,,;;q=,text/html;q=9"},
    {"accept": "x/" + "y" * 8000},
    {"accept": "🏠/*".encode()},
    {"accept-language": "x-" + "9" * 5000 + ";q=nan"},
    {"accept-encoding": "gzip;q=x, br;q=-1, *;q=0"},
    {"host": '"><b>x</b>'},
    {"host": "a:b:c:99999"},
    {"x-forwarded-host": '"><b>x</b>', "x-forwarded-proto": "javascript"},
    {"if-none-match": '"' + "x" * 5000},
    {"if-modified-since": "yesterday"},
    {"range": "bytes=9-1,-,x"},
    {"x-request-id": "<b>" * 50},
    {"cookie": "a=;=b;;\xff".encode("latin-1")},
    {"authorization": "Bearer " + "x" * 4000},
    {"origin": "null", "content-length": "0"},
)
_BODIES: Final[tuple[tuple[str | None, bytes], ...]] = (
    (None, b""),
    (None, b"\x00\xff" * 50),
    ("application/x-www-form-urlencoded", b"%ff=%00&&&=;&a[b]=%"),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 2_000_000),
    ("application/x-www-form-urlencoded; charset=nonsense", "kind=é".encode()),
    ("application/json", b'{"kind": ['),
    ("application/json", b"[" * 20_000),
    ("application/json", b"null"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("nonsense", b"kind=permit"),
    ("text/xml", b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'),
)


class _Forms(HTMLParser):
    """The fields of each form of a page, by method and action."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._form: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            action = urlsplit(given.get("action") or "").path
            self._form = ((given.get("method") or "get").lower(), action)
        elif self._form and given.get("name"):
            self.found[self._form].add(str(given["name"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


@dataclass
class Known:
    """A route, an address of it that works, and the names that it takes."""

    route: Route
    address: str = ""
    query: set[str] = field(default_factory=set[str])
    form: set[str] = field(default_factory=set[str])

    @property
    def methods(self) -> set[str]:
        return set(self.route.methods or ())

    def with_path(self, value: str) -> Iterator[str]:
        """The address with one of its parts replaced, for each part."""
        parts = re.findall(r"{(\w+)(?::\w+)?}", self.route.path)
        match = re.match(self.route.path_regex, urlsplit(self.address).path)
        given = match.groupdict() if match else {}
        for part in parts:
            made = self.route.path
            for name in parts:
                filled = value if name == part else quote(given.get(name, "x"))
                made = re.sub(r"{" + name + r"(:\w+)?}", lambda _, to=filled: to, made)
            yield made


@dataclass
class Loket:
    """The application in this process, and its routes."""

    client: httpx.AsyncClient
    known: list[Known] = field(default_factory=list[Known])

    def share(self, number: int) -> list[Known]:
        return self.known[number::_SHARES]


def routes_of(routes: Iterable[Any]) -> Iterator[Route]:
    """Every route, also of routers that were included; mounted files are left out."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from routes_of(inner.routes)


@pytest.fixture(scope="session")
async def loket(
    server: Dsn, town_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Loket]:
    """The whole application over a copy of the town, which may be written to."""
    home = tmp_path_factory.mktemp("nonsense")
    with copied(server, PRISTINE_TOWN) as name:
        dsn = server(OWNER, name)
        settings = Settings.read(
            home=home,
            database=DatabaseSettings.model_validate(
                {"dsn": dsn, "pool_size": 4, "statement_timeout_s": 300}
            ),
            mail=MailSettings.model_validate({"outbox": home / "outbox"}),
            limits=LimitSettings(requests=0, tiles=0, searches=0, forms=0, answer_s=600),
            log_level="error",
        )
        application = app.create(settings)
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(transport=transport, base_url=_HOST, timeout=60) as client,
        ):
            known = [
                Known(route)
                for route in routes_of(application.routes)
                if not route.path.startswith("/health")
            ]
            loket = Loket(client, known)
            await _explore(loket, _links_of_mail(dsn))
            yield loket


def _links_of_mail(dsn: str) -> list[str]:
    """Somebody follows a file; the links of their letters."""
    words = {"confirm": "bevestig", "stop": "stop", "manage": "beheer"}
    with connect(dsn, autocommit=True) as owner:
        row = owner.execute(
            "WITH person AS (INSERT INTO alerts.addressees (email) VALUES ('jan@voorbeeld.be') "
            "RETURNING id) INSERT INTO alerts.follows (addressee, kind, permit_id, label, "
            "frequency, language, consent, confirmed_at, confirmed_by) SELECT person.id, 'permit', "
            "permit.id, permit.id, 'each', 'nl', 'test', now(), gen_random_uuid() FROM person, "
            "(SELECT min(id) AS id FROM permits) AS permit RETURNING id, addressee"
        ).fetchone()
        assert row
        for purpose in words:
            hashed = hashlib.sha256(purpose.encode()).digest()
            owner.execute(
                "INSERT INTO alerts.tokens (hash, purpose, addressee, follow, expires_at) "
                "VALUES (%s, %s, %s, %s, now() + interval '1 day')",
                [hashed, purpose, row["addressee"], row["id"]],
            )
    return [f"/meldingen/{word}/{purpose}" for purpose, word in words.items()]


async def _explore(loket: Loket, more: list[str]) -> None:
    """Find an address and the names for each route, by following links as a visitor does."""
    waiting = [
        "/",
        "/en/",
        "/sitemap.xml",
        "/ogc",
        "/ogc/openapi?f=json",
        "/api/openapi.json",
        *more,
    ]
    waiting += [known.route.path for known in loket.known if "{" not in known.route.path]
    seen: set[str] = set()
    visits: dict[str, int] = defaultdict(int)
    while waiting:
        address = waiting.pop(0)
        here = next((k for k in loket.known if _answers(k, address)), None)
        if here is None:
            continue
        for known in loket.known:
            if _answers(known, address):
                known.query |= {name for name, _ in parse_qsl(urlsplit(address).query, True)}
        if address in seen or visits[here.route.path] >= 3 or "GET" not in here.methods:
            continue
        seen.add(address)
        visits[here.route.path] += 1
        answer = await loket.client.get(address)
        if answer.status_code >= 400:
            continue
        for known in loket.known:
            if _answers(known, address):
                known.address = known.address or address
        kind = answer.headers.get("content-type", "")
        if "json" not in kind and "html" not in kind and "xml" not in kind:
            continue
        waiting += list(dict.fromkeys(_links(answer.text, str(answer.url))))
        if "html" in kind:
            _read_forms(loket, answer.text)
    for document in ("/api/openapi.json", "/ogc/openapi?f=json"):
        _read_openapi(loket, (await loket.client.get(document)).json())


def _answers(known: Known, address: str) -> bool:
    return bool(re.match(known.route.path_regex, urlsplit(address).path))


def _links(text: str, base: str) -> Iterator[str]:
    for link in re.findall(r"""(?:href"?|loc|action)(?:=|:|>)\s*"?([^"<>\s]+)""", text):
        split = urlsplit(html.unescape(link))
        if split.path.startswith("/") and split.netloc in ("", urlsplit(base).netloc, "loket.test"):
            yield split.path + (f"?{split.query}" if split.query else "")


def _read_forms(loket: Loket, text: str) -> None:
    forms = _Forms()
    forms.feed(text)
    for (method, action), names in forms.found.items():
        for known in loket.known:
            if method.upper() in known.methods and _answers(known, action):
                (known.form if method == "post" else known.query).update(names)


def _read_openapi(loket: Loket, document: dict[str, Any]) -> None:
    root = urlsplit(document.get("servers", [{"url": ""}])[0]["url"]).path.rstrip("/")
    for path, described in document["paths"].items():
        address = root + re.sub(r"{\w+}", "x", path)
        for given in described.get("get", {}).get("parameters", []):
            part = given
            while "$ref" in part:
                place: Any = document
                for key in part["$ref"].removeprefix("#/").split("/"):
                    place = place[key]
                part = place
            if part["in"] == "query":
                for known in loket.known:
                    if _answers(known, address):
                        known.query.add(part["name"])


def check(answer: httpx.Response, what: str) -> None:
    """An answer that is no fault of ours, and says in the right way what is wrong."""
    status, kind = answer.status_code, answer.headers.get("content-type", "")
    told = f"{what}: {status} {kind} {answer.text[:200]!r}"
    if status == 503 and "retry-after" in answer.headers:
        return  # a machine that is busy with other tests says so, and means it
    assert status < 500, told
    assert "x-made-up" not in answer.headers, told
    if "html" in kind:
        assert _MARKUP not in answer.text, told
    if status < 400 or answer.request.method == "HEAD":
        return
    path = answer.request.url.path
    if path.startswith(_PROGRAMS) or path.endswith(_DATA):
        assert kind.startswith("application/problem+json"), told
        problem = answer.json()
        assert problem["status"] == status, told
        assert problem["title"], told
        if status == 400:
            assert len(problem["detail"]) > 10, told
    else:
        assert kind.startswith("text/html"), told
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert "<h1" in main, told
        assert len(re.sub(r"<[^>]+>|\s+", " ", main).split()) > 8, told


def test_the_walk_finds_what_there_is(loket: Loket) -> None:
    """The tests below are worth what this finds."""
    assert len(loket.known) > 60
    by_path = {known.route.path: known for known in loket.known}
    assert {"status", "straat", "adres", "straal", "van", "tot"} <= by_path["/vergunningen"].query
    assert {"q", "limit"} <= by_path["/api/addresses"].query
    items = by_path["/ogc/collections/{collection}/items"]
    assert {"bbox", "datetime", "filter", "limit", "crs"} <= items.query
    asked = next(k for k in loket.known if k.route.path == "/meldingen" and "POST" in k.methods)
    assert {"kind", "permit", "address", "radius", "email"} <= asked.form
    without = [k.route.path for k in loket.known if "GET" in k.methods and not k.address]
    assert len(without) < len(loket.known) / 6, without


@pytest.mark.parametrize("share", range(_SHARES))
async def test_nonsense_in_the_path(loket: Loket, share: int) -> None:
    for known in loket.share(share):
        for name, value in NONSENSE.items():
            for address in known.with_path(value):
                for method in sorted(known.methods - {"HEAD", "OPTIONS"}):
                    answer = await loket.client.request(method, address)
                    check(answer, f"{method} {known.route.path}, {name}")


@pytest.mark.parametrize("share", range(_SHARES))
async def test_nonsense_in_the_query(loket: Loket, share: int) -> None:
    """Each name gets a third of it, another third than its neighbours; together they get all."""
    values = list(NONSENSE.items())
    for turn, known in enumerate(loket.share(share)):
        if "GET" not in known.methods or not known.address:
            continue
        path = urlsplit(known.address).path
        names = sorted(known.query)
        for place, name in enumerate(names):
            for which, value in values[(turn + place) % 3 :: 3]:
                address = f"{path}?{quote(name)}={value}"
                check(await loket.client.get(address), f"{known.route.path} {name}={which}")
        for which, value in values:
            everything = "&".join(f"{quote(name)}={value}" for name in names)
            if len(everything) < 30_000:
                answer = await loket.client.get(f"{path}?{everything}")
                check(answer, f"{known.route.path}, all of it {which}")
            strange = await loket.client.get(f"{path}?{value}={value}"[:30_000])
            check(strange, f"{known.route.path}, a name of {which}")
        repeated = "&".join(f"{quote(name)}=1&{quote(name)}=2" for name in names)
        check(await loket.client.get(f"{path}?{repeated}"), f"{known.route.path}, repeated")


@pytest.mark.parametrize("share", range(_SHARES))
async def test_odd_headers(loket: Loket, share: int) -> None:
    for known in loket.share(share):
        if "GET" not in known.methods or not known.address:
            continue
        for headers in _HEADERS:
            answer = await loket.client.get(known.address, headers=headers)
            check(answer, f"{known.route.path} with {str(headers)[:60]}")


async def test_other_methods_are_refused_and_told(loket: Loket) -> None:
    allowed: dict[str, set[str]] = defaultdict(set)
    for known in loket.known:
        allowed[known.route.path] |= known.methods
    for known in loket.known:
        if not known.address:  # no link leads there: what it looks like is not known
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"):
            if method in allowed[known.route.path]:
                continue
            answer = await loket.client.request(method, known.address, content=b"x=1")
            check(answer, f"{method} {known.route.path}")
            assert answer.status_code == 405, f"{method} {known.route.path}: {answer.status_code}"
            assert answer.headers["allow"], known.route.path


async def test_nonsense_in_what_is_posted(loket: Loket) -> None:
    for known in loket.known:
        if "POST" not in known.methods:
            continue
        address = known.address or re.sub(r"{[^}]+}", "x", known.route.path)
        for kind, body in _BODIES:
            headers = {"content-type": kind} if kind else {}
            answer = await loket.client.post(address, content=body, headers=headers)
            check(answer, f"{known.route.path}, {kind} {body[:20]!r}")
        form = {"content-type": "application/x-www-form-urlencoded"}
        for which, value in NONSENSE.items():
            everything = "&".join(f"{quote(name)}={value}" for name in sorted(known.form))
            answer = await loket.client.post(address, content=everything, headers=form)
            check(answer, f"{known.route.path}, all of it {which}")
            for name in sorted(known.form):
                answer = await loket.client.post(
                    address, content=f"{quote(name)}={value}", headers=form
                )
                check(answer, f"{known.route.path} {name}={which}")
