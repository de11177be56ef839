"""A feature of a layer of pictures as a STAC item (STAC 1.0.0), with where its pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from geoloket import __version__
from geoloket.rasters import LAYER as ORTHOPHOTOS
from ogc.links import segment, with_query

Json = dict[str, Any]

VERSION: Final = "1.0.0"
PANORAMAS: Final = "panoramas"
COLLECTIONS: Final = (ORTHOPHOTOS, PANORAMAS)

_SCHEMAS: Final = "https://stac-extensions.github.io"
_PROJ: Final = f"{_SCHEMAS}/projection/v1.1.0/schema.json"
_VIEW: Final = f"{_SCHEMAS}/view/v1.0.0/schema.json"
_PERS: Final = f"{_SCHEMAS}/perspective-imagery/v1.0.0/schema.json"
_RASTER: Final = f"{_SCHEMAS}/raster/v1.1.0/schema.json"
_EO: Final = f"{_SCHEMAS}/eo/v1.1.0/schema.json"
_PROCESSING: Final = f"{_SCHEMAS}/processing/v1.1.0/schema.json"
_FILE: Final = f"{_SCHEMAS}/file/v2.1.0/schema.json"
EXTENSIONS: Final = {
    ORTHOPHOTOS: (_PROJ, _RASTER, _EO, _PROCESSING, _FILE),
    PANORAMAS: (_PROJ, _VIEW, _PERS, _PROCESSING),
}

NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    ORTHOPHOTOS: {"datetime": "flown_on", "gsd": "resolution_m"},
    PANORAMAS: {"datetime": "captured_at", "view:azimuth": "heading_deg"},
}
"""What STAC calls fields of a layer that it has a name for."""

_COMMON: Final = frozenset({"red", "green", "blue", "nir"})
"""Bands that the extension for electro-optical pictures has a name for."""
_JPEG: Final = "image/jpeg"
COG: Final = "image/tiff; application=geotiff; profile=cloud-optimized"


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses under which a client reached us, and the system of storage."""

    base: str
    """That of the STAC API."""
    root: str
    """That of the website."""
    srid: int


def item(collection: str, feature: bytes, place: Place) -> Json:
    """The item of a GeoJSON feature in CRS84."""
    found = orjson.loads(feature)
    name, told = str(found["id"]), {k: v for k, v in found["properties"].items() if v is not None}
    own = f"{place.base}/collections/{collection}"
    make = _photo if collection == ORTHOPHOTOS else _panorama
    properties, assets = make(name, told, place, _bbox(found["geometry"]))
    return {
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": list(EXTENSIONS[collection]),
        "id": name,
        "collection": collection,
        "geometry": found["geometry"],
        "bbox": _bbox(found["geometry"]),
        "properties": properties,
        "assets": assets,
        "links": [
            _link("self", f"{own}/items/{segment(name)}", "application/geo+json"),
            _link("parent", own),
            _link("collection", own),
            _link("root", place.base),
        ],
    }


def _link(rel: str, href: str, kind: str = "application/json") -> Json:
    return {"rel": rel, "href": href, "type": kind}


def _photo(name: str, told: Json, place: Place, bbox: list[float]) -> tuple[Json, Json]:
    names = [one for one in told.get("bands", "").split(",") if one]
    bands = [{"name": one} | ({"common_name": one} if one in _COMMON else {}) for one in names]
    properties = _shared(told, place) | {"datetime": f"{told['flown_on']}T00:00:00Z"}
    properties |= {"gsd": told["resolution_m"]} if "resolution_m" in told else {}
    if "width" in told and "height" in told:
        properties["proj:shape"] = [told["height"], told["width"]]
    values = {"data_type": "uint8", "spatial_resolution": told.get("resolution_m", 1)}
    seen = {"bbox": ",".join(map(str, bbox)), "year": str(told["year"]), "f": "jpeg"}
    drawn = f"{place.root}/ogc/collections/{ORTHOPHOTOS}/map"
    data: Json = {
        "href": f"{place.base}/collections/{ORTHOPHOTOS}/items/{segment(name)}/photo.tif",
        "type": COG,
        "title": "Cloud-optimised GeoTIFF, all bands",
        "roles": ["data"],
        "eo:bands": bands,
        "raster:bands": [values for _ in bands],
    }
    if "checksum" in told:
        data["file:checksum"] = f"1220{told['checksum']}"  # a multihash: SHA-256, 32 bytes
    data |= {"file:size": told["size_bytes"]} if "size_bytes" in told else {}
    return properties, {
        "data": data,
        "visual": _picture(with_query(drawn, seen | {"width": "2048"}), "visual"),
        "thumbnail": _picture(with_query(drawn, seen | {"width": "256"}), "thumbnail"),
    }


def _panorama(name: str, told: Json, place: Place, bbox: list[float]) -> tuple[Json, Json]:
    properties = _shared(told, place) | {"datetime": told.get("captured_at")}
    if (heading := told.get("heading_deg")) is not None:
        properties["view:azimuth"] = heading % 360
    inner: Json = {"field_of_view": 360}
    inner |= {"camera_model": told["camera"]} if "camera" in told else {}
    if "width" in told and "height" in told:
        inner["sensor_array_dimensions"] = [told["width"], told["height"]]
    properties["pers:interior_orientation"] = inner
    # Pitch and roll keep our own names: the extension has none for them, and refuses others.
    picture = f"{place.root}/beeld/{segment(name)}"
    return properties, {
        "visual": _picture(f"{picture}/voorbeeld.jpg", "visual"),
        "thumbnail": _picture(f"{picture}/klein.jpg", "thumbnail"),
    }


def _shared(told: Json, place: Place) -> Json:
    """What both kinds have: their own fields, under their own names, and how they were made."""
    return told | {
        "proj:epsg": place.srid,
        "processing:software": {"geoloket": __version__},
    }


def _picture(href: str, role: str) -> Json:
    return {"href": href, "type": _JPEG, "roles": [role]}


def _bbox(geometry: Json) -> list[float]:
    if geometry["type"] == "Point":
        return [*geometry["coordinates"][:2], *geometry["coordinates"][:2]]
    xs, ys = zip(*(corner[:2] for corner in geometry["coordinates"][0]), strict=True)
    return [min(xs), min(ys), max(xs), max(ys)]
