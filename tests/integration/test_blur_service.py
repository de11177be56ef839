"""Blurring by a service over HTTP, against a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fixtures.panoramas import Surroundings, deliver, jpeg, picture, seen
from fixtures.server import settings_for
from pydantic import ValidationError

from geoloket.database import connect
from geoloket.settings import ImagerySettings
from processing.context import Rejected, Transient
from processing.panorama import blurring, ingest
from processing.panorama.blur.service import BlurService
from processing.panorama.processes import BlurInputs, IngestInputs

type Answer = tuple[int, dict[str, str], bytes]
WIDE = 1024


def greyed(sent: bytes) -> Answer:
    """As such a service does: the same picture, with something hidden; here its upper half."""
    image: Any = cv2.imdecode(np.frombuffer(sent, np.uint8), cv2.IMREAD_COLOR)
    image[: len(image) // 2] = 128
    return 200, {"content-type": "image/jpeg"}, jpeg(image)


@dataclass
class Service:
    """What it was asked, and what it says next: the last answer again and again."""

    url: str = ""
    answers: list[Callable[[bytes], Answer]] = field(default_factory=lambda: [greyed])
    asked: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Path, and name and type of the part that was sent."""
    hung_up: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
            (part,) = message_from_bytes(head + body, policy=policy.HTTP).iter_parts()
            name = str(part.get_param("name", header="content-disposition"))
            told.asked.append((self.path, name, part.get_content_type()))
            answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            status, headers, content = answer(part.get_content())
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            told.asked.append((self.path, "", ""))
            self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told.url = f"http://127.0.0.1:{server.server_port}/blur/"
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield told
        told.hung_up.set()
        server.shutdown()
        thread.join()


def says(status: int, content: bytes = b"", **headers: str) -> Callable[[bytes], Answer]:
    return lambda sent: (status, headers, content)


def test_a_picture_is_sent_as_panoramax_takes_it(service: Service) -> None:
    image = picture(3, WIDE)
    done = BlurService(service.url).blur(image)
    assert service.asked == [("/blur/", "picture", "image/jpeg")]
    assert done.areas == [] and done.image.shape == image.shape
    upper, lower = np.split(done.image.astype(int), 2)
    assert np.abs(upper[:-16] - 128).max() < 12, "but for the edge, which JPEG smears"
    assert np.abs(lower[16:] - np.split(image.astype(int), 2)[1][16:]).mean() < 6


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_service_that_is_busy_is_asked_again_later(service: Service, status: int) -> None:
    service.answers = [says(status), greyed]
    blurrer = BlurService(service.url)
    with pytest.raises(Transient, match=str(status)):
        blurrer.blur(picture(3, WIDE))
    assert len(blurrer.blur(picture(3, WIDE)).image)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(200, jpeg(picture(1, 512))), "another size"),
        (says(200, b"<html>welkom</html>"), "no picture"),
        (says(200), "no picture"),
        (says(204), "refuses the picture \\(204\\)"),
        (says(400), "refuses the picture \\(400\\)"),
        (says(413), "refuses the picture \\(413\\)"),
    ],
)
def test_an_odd_answer_is_final(
    service: Service, answer: Callable[[bytes], Answer], why: str
) -> None:
    service.answers = [answer]
    with pytest.raises(Rejected, match=why):
        BlurService(service.url).blur(picture(3, WIDE))


def test_a_picture_goes_to_no_other_host(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where an answer points to, nor by way of a proxy."""
    elsewhere = service.url.replace("/blur/", "/binnen")
    for status in (301, 302, 303, 307, 308):
        service.answers = [says(status, location=elsewhere)]
        with pytest.raises(Rejected, match="points elsewhere"):
            BlurService(service.url).blur(picture(3, WIDE))
    assert {path for path, *_ in service.asked} == {"/blur/"}
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, service.url.replace("/blur/", "/proxy"))
    monkeypatch.setenv("no_proxy", "")
    service.answers = [greyed]
    BlurService(service.url).blur(picture(3, WIDE))
    assert service.asked[-1][0] == "/blur/", "a proxy would be asked for the whole address"


def test_a_service_that_is_silent_or_away(service: Service) -> None:
    def silent(sent: bytes) -> Answer:
        service.hung_up.wait(30)
        return greyed(sent)

    service.answers = [silent]
    with pytest.raises(Transient, match="ReadTimeout"):
        BlurService(service.url, timeout_s=0.3).blur(picture(3, WIDE))
    with pytest.raises(Transient, match="ConnectError"):
        BlurService("http://127.0.0.1:1/blur/").blur(picture(3, WIDE))


def test_no_answer_is_read_without_end(service: Service) -> None:
    service.answers = [says(200, b"x" * 20_000)]
    with pytest.raises(Rejected, match="more than a picture"):
        BlurService(service.url, largest=10_000).blur(picture(3, WIDE))


@pytest.mark.parametrize(
    "url", ["ftp://blur.example/", "blur.example/blur/", "http://", "http://["]
)
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(ValidationError, match="blur_url"):
        ImagerySettings.model_validate({"blur_url": url})


def test_a_run_by_a_service(service: Service, fresh_dsn: str, tmp_path: Path) -> None:
    """What it answers is kept; while it is away nothing is, and the next try makes it good."""
    settings = settings_for(fresh_dsn, tmp_path)
    imagery = settings.imagery.model_copy(update={"blur_url": service.url})
    job = Surroundings(settings.model_copy(update={"imagery": imagery}), fresh_dsn)
    deliver(job.settings.home, "c", {"1.jpg": jpeg(picture(1))})
    job.through(ingest, IngestInputs(folder="c"))
    (piece,) = blurring.plan(job, BlurInputs(campaign="c"))
    service.answers = [says(503), greyed]
    with pytest.raises(Transient):
        blurring.work(job, BlurInputs(campaign="c"), piece.item)
    with connect(job.dsn) as owner:
        row = owner.execute("SELECT blurred, derived_key FROM geoloket.panoramas").fetchone()
    assert row == {"blurred": False, "derived_key": None}
    told = job.through(blurring, BlurInputs(campaign="c"))
    assert (told.pictures, told.areas, told.rejected) == (1, 0, {})
    with connect(job.dsn) as owner:
        row = owner.execute(
            "SELECT p.blurred, p.review_state, p.is_public, p.derived_key, l.by "
            "FROM geoloket.panoramas AS p JOIN imagery.lookings AS l ON l.panorama = p.id"
        ).fetchone()
    assert row and row["blurred"] and row["review_state"] == "in_review" and not row["is_public"]
    assert row["by"] == "service-127.0.0.1"
    kept = seen(job.storage.path(f"{row['derived_key']}/blurred.jpg"))
    assert np.abs(kept[: len(kept) // 2 - 16].astype(int) - 128).max() < 16
