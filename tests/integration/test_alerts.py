"""Following by e-mail: what is told, to whom, how often, and what nobody may read."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fixtures.database import Dsn, copied
from fixtures.post import PostOffice, text_of
from fixtures.server import PRISTINE_TOWN, settings_for
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.alerts import AlertDesk, Delayed, Letter, Postman, Refused, Wish, channel
from geoloket.alerts.postman import last_monday
from geoloket.database import connect
from geoloket.embedded import OWNER
from geoloket.hall import Hall
from geoloket.settings import MailSettings
from web.alerts.letters import Letters

JAN = "jan@voorbeeld.be"


@dataclass
class Pigeons:
    """A channel that is no e-mail: as small as an adapter for another messenger can be."""

    carried: list[tuple[str, UUID, Letter]] = field(default_factory=list)
    mood: Exception | None = None

    def deliver(self, to: str, id: UUID, letter: Letter) -> None:
        if self.mood:
            raise self.mood
        self.carried.append((to, id, letter))

    def close(self) -> None:
        pass

    def token(self, page: str, to: str = JAN) -> str:
        """The word in a link of the last letter to somebody."""
        text = [letter.text for name, _, letter in self.carried if name == to][-1]
        found = re.search(rf"/(?:{page})/(\S+)", text)
        assert found
        return found[1]


@pytest.fixture
def own_town(server: Dsn, town_dsn: str) -> Iterator[str]:
    """The invented town in a database of this test's own, as its owner."""
    with copied(server, PRISTINE_TOWN) as name:
        yield server(OWNER, name)


@pytest.fixture
def owner(own_town: str) -> Iterator[Connection[DictRow]]:
    with connect(own_town, autocommit=True) as connection:
        yield connection


@pytest.fixture
def worker(own_town: str) -> Iterator[Connection[DictRow]]:
    with connect(own_town, role="geoloket_worker", autocommit=True) as connection:
        yield connection


@pytest.fixture
async def desk(own_town: str, tmp_path: Path) -> AsyncGenerator[AlertDesk]:
    hall = Hall.furnish(settings_for(own_town, tmp_path), own_town)
    await hall.database.open()
    yield hall.alerts
    await hall.database.close()


@pytest.fixture
def pigeons() -> Pigeons:
    return Pigeons()


@pytest.fixture
def post(pigeons: Pigeons) -> Postman:
    return Postman(pigeons, Letters("https://loket.example", "Zandwijk"))


def one(connection: Connection[DictRow], question: str, values: Any = None) -> Any:
    row = connection.execute(question.encode(), values).fetchone()
    assert row
    return next(iter(row.values()))


def a_permit(owner: Connection[DictRow]) -> str:
    return one(owner, "SELECT min(id) FROM permits WHERE status = 'under_review'")


def change(owner: Connection[DictRow], permit: str, **facts: object) -> None:
    for name, value in facts.items():
        statement = f"UPDATE permits SET {name} = %s WHERE id = %s"
        owner.execute(statement.encode(), [value, permit])


def file(permit: str, frequency: Any = "each", language: str = "nl") -> Wish:
    return Wish("permit", permit, None, frequency, language)


Follow = Callable[..., Any]


@pytest.fixture
def follow(desk: AlertDesk, post: Postman, pigeons: Pigeons, worker: Connection[DictRow]) -> Follow:
    """Ask, read the letter and confirm; gives the token of the page of all that is followed."""

    async def followed(wish: Wish, mailbox: str = JAN) -> str:
        assert await desk.ask(wish, mailbox, "192.0.2.1") == "asked"
        post.round(worker)
        entry = await desk.confirm(pigeons.token("bevestig|confirm", mailbox))
        assert entry
        return entry

    return followed


async def test_nothing_comes_before_it_is_confirmed_and_nothing_of_before_that(
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    post: Postman,
    pigeons: Pigeons,
):
    permit = a_permit(owner)
    change(owner, permit, status="public_inquiry")
    await desk.ask(file(permit), JAN, "192.0.2.1")
    change(owner, permit, status="under_review")
    post.round(worker)
    change(owner, permit, status="granted")  # told, but not laid beside anything yet
    assert [letter.subject for _, _, letter in pigeons.carried] == [f"Bevestig: Dossier {permit}"]
    assert await desk.confirm(pigeons.token("bevestig|confirm"))
    post.round(worker)
    assert len(pigeons.carried) == 1
    change(owner, permit, status="refused")
    post.round(worker)
    post.round(worker)
    subjects = [letter.subject for _, _, letter in pigeons.carried[1:]]
    assert subjects == [f"{permit}: Geweigerd"]
    assert "Status: Geweigerd. Voordien: Vergund." in pigeons.carried[1][2].text


async def test_what_is_undone_in_the_same_transaction_did_not_happen(  # noqa: PLR0917
    own_town: str,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permit = a_permit(owner)
    await follow(file(permit))
    with connect(own_town) as transaction:
        change(transaction, permit, status="unknown")
        change(transaction, permit, status="under_review")
    with connect(own_town) as transaction:
        transaction.execute("SET LOCAL geoloket.alerts = 'off'")
        change(transaction, permit, status="granted")
    post.round(worker)
    assert len(pigeons.carried) == 1
    with connect(own_town) as transaction:
        transaction.execute(
            "INSERT INTO permit_events (permit_id, seq, code, happened_on) "
            "VALUES (%s, 990, 'posted', current_date), (%s, 991, 'works_started', current_date)",
            [permit, permit],
        )
        change(transaction, permit, status="unknown", decision_due="2027-03-01")
        change(transaction, permit, status="in_execution")
    post.round(worker)
    assert len(pigeons.carried) == 2
    text = pigeons.carried[-1][2].text
    assert "Status: Vergund, in uitvoering. Voordien: Vergund." in text
    assert "1 maart 2027" in text
    assert "beslissing aangeplakt, werken begonnen" in text


async def test_a_circle_hears_of_new_files_and_statuses_inside_it(
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    middle = one(owner, "SELECT min(id) FROM addresses WHERE full_address LIKE 'Kerkstraat 12,%%'")
    await follow(Wish("circle", middle, 250, "each", "en"))
    new = (
        "INSERT INTO permits (id, file_number, title, status, submitted_on, geom) SELECT %s, %s, "
        "'Een tuinhuis plaatsen', 'completeness_check', current_date, "
        "ST_Multi(ST_Buffer(ST_Translate(geom, %s, 0), 4)) FROM addresses WHERE id = %s"
    )
    for number, metres in (("OMV_2026900001", 200), ("OMV_2026900002", 300)):
        owner.execute(new, [number, number, metres, middle])
    post.round(worker)
    letter = pigeons.carried[-1][2]
    assert letter.subject == "One message: 250 metres around Kerkstraat 12, 9999 Zandwijk"
    assert "OMV_2026900001" in letter.text
    assert "OMV_2026900002" not in letter.text
    assert "https://loket.example/en/permit/OMV_2026900001" in letter.text
    assert "New file. Status: Being checked" in letter.text
    change(owner, "OMV_2026900001", decision_due="2027-01-01")
    post.round(worker)
    assert len(pigeons.carried) == 2
    change(owner, "OMV_2026900001", status="public_inquiry")
    change(owner, "OMV_2026900002", status="public_inquiry")
    post.round(worker)
    assert len(pigeons.carried) == 3
    assert "OMV_2026900002" not in pigeons.carried[-1][2].text


async def test_the_answer_does_not_tell_who_follows_what(  # noqa: PLR0917
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permit = a_permit(owner)
    await follow(file(permit))
    assert await desk.ask(file(permit), JAN.upper(), "192.0.2.9") == "asked"
    assert await desk.remind(JAN, "192.0.2.9", "nl") == "asked"
    assert await desk.remind("piet@voorbeeld.be", "192.0.2.9", "nl") == "asked"
    post.round(worker)
    told = [(to, letter.subject) for to, _, letter in pigeons.carried[1:]]
    assert told == [(JAN, f"Je volgt dit al: Dossier {permit}"), (JAN, "Alles wat je volgt")]
    assert one(owner, "SELECT count(*) FROM alerts.follows") == 1


async def test_one_address_and_one_client_get_only_so_many_letters(
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    post: Postman,
    pigeons: Pigeons,
):
    permits = [
        row["id"] for row in owner.execute("SELECT id FROM permits ORDER BY id LIMIT 12").fetchall()
    ]
    answers = [
        await desk.ask(file(permit), JAN, f"192.0.2.{n}") for n, permit in enumerate(permits)
    ]
    post.round(worker)
    assert set(answers) == {"asked"}
    assert len(pigeons.carried) == 4
    many = [await desk.ask(file(permits[0]), f"p{n}@voorbeeld.be", "192.0.2.77") for n in range(22)]
    assert many == ["asked"] * 20 + ["busy"] * 2
    kept = owner.execute("SELECT client FROM alerts.asked").fetchall()
    assert not any(b"192.0.2" in row["client"] for row in kept)


async def test_weekly_letters_leave_on_monday_with_the_whole_week(
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    began = datetime.now(UTC)
    permit = a_permit(owner)
    await follow(file(permit, "weekly"))
    change(owner, permit, status="public_inquiry")
    change(owner, permit, status="granted")
    post.round(worker, began)
    assert len(pigeons.carried) == 1
    later = last_monday(began) + timedelta(days=7, minutes=1)
    owner.execute("UPDATE alerts.changes SET changed_at = %s", [later - timedelta(hours=1)])
    post.round(worker, later)
    post.round(worker, later)
    assert len(pigeons.carried) == 2
    assert pigeons.carried[-1][2].subject == "Deze week: één bericht"
    assert "Status: Vergund. Voordien: In behandeling." in pigeons.carried[-1][2].text


def under_review(owner: Connection[DictRow], count: int) -> list[str]:
    question = "SELECT id FROM permits WHERE status = 'under_review' ORDER BY id LIMIT %s"
    rows = owner.execute(question, [count]).fetchall()
    assert len(rows) == count
    return [row["id"] for row in rows]


def weekly_stops(letter: Letter) -> list[str]:
    """The words in the links of a letter that stop something, in their order."""
    return re.findall(r"/meldingen/stop/(\S+)", letter.text)


async def test_one_letter_a_week_holds_all_that_somebody_follows(  # noqa: PLR0917
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permits = under_review(owner, 4)
    entry = ""
    for permit in permits[:3]:
        entry = await follow(file(permit, "weekly"))
    await follow(file(permits[3], "each"))
    await follow(file(permits[0], "weekly"), "piet@voorbeeld.be")
    before = len(pigeons.carried)
    for permit in permits:
        change(owner, permit, status="lapsed")
    later = last_monday(datetime.now(UTC)) + timedelta(days=7, minutes=1)
    owner.execute("UPDATE alerts.changes SET changed_at = %s", [later - timedelta(hours=1)])
    post.round(worker, later)
    post.round(worker, later)
    news = pigeons.carried[before:]
    assert sorted((to, letter.subject) for to, _, letter in news) == [
        (JAN, "Deze week: 3 berichten"),
        (JAN, f"{permits[3]}: Vervallen"),
        ("piet@voorbeeld.be", "Deze week: één bericht"),
    ]
    letter = next(letter for _, _, letter in news if "3 berichten" in letter.subject)
    for permit in permits[:3]:
        assert f"Stop met volgen: Dossier {permit}" in letter.text
        assert f"Stop met volgen: Dossier {permit}" in letter.html
    assert permits[3] not in letter.text
    stops = weekly_stops(letter)
    assert len(set(stops)) == 4
    assert letter.stop_url == f"https://loket.example/meldingen/stop/{stops[-1]}"

    def left(followed: list[Any] | None) -> list[str]:
        return [one.permit_id for one in followed or []]

    about = await desk.subject_of(stops[1], "stop")
    assert about and (about.kind, about.permit_id) == ("permit", permits[1])
    assert await desk.stop(stops[1])
    assert left(await desk.followed(entry)) == [permits[0], permits[2], permits[3]]
    about = await desk.subject_of(stops[-1], "stop")
    assert about and (about.kind, about.stopped) == ("weekly", False)
    assert await desk.stop(stops[-1]) and await desk.stop(stops[-1])
    # What is told at once is another matter, and so is what somebody else follows.
    assert left(await desk.followed(entry)) == [permits[3]]
    about = await desk.subject_of(stops[-1], "stop")
    assert about and about.stopped
    assert one(owner, "SELECT count(*) FROM alerts.follows WHERE stopped_at IS NULL") == 2


async def test_a_week_has_one_letter_and_what_comes_too_late_waits(
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permit = a_permit(owner)
    await follow(file(permit, "weekly"))
    week = last_monday(datetime.now(UTC)) + timedelta(days=7, minutes=1)
    early = "UPDATE alerts.changes SET changed_at = %s WHERE matched_at IS NULL"
    for status in ("public_inquiry", "granted"):
        change(owner, permit, status=status)
        owner.execute(early, [week - timedelta(hours=1)])
        post.round(worker, week)
    assert len(pigeons.carried) == 2
    post.round(worker, week + timedelta(days=6))
    assert len(pigeons.carried) == 2
    post.round(worker, week + timedelta(days=7))
    assert len(pigeons.carried) == 3
    assert "Vergund. Voordien: Openbaar onderzoek loopt." in pigeons.carried[-1][2].text


class Killed(BaseException):
    """The process is gone: nothing after it is done."""


class Trap(dict[str, Any]):
    """Statements, one of which kills whoever comes for it."""

    def __init__(self, statements: Any, where: str) -> None:
        super().__init__(statements)
        self._where = where

    def __getitem__(self, name: str) -> Any:
        if name == self._where:
            raise Killed
        return super().__getitem__(name)


@pytest.mark.parametrize("where", ["gather", "gather_weekly", "attempt", "deliver", "sent"])
async def test_a_weekly_letter_is_neither_lost_nor_doubled(  # noqa: PLR0917
    owner: Connection[DictRow],
    own_town: str,
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
):
    """Killed once at each step; the connection goes with the process, and another takes over."""
    permits = under_review(owner, 2)
    for permit in permits:
        await follow(file(permit, "weekly"))
    for permit in permits:
        change(owner, permit, status="lapsed")
    week = last_monday(datetime.now(UTC)) + timedelta(days=7, minutes=1)
    owner.execute("UPDATE alerts.changes SET changed_at = %s", [week - timedelta(hours=1)])
    before = len(pigeons.carried)
    with (
        connect(own_town, role="geoloket_worker", autocommit=True) as dying,
        monkeypatch.context() as patch,
        pytest.raises(Killed),
    ):
        if where == "deliver":
            patch.setattr(pigeons, "mood", Killed())
        else:
            trap = Trap(post._fixed, where)  # pyright: ignore[reportPrivateUsage]
            patch.setattr(post, "_fixed", trap)
        post.round(dying, week)
    with connect(own_town, role="geoloket_worker", autocommit=True) as next_one:
        post.round(next_one, week)
        post.round(next_one, week)
    news = pigeons.carried[before:]
    # Only where the letter was accepted and we could not note it, the same one comes again (0010).
    assert len(news) == (2 if where == "sent" else 1)
    assert len({id for _, id, _ in news}) == 1
    for permit in permits:
        assert all(f"Dossier {permit}" in letter.text for _, _, letter in news)
    counted = "SELECT count(*) FROM alerts.messages WHERE kind = 'weekly'"
    assert one(owner, counted) == 1


async def test_what_stops_before_the_weekly_letter_leaves_is_not_in_it(  # noqa: PLR0917
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permits = under_review(owner, 2)
    entry = ""
    for permit in permits:
        entry = await follow(file(permit, "weekly"))
    for permit in permits:
        change(owner, permit, status="lapsed")
    week = last_monday(datetime.now(UTC)) + timedelta(days=7, minutes=1)
    owner.execute("UPDATE alerts.changes SET changed_at = %s", [week - timedelta(hours=1)])
    post.gather(worker, week)
    followed = await desk.followed(entry)
    assert followed and len(followed) == 2
    assert await desk.manage(entry, "stop", followed[0].id)
    kept = "SELECT count(*) FROM alerts.messages WHERE kind = 'weekly' AND state = 'queued'"
    assert one(owner, kept) == 1
    before = len(pigeons.carried)
    post.round(worker, week)
    [(_, _, letter)] = pigeons.carried[before:]
    assert permits[1] in letter.text
    assert permits[0] not in letter.text
    change(owner, permits[1], status="withdrawn")
    owner.execute("UPDATE alerts.changes SET changed_at = %s WHERE matched_at IS NULL", [week])
    post.gather(worker, week + timedelta(days=7))
    assert one(owner, kept) == 1
    assert await desk.manage(entry, "stop", None)
    assert one(owner, kept) == 0


async def test_a_letter_says_what_came_of_an_appeal(
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    permit = a_permit(owner)
    await follow(file(permit))
    owner.execute(
        "UPDATE permits SET status = 'appeal_granted', decision_result = 'refused' WHERE id = %s",
        [permit],
    )
    post.round(worker)
    assert pigeons.carried[-1][2].subject == f"{permit}: Beroep ingewilligd: niet vergund"


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-23T05:59:00Z", "2026-11-16T06:00:00Z"),
        ("2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z"),
        ("2026-07-19T21:00:00Z", "2026-07-13T05:00:00Z"),
    ],
)
def test_the_week_turns_on_monday_at_seven_in_brussels(now: str, monday: str):
    assert last_monday(datetime.fromisoformat(now)) == datetime.fromisoformat(monday)


async def test_stopping_changing_and_erasing(  # noqa: PLR0917
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    follow: Follow,
    post: Postman,
    pigeons: Pigeons,
):
    first, second = (
        row["id"] for row in owner.execute("SELECT id FROM permits ORDER BY id LIMIT 2").fetchall()
    )
    await follow(file(first))
    entry = await follow(file(second))
    followed = await desk.followed(entry)
    assert followed and [found.permit_id for found in followed] == [first, second]
    assert await desk.manage(entry, "weekly", followed[1].id)
    change(owner, first, status="lapsed")
    change(owner, second, status="lapsed")
    post.round(worker)
    assert [to for to, _, _ in pigeons.carried[2:]] == [JAN]
    stop = pigeons.token("stop")
    assert await desk.stop(stop) and await desk.stop(stop)
    left = await desk.followed(entry)
    assert left and [found.permit_id for found in left] == [second]
    change(owner, first, status="granted")
    post.round(worker)
    assert len(pigeons.carried) == 3
    assert await desk.manage(entry, "erase", None)
    assert await desk.followed(entry) is None
    for table in ("addressees", "follows", "messages", "notices", "tokens"):
        assert one(owner, f"SELECT count(*) FROM alerts.{table}") == 0, table
    assert not await desk.stop(stop)
    assert await desk.confirm("nonsense") is None


async def test_visitors_and_staff_can_read_nothing_of_it(
    own_town: str, owner: Connection[DictRow], follow: Follow
):
    permit = a_permit(owner)
    await follow(file(permit))
    tables = [
        row["name"]
        for row in owner.execute(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'alerts'"
        )
    ]
    assert len(tables) == 7
    for role in ("geoloket_reader", "geoloket_staff"):
        with connect(own_town, role=role, autocommit=True) as visitor:
            for table in tables:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    visitor.execute(f"SELECT * FROM alerts.{table}".encode())
            for call in ("match()", "holder('')", "is_full(1)", "is_busy('')"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    visitor.execute(f"SELECT alerts.{call}".encode())
    # Not by the functions that they may call either, even with the hash of a token.
    kept = owner.execute("SELECT hash FROM alerts.tokens").fetchall()
    assert kept
    with connect(own_town, role="geoloket_reader", autocommit=True) as visitor:
        for row in kept:
            for call in ("subject_of(%s, 'confirm')", "followed(%s)"):
                question = f"SELECT * FROM alerts.{call}".encode()
                told = visitor.execute(question, [row["hash"]]).fetchall()
                assert JAN not in str(told)


async def test_tokens_are_kept_nowhere(
    owner: Connection[DictRow], follow: Follow, pigeons: Pigeons
):
    entry = await follow(file(a_permit(owner)))
    words = {entry, pigeons.token("bevestig|confirm")}
    for table in ("addressees", "follows", "messages", "tokens", "asked"):
        kept = str(owner.execute(f"SELECT * FROM alerts.{table}".encode()).fetchall())
        assert not any(word in kept for word in words)


async def test_trouble_waits_longer_each_time_and_a_refusal_is_final(
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    post: Postman,
    pigeons: Pigeons,
):
    await desk.ask(file(a_permit(owner)), JAN, "192.0.2.1")
    waits: list[int] = []
    for _ in range(20):
        pigeons.mood = Delayed("receiver 450")
        post.round(worker)
        row = owner.execute(
            "SELECT round(extract(epoch FROM due_at - now()) / 60)::int AS wait "
            "FROM alerts.messages"
        ).fetchone()
        assert row
        waits.append(row["wait"])
        owner.execute("UPDATE alerts.messages SET due_at = now()")
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert max(waits) == 480
    state = "SELECT state || ': ' || fault FROM alerts.messages"
    assert one(owner, state) == "failed: receiver 450"
    owner.execute("UPDATE alerts.messages SET state = 'queued', attempts = 0")
    pigeons.mood = Refused("receiver 550")
    assert post.round(worker).failed == 1
    pigeons.mood = None
    assert post.round(worker).sent == 0


async def test_letters_over_smtp_with_what_mail_programs_ask(
    desk: AlertDesk,
    owner: Connection[DictRow],
    worker: Connection[DictRow],
    post_office: PostOffice,
):
    settings = MailSettings(
        host="127.0.0.1", port=post_office.port, starttls=False, sender="loket@zandwijk.example"
    )
    post = Postman(channel(settings, "Geoloket Zandwijk"), Letters("https://l.example", "Zandwijk"))
    permit = a_permit(owner)
    post_office.replies = {"weg@voorbeeld.be": "550 no such user", "vol@voorbeeld.be": "452 full"}
    for mailbox in ("weg@voorbeeld.be", "vol@voorbeeld.be", JAN):
        await desk.ask(file(permit), mailbox, "192.0.2.1")
    done = post.round(worker)
    assert (done.sent, done.delayed, done.failed) == (1, 1, 1)
    faults = owner.execute("SELECT fault FROM alerts.messages ORDER BY fault").fetchall()
    assert [row["fault"] for row in faults] == ["receiver 452", "receiver 550", None]
    letter = post_office.to(JAN)[0]
    assert letter["List-Unsubscribe"] is None
    assert await desk.confirm(text_of(letter).split("/bevestig/")[1].split()[0])
    change(owner, permit, status="public_inquiry", inquiry_until="2027-02-01")
    post.round(worker)
    letter = post_office.to(JAN)[1]
    id = one(owner, "SELECT id FROM alerts.messages WHERE kind = 'news'")
    assert letter["Message-ID"] == f"<{id}@zandwijk.example>"
    assert (letter["Auto-Submitted"], letter["Content-Language"]) == ("auto-generated", "nl")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip("<>")
    assert stop.startswith("https://l.example/meldingen/stop/")
    assert stop in text_of(letter)
    html = letter.get_body(("html",))
    assert html and stop in html.get_content()
    assert await desk.stop(stop.rpartition("/")[2])


async def test_what_is_not_needed_is_forgotten(
    desk: AlertDesk, owner: Connection[DictRow], worker: Connection[DictRow], follow: Follow
):
    permit = a_permit(owner)
    entry = await follow(file(permit))
    await desk.ask(file(permit), "nooit@voorbeeld.be", "192.0.2.1")
    owner.execute("UPDATE alerts.addressees SET made_at = now() - interval '40 days'")
    owner.execute("UPDATE alerts.follows SET asked_at = now() - interval '4 days'")
    Postman.tidy(worker)
    emails = "SELECT string_agg(email, ' ') FROM alerts.addressees"
    assert one(owner, emails) == JAN
    assert await desk.manage(entry, "stop", None)
    Postman.tidy(worker)
    assert one(owner, emails) == JAN
    owner.execute("UPDATE alerts.follows SET stopped_at = now() - interval '31 days'")
    Postman.tidy(worker)
    assert one(owner, emails) is None
    assert one(owner, "SELECT count(*) FROM alerts.tokens") == 0
