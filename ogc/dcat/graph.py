"""The graph: a catalogue of datasets with their distributions, and the service that gives them.

Obligations are those of the published tables of DCAT-AP Vlaanderen 2022-04-21 and GeoDCAT-AP 3.0;
``tests/contract/dcat`` has them as SHACL shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geoloket import crs
from geoloket.language import LANGUAGES, pick
from geoloket.licences import CATALOGUE
from ogc.dcat import nodes
from ogc.dcat.context import CONTEXT
from ogc.dcat.nodes import said, sentence
from ogc.links import name_of, segment
from ogc.negotiation import HTML, Format
from ogc.offers import ITEM_FORMATS
from ogc.records.entries import Entry, around
from ogc.records.publisher import Publisher
from ogc.records.record import NAME, licence_of, moment
from ogc.records.vocabulary import (
    DATA_THEME,
    DATA_THEMES,
    FLANDERS,
    INSPIRE_CODES,
    INSPIRE_THEME,
    TOPIC,
    TOPICS,
    file_type,
    inspire_name,
)

Json = dict[str, Any]

_MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types"
_PROFILES: Final = (
    ("https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL", "DCAT-AP Vlaanderen"),
    ("https://semiceu.github.io/GeoDCAT-AP/releases/3.0.0", "GeoDCAT-AP 3.0"),
)
_STANDARDS: Final = (
    ("http://www.opengis.net/spec/ogcapi-features-1/1.0", "OGC API Features Part 1: Core"),
    ("http://www.opengis.net/spec/ogcapi-tiles-1/1.0", "OGC API Tiles Part 1: Core"),
    ("http://www.opengis.net/spec/ogcapi-records-1/1.0", "OGC API Records Part 1: Core"),
)

_FILES: Final = tuple(offer for offer in ITEM_FORMATS if offer != HTML)
"""What a dataset is distributed as: a web page of it is none."""


class Graph:
    """Makes the nodes of one document: an address, a language and a publisher."""

    def __init__(self, base: str, language: str, by: Publisher) -> None:
        self._base = base
        self._language = language
        self._by = by

    def catalogue(self, found: Sequence[Entry]) -> Json:
        """The whole catalogue, every node inside the one that points to it."""
        by, language = self._by, self._language
        node: Json = {
            "@context": CONTEXT,
            "@id": f"{self._base}/collections/{NAME}",
            "@type": "dcat:Catalog",
            "dct:identifier": f"{self._base}/collections/{NAME}",
            "dct:title": {"@value": by.title, "@language": language},
            "dct:description": {"@value": by.description, "@language": language},
            "dct:license": nodes.terms(self._base, CATALOGUE, language),
            "dct:language": nodes.tongue(language),
            "dcat:themeTaxonomy": {"@id": DATA_THEME, "@type": "skos:ConceptScheme"},
            "foaf:homepage": {"@id": by.page, "@type": "foaf:Document"},
            **self._responsible(),
            "dcat:dataset": [self.dataset(entry) for entry in found],
            "dcat:record": [self._record(entry) for entry in found],
        }
        if not by.invented:
            node["dct:spatial"] = [{"@id": FLANDERS, "@type": "dct:Location"}]
        if found:
            node["dct:modified"] = moment(max(entry.changed_at for entry in found))
            node["dcat:service"] = self._service(found)
        return node

    def dataset(self, entry: Entry) -> Json:
        """A layer, with its distributions."""
        layer, language = entry.layer, self._language
        node: Json = {
            "@id": self._address(entry),
            "@type": "dcat:Dataset",
            "dct:identifier": self._address(entry),
            "dct:title": said(layer.title, language),
            "dct:description": said(layer.description, language),
            "dct:modified": moment(entry.changed_at),
            "dct:accessRights": nodes.access(entry.open),
            "dct:language": nodes.tongue("nl"),
            "dcat:landingPage": {
                "@id": f"{self._address(entry)}?f={HTML.name}",
                "@type": "foaf:Document",
            },
            "dcat:keyword": self._keywords(entry),
            "dcat:theme": self._themes(entry),
            "dcat:distribution": [self._distribution(entry, offer) for offer in _FILES],
            "geodcatap:resourceType": _inspire("ResourceType", "dataset"),
            **self._responsible(),
        }
        return node | self._where_and_when(entry) | self._known_as(entry) | _statute(entry)

    def _address(self, entry: Entry) -> str:
        return f"{self._base}/collections/{entry.layer.id}"

    def _responsible(self) -> Json:
        return {
            "dct:publisher": nodes.agent(self._base, self._by, self._language),
            "dcat:contactPoint": nodes.contact(self._base, self._by, self._language),
        }

    def _keywords(self, entry: Entry) -> list[Json]:
        words = [*entry.layer.keywords, *([nodes.OPEN_DATA] if entry.open else [])]
        return [{"@value": word, "@language": "nl"} for word in words]

    def _themes(self, entry: Entry) -> list[Json]:
        subject, language = entry.layer.subject, self._language
        found = [
            nodes.concept(f"{DATA_THEME}/{theme}", DATA_THEME, said(DATA_THEMES[theme], language))
            for theme in subject.themes
        ]
        if theme := subject.inspire:
            name = said(inspire_name(theme), language)
            found.append(nodes.concept(f"{INSPIRE_THEME}/{theme}", INSPIRE_THEME, name))
        return found

    def _where_and_when(self, entry: Entry) -> Json:
        layer, found = entry.layer, Json()
        if entry.box:
            label = {"@value": self._by.name, "@language": self._language}
            found["dct:spatial"] = nodes.place(entry.box, label)
        if layer.geometry:
            systems = [nodes.reference_system(one, self._language) for one in _systems()]
            found["dct:conformsTo"] = systems
            scheme = "http://www.opengis.net/def/crs"
            found["geodcatap:referenceSystem"] = [
                nodes.concept(system["@id"], scheme) for system in systems
            ]
        if entry.period and (entry.period.begin or entry.period.end):
            found["dct:temporal"] = nodes.duration(entry.period)
        if layer.subject.resolution_m:
            found["dcat:spatialResolutionInMeters"] = str(layer.subject.resolution_m)
        if topic := layer.subject.topic:
            name = said(TOPICS[topic], self._language)
            found["geodcatap:topicCategory"] = nodes.concept(f"{TOPIC}/{topic}", TOPIC, name)
        return found

    def _known_as(self, entry: Entry) -> Json:
        layer, found = entry.layer, Json()
        if layer.attribution:
            source = {"@value": layer.attribution, "@language": "nl"}
            found["dct:provenance"] = {"@type": "dct:ProvenanceStatement", "rdfs:label": source}
        if layer.subject.identifiers:
            found["adms:identifier"] = [
                {"@type": "adms:Identifier", "skos:notation": name}
                for name in layer.subject.identifiers
            ]
        return found

    def _distribution(self, entry: Entry, offer: Format) -> Json:
        language, address = self._language, f"{self._address(entry)}/items?f={offer.name}"
        parts = {"title": pick(entry.layer.title, language), "format": name_of(offer)}
        media_type = offer.media_type.split(";")[0]
        node: Json = {
            "@id": f"{self._address(entry)}#{segment(offer.name)}",
            "@type": "dcat:Distribution",
            "dct:identifier": f"{self._address(entry)}#{segment(offer.name)}",
            "dct:title": sentence("distribution", language, **parts),
            "dct:description": sentence("distribution_intro", language, **parts),
            "dct:license": nodes.terms(self._base, licence_of(entry, self._by), language),
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dcat:accessService": f"{self._base}#service",
            "dcat:mediaType": {"@id": f"{_MEDIA_TYPE}/{media_type}", "@type": "dct:MediaType"},
        }
        if kind := file_type(offer):
            scheme = kind.rsplit("/", 1)[0]
            node["dct:format"] = nodes.concept(kind, scheme, None, "dct:MediaTypeOrExtent")
        if entry.layer.attribution:
            source = {"@value": entry.layer.attribution, "@language": "nl"}
            node["dct:rights"] = {"@type": "dct:RightsStatement", "rdfs:label": source}
        return node

    def _record(self, entry: Entry) -> Json:
        address = f"{self._base}/collections/{NAME}/items/{entry.layer.id}"
        description = sentence("dcat_profile", self._language)
        return {
            "@id": address,
            "@type": "dcat:CatalogRecord",
            "dct:identifier": address,
            "dct:title": said(entry.layer.title, self._language),
            "dct:modified": moment(entry.changed_at),
            "dct:language": nodes.tongue(self._language),
            "dct:conformsTo": [nodes.standard(*one, description) for one in _PROFILES],
            "foaf:primaryTopic": self._address(entry),
        }

    def _service(self, found: Sequence[Entry]) -> Json:
        language, by = self._language, self._by
        node: Json = {
            "@id": f"{self._base}#service",
            "@type": "dcat:DataService",
            "dct:identifier": f"{self._base}#service",
            "dct:title": sentence("service_title", language, name=by.name),
            "dct:description": sentence("intro", language),
            "dct:modified": moment(max(entry.changed_at for entry in found)),
            "dct:accessRights": nodes.access(True),
            "dct:license": nodes.terms(self._base, by.licence, language),
            "dct:conformsTo": [
                nodes.standard(uri, title, sentence("dcat_standard", language))
                for uri, title in _STANDARDS
            ],
            "mdcat:statuut": nodes.statute("VLOPENDATASERVICE"),
            "dct:language": [nodes.tongue(spoken) for spoken in LANGUAGES],
            "dcat:endpointURL": self._base,
            "dcat:endpointDescription": f"{self._base}/openapi",
            "dcat:landingPage": {"@id": f"{self._base}?f=html", "@type": "foaf:Document"},
            "dcat:servesDataset": [self._address(entry) for entry in found],
            "dcat:theme": nodes.concept(
                f"{DATA_THEME}/REGI", DATA_THEME, said(DATA_THEMES["REGI"], language)
            ),
            "dcat:keyword": [{"@value": "geodata", "@language": "nl"}],
            "geodcatap:resourceType": _inspire("ResourceType", "service"),
            "geodcatap:serviceType": _inspire("SpatialDataServiceType", "download"),
            "geodcatap:serviceCategory": _inspire(
                "SpatialDataServiceCategory", "infoFeatureAccessService"
            ),
            **self._responsible(),
        }
        if box := around(found):
            label = {"@value": by.name, "@language": language}
            node["dct:spatial"] = nodes.place(box, label)
        return node


def _systems() -> list[crs.Crs]:
    return list(crs.SUPPORTED.values())


def _inspire(scheme: str, code: str) -> Json:
    address = f"{INSPIRE_CODES}/{scheme}"
    return nodes.concept(f"{address}/{code}", address)


def _statute(entry: Entry) -> Json:
    """Flanders takes over what is open; what is not says nothing here."""
    return {"mdcat:statuut": nodes.statute("VLOPENDATA")} if entry.open else {}
