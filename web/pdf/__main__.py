"""The program: a page as HTML on its input, tagged PDF (PDF/UA-1, ISO 14289-1) on its output."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_DIES_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_MEMORY: Final = 2 << 30


def main() -> None:
    """Read a line of JSON: ``html``, ``fonts`` (files by address), ``identifier``, ``seconds``."""
    job = json.loads(sys.stdin.buffer.readline())
    _limit(int(job["seconds"]))
    sys.stdout.buffer.write(typeset(job["html"], job["fonts"], job["identifier"]))


def typeset(html: str, fonts: Mapping[str, str], identifier: str) -> bytes:
    """The PDF of a page; the same page with the same identifier gives the same bytes."""
    os.environ["SOURCE_DATE_EPOCH"] = "0"  # fonts that are cut down hold no time of day
    from weasyprint import HTML  # noqa: PLC0415  # half a second, and only for this program
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)

    class OnlyOurFonts(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url not in fonts:
                raise ValueError("nothing is fetched for a PDF")
            letters = Path(fonts[url]).read_bytes()
            return URLFetcherResponse(url, letters, {"Content-Type": "font/woff2"})

    document = HTML(string=html, url_fetcher=OnlyOurFonts(), base_url=None)
    made = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode())
    assert made is not None  # noqa: S101  # it is only None when a target is given
    return made


def _limit(seconds: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
