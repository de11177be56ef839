"""The weekly letter: one for all that somebody follows, neither lost nor doubled."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fixtures.alerts import JAN, Follow, Pigeons, a_permit, change, file, one
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.alerts import AlertDesk, Letter, Postman
from geoloket.alerts.postman import last_monday
from geoloket.database import connect


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
