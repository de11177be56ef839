"""pygeoapi and tipg as their packages bring them, in environments of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.peers.data import TILE_FIELDS, Data
from bench.peers.programs import Failed, first_line
from bench.peers.servers import UVICORN, Server

from geoloket.embedded import DATABASE, OWNER

ENVIRONMENTS = Path(__file__).parents[3] / ".setup" / "peers"
_VERSION = "import importlib.metadata as m; print('{0}', m.version('{0}'))"


def _python(name: str) -> Path:
    python = ENVIRONMENTS / name / "bin" / "python"
    if not python.exists():
        raise Failed(f"{name} is not installed: ./setup.sh bench")
    return python


class Pygeoapi(Server):
    """Stock pygeoapi: PostgreSQL and MVT-postgresql providers, its Starlette application."""

    name = "pygeoapi"
    ready = "/conformance?f=json"

    def launch(self, data: Data) -> None:
        python = _python(self.name)
        config, openapi = self.folder / "config.json", self.folder / "openapi.json"
        config.write_text(json.dumps(self._config(data)))  # JSON is YAML
        openapi.write_text('{"openapi": "3.0.2", "info": {}, "paths": {}}')
        self.run(
            self.name,
            [python, "-m", "uvicorn", "pygeoapi.starlette_app:APP", "--port", str(self.port),
             *UVICORN],
            PYGEOAPI_CONFIG=str(config),
            PYGEOAPI_OPENAPI=str(openapi),
        )  # fmt: skip

    def version(self) -> str:
        return first_line([_python(self.name), "-c", _VERSION.format(self.name)])

    def _config(self, data: Data) -> dict[str, Any]:
        return {
            "server": {
                "bind": {"host": "127.0.0.1", "port": self.port},
                "url": self.base,
                "mimetype": "application/json; charset=UTF-8",
                "encoding": "utf-8",
                "gzip": False,
                "languages": ["en-US"],
                "limits": {"default_items": 10, "max_items": 10_000},
                "map": {"url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "attribution": ""},
            },
            "logging": {"level": "ERROR"},
            "metadata": {
                "identification": {
                    "title": "parcels", "description": "parcels", "keywords": ["parcels"],
                    "keywords_type": "theme", "terms_of_service": "none", "url": self.base,
                },
                "license": {"name": "none"},
                "provider": {"name": "none", "url": self.base},
                "contact": {"name": "none"},
            },
            "resources": {
                "parcels": self._collection(data, 31370),
                "parcels_uncounted": self._collection(data, 31370, count=False),
                "parcels_4326": self._collection(data, 4326),
                "parcels_3857": self._collection(data, 3857),
            },
        }  # fmt: skip

    def _collection(self, data: Data, srid: int, *, count: bool = True) -> dict[str, Any]:
        crs = f"http://www.opengis.net/def/crs/EPSG/0/{srid}"
        if srid == 4326:  # stored with the longitude first
            crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        source: dict[str, Any] = {
            "data": {
                "host": data.socket, "dbname": DATABASE, "user": OWNER, "search_path": ["peers"],
            },
            "id_field": "id", "geom_field": "geom", "storage_crs": crs,
        }  # fmt: skip
        tiles = {
            "type": "tile", "name": "MVT-postgresql", **source, "table": f"parcels_{srid}_tile",
            "options": {"zoom": {"min": 0, "max": 22}},
            "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"},
        }  # fmt: skip
        features = {
            "type": "feature", "name": "PostgreSQL", **source, "table": f"parcels_{srid}",
            "crs": [crs, "http://www.opengis.net/def/crs/OGC/1.3/CRS84"], "count": count,
        }  # fmt: skip
        return {
            "type": "collection", "title": "parcels", "description": "parcels",
            "keywords": ["parcels"], "links": [], "providers": [features, tiles],
            "extents": {"spatial": {
                "bbox": [2.5, 49.4, 6.5, 51.6],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            }},
        }  # fmt: skip


class Tipg(Server):
    """Stock tipg; only the limits that would make its answers smaller than ours are lifted."""

    name = "tipg"
    ready = "/healthz"

    def launch(self, data: Data) -> None:
        host = quote(data.socket, safe="")
        self.run(
            self.name,
            [_python(self.name), "-m", "uvicorn", "tipg.main:app", "--port", str(self.port),
             *UVICORN],
            DATABASE_URL=f"postgresql://{OWNER}@{host}:5432/{DATABASE}",
            TIPG_DB_SCHEMAS='["peers"]',
            # Renewing its catalogue reads every table for its extent, in the middle of a request.
            TIPG_CATALOG_TTL="86400",
            TIPG_MAX_FEATURES_PER_TILE="1000000",
            TIPG_TILE_BUFFER="64",
            **{
                f"TIPG_TABLE_CONFIG__peers_parcels_{srid}_tile__pk": TILE_FIELDS[0]
                for srid in (31370, 4326, 3857)
            },
        )  # fmt: skip

    def version(self) -> str:
        return first_line([_python(self.name), "-c", _VERSION.format(self.name)])
