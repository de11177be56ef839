"""The JSON-LD context: inside each document, so that no reader has to fetch anything."""

from __future__ import annotations

from typing import Any, Final

DCT: Final = "http://purl.org/dc/terms/"
PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": DCT,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "mdcat": "https://data.vlaanderen.be/ns/metadata-dcat#",
    "org": "http://www.w3.org/ns/org#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_ADDRESSES: Final = (
    "adms:identifier",
    "dcat:accessService",
    "dcat:accessURL",
    "dcat:contactPoint",
    "dcat:dataset",
    "dcat:distribution",
    "dcat:downloadURL",
    "dcat:endpointDescription",
    "dcat:endpointURL",
    "dcat:landingPage",
    "dcat:mediaType",
    "dcat:record",
    "dcat:servesDataset",
    "dcat:service",
    "dcat:theme",
    "dcat:themeTaxonomy",
    "dct:accessRights",
    "dct:conformsTo",
    "dct:format",
    "dct:language",
    "dct:license",
    "dct:provenance",
    "dct:publisher",
    "dct:rights",
    "dct:spatial",
    "dct:temporal",
    "dct:type",
    "foaf:homepage",
    "foaf:page",
    "foaf:primaryTopic",
    "geodcatap:referenceSystem",
    "geodcatap:resourceType",
    "geodcatap:serviceCategory",
    "geodcatap:serviceType",
    "geodcatap:topicCategory",
    "mdcat:statuut",
    "rdfs:seeAlso",
    "skos:inScheme",
    "vcard:hasEmail",
)
CONTEXT: Final[dict[str, Any]] = {
    **PREFIXES,
    **{name: {"@type": "@id"} for name in _ADDRESSES},
    "dct:modified": {"@type": "xsd:dateTime"},
    "dcat:bbox": {"@type": "gsp:wktLiteral"},
    "dcat:spatialResolutionInMeters": {"@type": "xsd:decimal"},
}
"""Prefixes, and which properties point to something instead of telling a text."""
