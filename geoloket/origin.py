"""The address by which visitors reach us: what links in feeds, mails and documents start with."""

from __future__ import annotations

import re
from typing import Final

from geoloket.errors import BadRequest
from geoloket.settings import Settings

_HOST: Final = re.compile(r"[A-Za-z0-9._\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def origin(settings: Settings, *, scheme: str, host: str | None, root_path: str = "") -> str:
    """Our address without a slash at the end: the configured one, else what the request says.

    ``host`` is the Host header, ``root_path`` what a proxy took off the path. Raises BadRequest for
    a header that is not a host, because it would be copied into every link.
    """
    if settings.server.public_url:
        return settings.server.public_url.rstrip("/")
    host = host or "localhost"
    if not _HOST.fullmatch(host):
        raise BadRequest("The Host header is not the name of a host.")
    return f"{scheme}://{host}{root_path}"
