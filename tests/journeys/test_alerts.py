"""Following a file from the page to the mailbox and back, with real programs, also killed."""

from __future__ import annotations

import signal
import threading
from email.message import EmailMessage
from pathlib import Path

import httpx
from fixtures.post import PostOffice, link_in, text_of
from fixtures.server import serving
from fixtures.towns import Town, path_of

JAN = "jan.peeters@voorbeeld.be"


def test_follow_confirm_hear_and_stop(town: Town, post_office: PostOffice):
    permit = town.permit()
    town.worker()
    with (
        serving(town.dsn, town.home, **town.settings) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        form = {"kind": "permit", "permit": permit, "frequency": "each", "email": JAN}
        asked = client.post("/meldingen", data=form)
        assert (asked.status_code, asked.headers["location"]) == (303, "/meldingen?asked=follow")
        assert "Kijk in je mail" in client.get(asked.headers["location"]).text

        confirm = path_of(link_in(post_office.wait(JAN), "/bevestig/"))
        page = client.get(confirm)
        assert permit in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        town.change(permit, "public_inquiry")  # looking at the page is no consent
        confirmed = client.post(confirm)
        assert confirmed.status_code == 303
        assert confirmed.headers["cache-control"] == "no-store"
        manage = confirmed.headers["location"]
        assert permit in client.get(manage).text

        town.change(permit, "granted")
        news = post_office.wait(JAN, 2)
        assert news["Subject"] == f"{permit}: Vergund"
        assert f"http://loket.example/vergunning/{permit}" in text_of(news)

        stop = path_of(news["List-Unsubscribe"].strip("<>"))
        assert "Stop met volgen" in client.get(stop).text
        stopped = client.post(stop, data={"List-Unsubscribe": "One-Click"})
        assert stopped.status_code == 200
        assert "Je volgt dit niet meer" in stopped.text
        assert "Je volgt nu niets" in client.get(manage).text

        town.change(permit, "refused")
        mine = client.post("/en/alerts", data={"deed": "mine", "email": JAN})
        assert mine.headers["location"] == "/en/alerts?asked=mine"
        last = post_office.wait(JAN, 3)
        assert last["Subject"] == "All that you follow"  # and nothing came of the last change
        tokens = [link.rpartition("/")[2].split("?")[0] for link in (confirm, manage, stop)]
        erased = client.post(path_of(link_in(last, "/manage/")), data={"deed": "erase"})
        assert "Everything is erased" in erased.text
        assert client.get(manage).status_code == 404
    for log in ("server.log", "worker.log"):
        written = (town.home / log).read_text()
        assert written
        assert not [word for word in (JAN, *tokens) if word in written], log


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(town: Town, post_office: PostOffice):
    with (
        serving(town.dsn, town.home, **town.settings) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        wrong = client.post("/meldingen", data={"kind": "circle", "address": "st 1", "email": "x@"})
        assert wrong.status_code == 422
        assert 'id="errors" tabindex="-1" autofocus' in wrong.text
        for part in ('href="#address-0"', 'href="#email"', 'href="#radius"', 'value="x@"'):
            assert part in wrong.text
        right = {"kind": "circle", "address": "Kerkstr. 12", "radius": "500", "frequency": "weekly"}
        assert client.post("/meldingen", data=right | {"email": JAN}).status_code == 303
        street = client.post("/meldingen", data=right | {"email": JAN, "address": "Kerkstraat"})
        assert "Zet er ook een huisnummer bij" in street.text
        outside = client.post("/meldingen", data=right | {"email": JAN, "radius": "6000"})
        assert outside.status_code == 422
        unknown = client.post("/meldingen", data=right | {"kind": "permit", "permit": "OMV_1"})
        assert "We kennen geen dossier met dit nummer" in unknown.text
        assert client.get("/meldingen/beheer/nonsense").status_code == 404
        assert client.post("/meldingen", content=b"x" * 20_000).status_code == 400


def test_without_a_mail_server_the_page_says_that_nothing_can_be_followed(
    town_dsn: str, tmp_path: Path
):
    with serving(town_dsn, tmp_path) as base, httpx.Client(base_url=base, timeout=60) as client:
        page = client.get("/meldingen").text
        assert "Volgen kan hier niet" in page
        assert "follow-form" not in page
        assert client.post("/meldingen", data={"email": JAN}).status_code == 200


def follow_all(town: Town, permit: str, people: list[str]) -> None:
    """Confirmed follows, as many as are needed, without the letters that lead there."""
    with town.owner() as connection:
        connection.execute(
            "WITH person AS (INSERT INTO alerts.addressees (email) "
            "SELECT unnest(%s::text[]) RETURNING id) "
            "INSERT INTO alerts.follows (addressee, kind, permit_id, label, frequency, language, "
            "consent, confirmed_at, confirmed_by) SELECT id, 'permit', %s, %s, 'each', 'nl', "
            "'test', now(), gen_random_uuid() FROM person",
            [people, permit, permit],
        )


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(
    town: Town, post_office: PostOffice
):
    """Each time the server has the receiver, and not yet the letter, the worker is killed."""
    permit = town.permit()
    people = [f"p{n}@voorbeeld.be" for n in range(12)]
    follow_all(town, permit, people)
    town.change(permit, "granted")
    killed: list[str] = []

    def kill(address: str) -> None:
        if len(killed) < 4 and address not in killed and address in people[::3]:
            killed.append(address)
            town.workers[-1].send_signal(signal.SIGKILL)

    post_office.on_receiver = kill
    while True:
        worker = town.worker()
        done = threading.Event()
        watcher = threading.Thread(target=lambda: (worker.wait(), done.set()))  # noqa: B023
        watcher.start()
        if len(killed) == 4 or not done.wait(90):
            break
        watcher.join()
    for person in people:
        post_office.wait(person)
    town.workers[-1].terminate()
    assert town.workers[-1].wait(90) is not None
    assert sorted(str(letter["To"]) for letter in post_office.letters) == sorted(people)
    assert len({letter["Message-ID"] for letter in post_office.letters}) == len(people)
    assert len(killed) == 4


def test_the_one_window_gives_the_same_letter_again_and_both_work(
    town: Town, post_office: PostOffice
):
    """Killed after the server has the letter and before we know: decision 0010."""
    permit = town.permit()
    follow_all(town, permit, [JAN])
    town.change(permit, "granted")

    def kill(letter: EmailMessage) -> None:
        if len(town.workers) == 1:
            town.workers[0].send_signal(signal.SIGKILL)

    post_office.on_accepted = kill
    town.worker().wait(120)
    town.worker()
    post_office.wait(JAN, 2)
    first, second = post_office.to(JAN)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    with (
        serving(town.dsn, town.home, **town.settings) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        for letter in (first, second):
            page = client.get(path_of(link_in(letter, "/stop/")))
            assert page.status_code == 200
