"""Letters on their way: over SMTP, and when that does not go well."""

from __future__ import annotations

from fixtures.alerts import JAN, Pigeons, a_permit, change, file, one
from fixtures.post import PostOffice, text_of
from psycopg import Connection
from psycopg.rows import DictRow

from geoloket.alerts import AlertDesk, Delayed, Postman, Refused, channel
from geoloket.settings import MailSettings
from web.alerts.letters import Letters


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
