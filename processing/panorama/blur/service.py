"""Blurring by a service such as that of Panoramax: a picture is sent, a blurred one comes back.

It hides what it was trained on, plates too; where that was is not told. A picture on which people
can be known goes to the host of the settings and to no other: neither a redirect nor a proxy of the
environment is followed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from processing.context import Rejected, Transient
from processing.panorama.blur import Blurred
from processing.panorama.sphere import Image, decode, encode

_LARGEST = 400_000_000
_LATER = frozenset({408, 425, 429})
"""Refusals that are no word on the picture."""


class BlurService:
    """A Blurrer elsewhere, at the address of the settings."""

    def __init__(self, url: str, timeout_s: float = 180.0, largest: int = _LARGEST) -> None:
        """``timeout_s``: for the whole of an answer; ``largest``: bytes of one."""
        self._url = url
        self._timeout_s = timeout_s
        self._largest = largest

    @property
    def name(self) -> str:
        """Where it is: its edition is not known."""
        return f"service-{urlsplit(self._url).hostname}"

    def blur(self, image: Image) -> Blurred:
        """Send it and take what comes back. Raises Transient, and Rejected for an odd answer."""
        try:
            content = self._asked(encode(image, 95))
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise Transient(
                f"the blurring service does not answer: {type(fault).__name__}"
            ) from None
        try:
            blurred = decode(content)
        except Rejected:
            raise Rejected("the blurring service gives back no picture") from None
        if blurred.shape != image.shape:
            raise Rejected("the blurring service gives back a picture of another size")
        return Blurred(blurred, [])

    def _asked(self, picture: bytes) -> bytes:
        """The answer to a picture, whole."""
        sent = {"picture": ("picture.jpg", picture, "image/jpeg")}
        until = time.monotonic() + self._timeout_s
        with (
            httpx.Client(
                timeout=self._timeout_s, follow_redirects=False, trust_env=False
            ) as client,
            client.stream("POST", self._url, files=sent) as answer,
        ):
            status = answer.status_code
            if status >= 500 or status in _LATER:
                raise Transient(f"the blurring service answers {status}")
            if answer.is_redirect:
                raise Rejected(f"the blurring service points elsewhere ({status}): not followed")
            if status != 200:
                raise Rejected(f"the blurring service refuses the picture ({status})")
            return b"".join(self._within(answer.iter_bytes(), until))

    def _within(self, parts: Iterator[bytes], until: float) -> Iterator[bytes]:
        """The parts of an answer, as long as it is neither too large nor too slow."""
        held = 0
        for part in parts:
            held += len(part)
            if held > self._largest:
                raise Rejected("the blurring service gives back more than a picture")
            if time.monotonic() > until:
                raise Transient("the blurring service does not come to an end")
            yield part
