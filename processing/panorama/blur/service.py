"""Blurring by a service such as that of Panoramax: a picture is sent, a blurred one comes back.

It hides what it was trained on, plates too; where that was is not told.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from processing.context import Rejected, Transient
from processing.panorama.blur import Blurred
from processing.panorama.sphere import Image, decode, encode

_LARGEST = 400_000_000


class BlurService:
    """A Blurrer elsewhere, at the address of the settings."""

    def __init__(self, url: str, timeout_s: float = 180.0) -> None:
        self._url = url
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """Where it is: its edition is not known."""
        return f"service-{urlsplit(self._url).hostname}"

    def blur(self, image: Image) -> Blurred:
        """Send it and take what comes back. Raises Transient, and Rejected for an odd answer."""
        sent = {"picture": ("picture.jpg", encode(image, 95), "image/jpeg")}
        try:
            answer = httpx.post(self._url, files=sent, timeout=self._timeout_s)
        except httpx.HTTPError as fault:
            raise Transient(
                f"the blurring service does not answer: {type(fault).__name__}"
            ) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Transient(f"the blurring service answers {answer.status_code}")
        if answer.status_code >= 400 or len(answer.content) > _LARGEST:
            raise Rejected(f"the blurring service refuses the picture ({answer.status_code})")
        blurred = decode(answer.content)
        if blurred.shape != image.shape:
            raise Rejected("the blurring service gives back a picture of another size")
        return Blurred(blurred, [])
