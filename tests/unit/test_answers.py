"""Answers that are given again: when, to whom, and how many of them are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from starlette.types import Message, Receive, Scope, Send

from geoloket.access import VISITOR, Principal, Role
from geoloket.errors import Unavailable
from geoloket.main.answers import LARGEST, Answers
from geoloket.versions import LayerState, MadeOf, States, Versions

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PATH = "/ogc/collections/water/items"


class Told:
    """Versions as they are told; ``away`` when the database is."""

    def __init__(self) -> None:
        self.states: States = {"water": LayerState(1, THEN)}
        self.away = False
        self.sure: list[bool] = []

    async def current(self, *, sure: bool = False) -> States:
        self.sure.append(sure)
        if self.away:
            raise Unavailable("away")
        return self.states


class Room:
    """Answers with the number of times that it was asked."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.asked = 0
        self.status = 200
        self.tag = b'"t"'
        self.until: datetime | None = None
        self.pieces: list[bytes] = []
        self.whose: Any = "visitor"
        self.who = VISITOR

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        states = tuple(self.told.states.items())
        scope["state"]["who"] = self.who
        if self.whose == "visitor":
            scope["state"]["made_of"] = MadeOf(states, self.until)
        elif self.whose == "staff":
            scope["state"]["made_of"] = None
        headers = [(b"x-request-id", b"of the first"), (b"content-type", b"x"), (b"vary", b"y")]
        if self.tag:
            headers.append((b"etag", self.tag))
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        await send(start)
        pieces = self.pieces or [str(self.asked).encode()]
        for number, piece in enumerate(pieces, 1):
            more = number < len(pieces)
            await send({"type": "http.response.body", "body": piece, "more_body": more})


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def room(told: Told) -> Room:
    return Room(told)


@pytest.fixture
def answers(told: Told, room: Room) -> Answers:
    return Answers(room, cast("Versions", told), 100_000)


async def ask(
    answers: Answers, path: str = PATH, *, method: str = "GET", scheme: str = "http", **more: str
) -> tuple[int, bytes, dict[bytes, bytes]]:
    path, _, query = path.partition("?")
    fields = {"host": "loket.test"} | {name.replace("_", "-"): v for name, v in more.items()}
    scope = {
        "type": "http", "method": method, "scheme": scheme, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
    }  # fmt: skip
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    await answers(scope, receive, send)
    body = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], body, dict(sent[0]["headers"])


async def test_an_answer_is_given_again_until_its_layer_changes(
    answers: Answers, room: Room, told: Told
) -> None:
    assert [(await ask(answers))[1] for _ in range(3)] == [b"1"] * 3
    told.states = {"water": LayerState(2, THEN), "roads": LayerState(1, THEN)}
    assert [(await ask(answers))[1] for _ in range(3)] == [b"2"] * 3
    told.states = {"water": LayerState(2, THEN + timedelta(hours=1))}
    assert (await ask(answers))[1] == b"3", "a database that was put back counts from before"
    told.states = {}
    assert (await ask(answers))[1] == b"4", "the table is gone"


async def test_changes_of_other_layers_do_not_matter(
    answers: Answers, room: Room, told: Told
) -> None:
    await ask(answers)
    told.states = {**told.states, "roads": LayerState(1, THEN)}
    assert (await ask(answers))[1] == b"1"


async def test_header_fields_that_change_by_themselves(answers: Answers, room: Room) -> None:
    room.until = datetime.now(UTC) + timedelta(hours=1)
    assert [(await ask(answers))[1] for _ in range(2)] == [b"1", b"1"]
    room.until = datetime.now(UTC)
    assert [(await ask(answers, f"{PATH}?limit=1"))[1] for _ in range(2)] == [b"2", b"3"]


@pytest.mark.parametrize(
    "other",
    [
        {"path": f"{PATH}?limit=2"},
        {"path": f"{PATH}/a"},
        {"scheme": "https"},
        {"host": "other.test"},
        {"accept": "text/html"},
        {"accept_language": "en"},
        {"accept_encoding": "br"},
        {"accept_encoding": "gzip"},
    ],
    ids=str,
)
async def test_what_asks_something_else_is_answered_for_itself(
    answers: Answers, other: dict[str, Any]
) -> None:
    assert [(await ask(answers))[1], (await ask(answers, **other))[1]] == [b"1", b"2"]
    assert [(await ask(answers))[1], (await ask(answers, **other))[1]] == [b"1", b"2"]


async def test_what_asks_the_same_in_other_words(answers: Answers, room: Room) -> None:
    await ask(answers)
    for given in ({"accept_language": "fr"}, {"user_agent": "x"}, {"origin": "https://other.test"},
                  {"cookie": "theme=dark"}):  # fmt: skip
        assert (await ask(answers, **given))[1] == b"1"


@pytest.mark.parametrize(
    "given",
    [
        {"authorization": "Bearer x"},
        {"cookie": "a=b; geoloket=x"},
        {"cookie": "__Host-geoloket=x; a=b"},
        {"if_modified_since": "Fri, 02 Jan 2026 03:04:05 GMT"},
        {"x_long": "x" * 40_000},
        {"path": f"{PATH}?q={'x' * 40_000}"},
        {"path": "/kaart"},
        {"method": "POST"},
        {"method": "OPTIONS"},
    ],
    ids=lambda given: str(given)[:60],
)
async def test_what_is_always_made(answers: Answers, room: Room, given: dict[str, Any]) -> None:
    await ask(answers)
    assert [(await ask(answers, **given))[1] for _ in range(2)] == [b"2", b"3"]
    assert (await ask(answers))[1] == b"1", "and it is not kept"


@pytest.mark.parametrize("whose", ["staff", "nobody's"])
async def test_only_what_is_said_to_be_for_visitors(
    answers: Answers, room: Room, whose: str
) -> None:
    room.whose = whose
    assert [(await ask(answers))[1] for _ in range(2)] == [b"1", b"2"]
    assert answers.held == 0


async def test_an_answer_for_staff_is_not_kept_even_when_its_room_says_so(
    answers: Answers, room: Room
) -> None:
    room.who = Principal(Role.STAFF)
    assert [(await ask(answers))[1] for _ in range(2)] == [b"1", b"2"]
    assert answers.held == 0


async def test_problems_and_answers_without_a_tag_are_not_kept(
    answers: Answers, room: Room
) -> None:
    for status, tag in ((404, b'"t"'), (304, b'"t"'), (200, b"")):
        room.status, room.tag, before = status, tag, room.asked
        await ask(answers)
        await ask(answers)
        assert room.asked == before + 2
    assert answers.held == 0


async def test_who_is_sure_has_the_database_asked(answers: Answers, told: Told) -> None:
    await ask(answers)
    assert (await ask(answers))[1] == b"1"
    assert (await ask(answers, cache_control="no-cache"))[1] == b"1"
    assert told.sure == [False, True]


async def test_without_a_database_nothing_is_given_again(
    answers: Answers, room: Room, told: Told
) -> None:
    await ask(answers)
    told.away = True
    assert (await ask(answers))[1] == b"2"


async def test_of_a_head_the_fields_alone(answers: Answers, room: Room) -> None:
    await ask(answers, method="HEAD")
    assert answers.held == 0, "less than the whole may have been made for it"
    _, body, fields = await ask(answers)
    status, none, same = await ask(answers, method="HEAD")
    assert (status, body, none, room.asked) == (200, b"2", b"", 2)
    assert {**same, b"x-request-id": b""} == {**fields, b"x-request-id": b""}


async def test_each_has_an_id_of_its_own(answers: Answers) -> None:
    await ask(answers)
    ids = {(await ask(answers))[2][b"x-request-id"] for _ in range(3)}
    assert len(ids - {b"of the first"}) == 3
    given = await ask(answers, x_request_id="given-12345")
    assert given[2][b"x-request-id"] == b"given-12345"


@pytest.mark.parametrize(
    ("kept", "given", "shown"),
    [
        (b'"t"', '"t"', b'"t"'),
        (b'"t"', 'W/"t"', b'"t"'),
        (b'"t"', '"x", "t"', b'"t"'),
        (b'"t"', "*", b'"t"'),
        (b'"t"', '"x"', None),
        (b'"t"', "t", None),
        (b'"t"', '"t-gzip"', None),
        (b'"t-br"', '"t-br"', b'"t-br"'),
        (b'"t-br"', '"t"', b'"t"'),
        (b'"t-br"', '"t-zstd"', b'"t-zstd"'),
        (b'"t-br"', '"t-gzip"', None),
        (b'W/"t"', '"t"', b'W/"t"'),
    ],
)
async def test_who_has_it_already(
    answers: Answers, room: Room, kept: bytes, given: str, shown: bytes | None
) -> None:
    room.tag = kept
    await ask(answers, accept_encoding="zstd, br")
    status, body, fields = await ask(answers, accept_encoding="zstd, br", if_none_match=given)
    assert room.asked == 1
    if shown is None:
        assert (status, body) == (200, b"1")
    else:
        assert (status, body, fields[b"etag"]) == (304, b"", shown)
        assert fields[b"vary"] == b"y"
        assert b"content-type" not in fields


async def test_memory_is_bounded_and_what_is_least_used_goes_first(
    answers: Answers, room: Room
) -> None:
    room.pieces = [b"x" * 20_000]
    for number in range(3):
        await ask(answers, f"{PATH}?limit={number}")
    for number in range(3, 30):
        await ask(answers, f"{PATH}?limit={number}")
        await ask(answers, f"{PATH}?limit=0")
        assert 0 < answers.held <= 100_000
    assert room.asked == 30
    await ask(answers, f"{PATH}?limit=1")
    assert room.asked == 31


async def test_a_new_answer_takes_the_place_of_the_old_one(answers: Answers, told: Told) -> None:
    for version in range(100):
        told.states = {"water": LayerState(version, THEN)}
        await ask(answers)
    assert answers.held < 5000


async def test_what_comes_in_pieces_is_kept_whole_unless_it_is_large(
    answers: Answers, told: Told, room: Room
) -> None:
    large = Answers(room, cast("Versions", told), 10 * LARGEST)
    room.pieces = [b"a" * 1000, b"b" * 1000, b""]
    assert [(await ask(large))[1] for _ in range(2)] == [b"".join(room.pieces)] * 2
    assert room.asked == 1
    room.pieces = [b"a" * LARGEST, b"b"]
    for _ in range(2):
        assert len((await ask(large, f"{PATH}?limit=9"))[1]) == LARGEST + 1
    assert room.asked == 3


async def test_without_memory_nothing_is_kept(told: Told, room: Room) -> None:
    none = Answers(room, cast("Versions", told), 0)
    assert [(await ask(none))[1] for _ in range(2)] == [b"1", b"2"]
    assert told.sure == []
