"""Every link of every document leads somewhere: from the landing page on, for a visitor."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fixtures.openapi import plain

BASE = "http://loket.test/ogc"


def links_in(part: Any) -> list[dict[str, Any]]:
    """The links at any depth of a document."""
    if isinstance(part, list):
        return [found for one in part for found in links_in(one)]
    if not isinstance(part, dict):
        return []
    own = [one for one in part.get("links", []) if isinstance(one, dict)]
    return own + [found for one in part.values() for found in links_in(one)]


def shape_of(address: str) -> str:
    """Addresses of one kind: features and tiles are as good as each other."""
    parts = urlsplit(address)
    path = re.sub(r"/items/[^/?]+", "/items/*", parts.path)
    return f"{path}?{re.sub(r'(cursor|offset)=[^&]+', r'\\1', parts.query)}"


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_link_leads_somewhere(ogc: httpx.AsyncClient, language: str) -> None:
    """It has an address, a relation and a type, and where it is ours a title, and answers 200 with
    that type.

    ``hreflang``, where there is one, is the language of the answer.
    """
    headers = {"accept-language": language}
    waiting, seen, faults = [f"{BASE}?lang={language}", BASE], set[str](), list[str]()
    while waiting:
        address = waiting.pop()
        answer = await ogc.get(address, headers=headers)
        assert answer.status_code == 200, address
        for link in links_in(answer.json()):
            where = f"{link} in {address}"
            wanted = ("href", "rel", "type")
            faults += [f"no {part}: {where}" for part in wanted if not link.get(part)]
            target = str(link.get("href", ""))
            if target.startswith(BASE) and not link.get("title"):
                faults.append(f"no title: {where}")
            if str(link["rel"]).endswith("/execute"):  # by POST
                continue
            if link.get("templated") or not target.startswith(BASE) or shape_of(target) in seen:
                continue
            seen.add(shape_of(target))
            asking = headers if "lang=" in target else headers | {"accept": link["type"]}
            followed = await ogc.get(target, headers=asking)
            kind = followed.headers.get("content-type", "")
            if followed.status_code == 204 and "/orthophotos/" in link["href"]:
                continue  # where there is no photo yet
            if followed.status_code != 200 or plain(kind) != plain(link["type"]):
                faults.append(f"{followed.status_code} {kind}: {where}")
                continue
            spoken = followed.headers.get("content-language")
            if link.get("hreflang") not in (None, spoken):
                faults.append(f"answers in {spoken}: {where}")
            if kind.split(";")[0].endswith("json") and "version" not in kind:
                waiting.append(target)
    assert not faults, "\n".join(sorted(set(faults))[:40])
    assert len(seen) > 100, "the walk ended early"


async def test_links_stay_on_this_service(ogc: httpx.AsyncClient) -> None:
    """What is linked elsewhere is named by the standards or by a publisher, never a resource."""
    for path in ("", "/collections", "/collections/parcels", "/collections/parcels/items"):
        for link in links_in((await ogc.get(path)).json()):
            if link["rel"] in ("self", "alternate", "next", "prev", "items", "collection", "data"):
                assert link["href"].startswith(BASE), link
