"""Events of the UiTdatabank: CdbXML 3 search answers and JSON-LD, by an allow-list.

Only what a calendar shows is read: name, kind, text, place, time, link. Organisers, contacts,
performers, prices and pictures are not even looked at; mail addresses and telephone numbers that
stand in a text are blotted out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, Final, cast

import orjson
import shapely
from lxml import etree

from geoloket.errors import SourceRejected
from processing.importing.source import GEOMETRY, Rows

SUFFIXES: Final = (".xml", ".jsonld", ".json")

COLUMNS: Final = (
    "uit_id", "title", "eventtype", "summary", "venue", "street", "postcode", "locality",
    "starts", "ends", "website", "workflow",
)  # fmt: skip

_TAG = re.compile(r"<[^>]*>")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?<![\w/])(\+32|0)[\d ./()-]{7,14}\d(?!\w)")
_LARGEST = 64 << 20


def read(name: str, opener: Callable[[], IO[bytes]]) -> Rows | None:
    """The events of a file; None when it is something else. Raises SourceRejected when broken."""
    if not name.lower().endswith(SUFFIXES):
        return None
    with opener() as stream:
        start = stream.read(4096)
    if name.lower().endswith(".xml"):
        return _cdbxml(name, opener) if b"cdbxml" in start else None
    return _jsonld(name, opener) if b'"FeatureCollection"' not in start else None


def _cdbxml(name: str, opener: Callable[[], IO[bytes]]) -> Rows:
    with opener() as stream:
        try:
            # No entities, no network: the file comes from outside.
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.parse(stream, parser).getroot()
        except etree.XMLSyntaxError as error:
            raise SourceRejected(f"{name}: {error}") from None
    events = [_from_xml(event) for event in root.iterfind("{*}event")]
    return Rows(name, COLUMNS, events, srid=4326, total=len(events))


def _from_xml(event: Any) -> dict[str, object]:
    detail = "{*}eventdetails/{*}eventdetail[@lang='nl']/"
    address = "{*}location/{*}address/{*}physical/"
    starts, ends = _xml_times(event)
    return {
        "uit_id": event.get("cdbid"),
        "title": event.findtext(f"{detail}{{*}}title"),
        "eventtype": event.findtext("{*}categories/{*}category[@type='eventtype']"),
        "summary": plain(event.findtext(f"{detail}{{*}}shortdescription")),
        "venue": event.findtext("{*}location/{*}label"),
        "street": _joined(
            event.findtext(f"{address}{{*}}street"), event.findtext(f"{address}{{*}}housenr")
        ),
        "postcode": event.findtext(f"{address}{{*}}zipcode"),
        "locality": event.findtext(f"{address}{{*}}city"),
        "starts": starts,
        "ends": ends,
        "website": event.findtext("{*}contactinfo/{*}url"),
        "workflow": event.get("wfstatus"),
        GEOMETRY: _point(
            event.findtext(f"{address}{{*}}gis/{{*}}xcoordinate"),
            event.findtext(f"{address}{{*}}gis/{{*}}ycoordinate"),
        ),
    }


def _xml_times(event: Any) -> tuple[str | None, str | None]:
    """First begin and last end of the calendar: single days with hours, or a period of days."""
    begins: list[str] = []
    ends: list[str] = []
    for stamp in event.iterfind("{*}calendar/{*}timestamps/{*}timestamp"):
        day = stamp.findtext("{*}date") or ""
        begin = stamp.findtext("{*}timestart") or "00:00:00"
        begins.append(f"{day}T{begin}")
        ends.append(f"{day}T{stamp.findtext('{*}timeend') or '23:59:59'}")
    for period in event.iterfind("{*}calendar/{*}periods/{*}period"):
        begins.append(f"{period.findtext('{*}datefrom')}T00:00:00")
        ends.append(f"{period.findtext('{*}dateto')}T23:59:59")
    return min(begins, default=None), max(ends, default=None)


def _jsonld(name: str, opener: Callable[[], IO[bytes]]) -> Rows | None:
    with opener() as stream:
        content = stream.read(_LARGEST + 1)
    try:
        document: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if name.lower().endswith(".jsonld"):
            raise SourceRejected(f"{name}: {error}") from None
        return None
    members = _members(document)
    events = [_from_json(member) for member in members if _is_event(member)]
    if not events:
        return None
    return Rows(name, COLUMNS, events, srid=4326, total=len(events))


def _members(document: Any) -> Sequence[Mapping[str, Any]]:
    """One event, a list, or the ``member`` of a hydra collection."""
    if isinstance(document, dict):
        held = cast("dict[str, Any]", document)
        document = held.get("member") or held.get("hydra:member") or [held]
    if not isinstance(document, list):
        return ()
    found = cast("list[Any]", document)
    return [cast("dict[str, Any]", member) for member in found if isinstance(member, dict)]


def _is_event(member: Mapping[str, Any]) -> bool:
    return "/event" in str(member.get("@id", "")) and "name" in member


def _from_json(event: Mapping[str, Any]) -> dict[str, object]:
    language = str(event.get("mainLanguage", "nl"))
    place: Mapping[str, Any] = event.get("location") or {}
    address: Mapping[str, Any] = _spoken(place.get("address"), language) or {}
    position: Mapping[str, Any] = place.get("geo") or {}
    return {
        "uit_id": str(event["@id"]).rstrip("/").rsplit("/", 1)[-1],
        "title": _spoken(event.get("name"), language),
        "eventtype": next(_labels(event, "eventtype"), None),
        "summary": plain(_spoken(event.get("description"), language)),
        "venue": _spoken(place.get("name"), language),
        "street": address.get("streetAddress"),
        "postcode": address.get("postalCode"),
        "locality": address.get("addressLocality"),
        "starts": event.get("startDate"),
        "ends": event.get("endDate"),
        "website": event.get("sameAs") if isinstance(event.get("sameAs"), str) else None,
        "workflow": str(event.get("workflowStatus", "")).lower(),
        GEOMETRY: _point(position.get("longitude"), position.get("latitude")),
    }


def _labels(event: Mapping[str, Any], domain: str) -> Iterator[str]:
    for term in event.get("terms") or ():
        if term.get("domain") == domain:
            yield str(term.get("label"))


def _spoken(value: Any, language: str) -> Any:
    """Dutch, else the main language, else the value itself: older events have bare strings."""
    if isinstance(value, dict):
        texts = cast("dict[str, Any]", value)
        return texts.get("nl") or texts.get(language) or (None if "nl" in texts else texts)
    return value


def _joined(*words: str | None) -> str | None:
    return " ".join(filter(None, words)) or None


def _point(x: object, y: object) -> Any:
    try:
        return shapely.Point(float(str(x)), float(str(y)))
    except ValueError:
        return None


def plain(text: object) -> str | None:
    """A text without mark-up, mail addresses and telephone numbers."""
    if not isinstance(text, str):
        return None
    bare = html.unescape(_TAG.sub(" ", text))
    return _TELEPHONE.sub("[…]", _MAIL.sub("[…]", bare))
