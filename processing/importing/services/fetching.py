"""Asking a service politely: few requests at a time, patience, and whole answers only."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx
import orjson

from geoloket import __version__
from geoloket.errors import SourceRejected

_logger = logging.getLogger(__name__)

_ATTEMPTS: Final = 6
_LONGEST_PAUSE_S: Final = 120.0
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotThere(SourceRejected):
    """The service does not have it, or not any more (404, 410)."""


@dataclass(slots=True)
class Fetcher:
    """Fetches JSON documents, again and again where that may help.

    An answer that is cut short, slow, or an error of the server is asked for again after 1, 2, 4 …
    seconds, or after as long as the server asks (``Retry-After``). Raises SourceRejected when six
    attempts were in vain, or at once when the server says that the question is wrong.
    """

    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pause: Callable[[float], None] = time.sleep
    timeout_s: float = 60.0
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        agent = {"User-Agent": f"Geoloket/{__version__} (municipal geo-counter, import)"}
        self.client = httpx.Client(
            base_url=self.base_url,
            headers={**agent, **self.headers},
            timeout=self.timeout_s,
            follow_redirects=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def document(
        self,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        whole: Callable[[Any], bool] = lambda document: True,
    ) -> Any:
        """The JSON document there, once it is ``whole``."""
        reason = ""
        for attempt in range(_ATTEMPTS):
            asked = 0.0
            try:
                answer = self.client.get(path, params=dict(parameters or {}))
                if answer.status_code == 200:
                    document = orjson.loads(answer.content)
                    if whole(document):
                        return document
                    reason = "the answer is not whole"
                elif answer.status_code not in _AGAIN:
                    raise _refusal(answer, path)
                else:
                    reason = f"status {answer.status_code}"
                    asked = _retry_after(answer)
            except httpx.TransportError as error:
                reason = type(error).__name__
            except orjson.JSONDecodeError:
                reason = "the answer was cut short"
            _logger.warning("service asked in vain: %s", reason, extra={"attempt": attempt + 1})
            if attempt + 1 < _ATTEMPTS:
                self.pause(max(asked, 2**attempt * random.uniform(0.8, 1.2)))  # noqa: S311
        raise SourceRejected(f"{self.client.base_url.host}: {reason}, {_ATTEMPTS} times ({path})")


def _refusal(answer: httpx.Response, path: str) -> SourceRejected:
    kind = NotThere if answer.status_code in {404, 410} else SourceRejected
    return kind(f"{answer.url.host} answers {answer.status_code} to {path}")


def _retry_after(answer: httpx.Response) -> float:
    """Seconds that the server asks to wait (RFC 9110 §10.2.3, the form in seconds)."""
    wish = answer.headers.get("Retry-After", "")
    return min(float(wish), _LONGEST_PAUSE_S) if wish.isdigit() else 0.0
