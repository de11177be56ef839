"""The conformance classes that this service declares; the README names the test of each."""

from __future__ import annotations

from typing import Final

_SPEC: Final = "http://www.opengis.net/spec"

CLASSES: Final = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-core",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-collection",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/records-api",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/searchable-catalog",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/searchable-catalog/sorting",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/sorting",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/autodiscovery",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/collections-selection",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/oas30",
    f"{_SPEC}/tms/2.0/conf/tilematrixset",
    f"{_SPEC}/tms/2.0/conf/json-tilematrixset",
)
