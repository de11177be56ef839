"""Following by e-mail: what is told, to whom, how often, and what nobody may read."""

from __future__ import annotations

import psycopg
import pytest
from fixtures.alerts import JAN, Follow, Pigeons, a_permit, change, file, one
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.alerts import AlertDesk, Postman, Wish
from geoloket.database import connect


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
