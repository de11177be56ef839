"""Telling a subscriber how a run goes (OGC 18-062r2 §7.14): only hosts that the settings name."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from geoloket.process import subscriber_fault
from geoloket.settings import Settings

MOST_TRIES: Final = 4
_PATIENCE_S: Final = 10.0
_NAT64: Final = IPv6Network("64:ff9b::/96")
_PLACES: Final = {"running": "inProgressUri", "successful": "successUri", "failed": "failedUri"}

_logger: Final = logging.getLogger("geoloket.jobs")


async def tell(run: Mapping[str, Any], status: str, settings: Settings) -> bool:
    """Post what there is to say; False when it may work later."""
    address: str | None = run["wish"].get("subscriber", {}).get(_PLACES[status])
    if address is None or subscriber_fault(address, settings.jobs.call_hosts):
        return True  # not asked, or not allowed any more
    parts = urlsplit(address)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    place = await asyncio.to_thread(public_address, parts.hostname or "", port)
    if place is None:
        _logger.warning("subscriber not told", extra={"why": "its address is not public"})
        return True
    # To the very address that was looked at: a name may lead elsewhere a moment later.
    host = f"[{place}]" if ":" in place else place
    url = httpx.URL(address).copy_with(host=host.strip("[]"), port=port)
    headers = {"host": parts.netloc.rpartition("@")[2]}
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S, trust_env=False) as client:
            answer = await client.post(
                url,
                json=_message(run, status),
                headers=headers,
                extensions={"sni_hostname": parts.hostname},
            )
    except httpx.HTTPError:
        return False
    return answer.status_code < 500


def _message(run: Mapping[str, Any], status: str) -> Mapping[str, Any]:
    if status == "successful":
        return run["outputs"] or {}
    if status == "failed":
        return run["problem"] or {}
    facts = {"type": "process", "jobID": str(run["id"]), "processID": run["process"]}
    return facts | {"status": "running", "progress": run["progress"]}


def public_address(host: str, port: int) -> str | None:
    """An address of the host; None when it has none, or any that is not on the open internet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return None
    places = [str(one[4][0]) for one in found]
    if not places or not all(_is_public(place) for place in places):
        return None
    return places[0]


def _is_public(place: str) -> bool:
    """Whether it is on the open internet, also what a gateway would make of it (RFC 6052, 3056)."""
    address = ip_address(place)
    inner: IPv4Address | None = None
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
    both = (address,) if inner is None else (address, inner)
    return all(one.is_global and not one.is_multicast for one in both)
