"""Whether an address can be listened on, asked before anything heavy is started."""

from __future__ import annotations

import socket

from geoloket.errors import CommandError


def refuse_taken(host: str, port: int) -> None:
    """Raises CommandError when nobody can listen there: taken, forbidden or not ours."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandError(f"cannot listen on {host}:{port}: {reason}") from None
