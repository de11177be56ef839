"""Permits as a feed of changes (Atom, RFC 4287): an entry changes when its file does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final
from xml.etree import ElementTree as Xml

from psycopg.rows import DictRow
from starlette.responses import Response

from web import words
from web.paths import path
from web.permits.filters import Filter
from web.permits.line import permit_line
from web.sentences import Sentences
from web.view import Site

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def atom(
    rows: Sequence[DictRow], chosen: Filter, site: Site, origin: str, say: Sentences
) -> Response:
    """The feed of a filtered list. ``updated`` is the day of the last change of a file, there.

    Ids are addresses in Dutch, so that an entry is the same in both languages.
    """
    Xml.register_namespace("", _ATOM)
    name = f"{site.name}".strip()
    feed = Xml.Element(f"{{{_ATOM}}}feed", {"xml:lang": say.language})
    itself = origin + chosen.href(say, ".atom")
    _text(feed, "id", itself)
    _text(feed, "title", say("permits.feed", name=name) if name else say("permits.feed_plain"))
    _text(feed, "updated", max((_updated(row) for row in rows), default=_NEVER).isoformat())
    _link(feed, "self", itself, "application/atom+xml")
    _link(feed, "alternate", origin + chosen.href(say), "text/html")
    author = Xml.SubElement(feed, f"{{{_ATOM}}}author")
    _text(author, "name", name or say("site.name"))
    for row in rows:
        _entry(feed, row, origin, say)
    body = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type=MEDIA_TYPE)


def _entry(feed: Xml.Element, row: DictRow, origin: str, say: Sentences) -> None:
    line = permit_line(row, say, words.today())
    entry = Xml.SubElement(feed, f"{{{_ATOM}}}entry")
    _text(entry, "id", origin + path("permit", "nl", id=row["id"]))
    _text(entry, "title", say("permits.entry", status=line.status, title=line.title))
    _text(entry, "updated", _updated(row).isoformat())
    if row["submitted_on"]:
        _text(entry, "published", _midnight(row["submitted_on"]).isoformat())
    _link(entry, "alternate", origin + path("permit", say.language, id=row["id"]), "text/html")
    Xml.SubElement(entry, f"{{{_ATOM}}}category", {"term": row["status"] or "unknown"})
    parts = [line.address, _plain(line.meta), _plain(line.notice or "")]
    _text(entry, "summary", ". ".join(part.rstrip(".") for part in parts if part) + ".")


def _plain(text: str) -> str:
    return text.striptags() if hasattr(text, "striptags") else text  # pyright: ignore


def _updated(row: DictRow) -> datetime:
    changed: date = row["changed"]
    return _midnight(changed) if changed.year > 1 else _NEVER


def _midnight(day: date) -> datetime:
    """The beginning of a day in Flanders."""
    return datetime(day.year, day.month, day.day, tzinfo=words.BRUSSELS)


def _text(parent: Xml.Element, tag: str, text: str) -> None:
    # XML 1.0 has no control characters, not even escaped.
    Xml.SubElement(parent, f"{{{_ATOM}}}{tag}").text = "".join(
        sign for sign in text if sign >= " " or sign in "\t\n"
    )


def _link(parent: Xml.Element, rel: str, href: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href, "type": kind})
