"""QGIS Server and MapServer from Debian's packages: one FastCGI process each, behind nginx."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from string import Template

from bench.peers.data import FIELDS, TILE_FIELDS, Data
from bench.peers.programs import Failed, first_line, free_port
from bench.peers.servers import Server

from geoloket.embedded import DATABASE, OWNER

_CGI = Path("/usr/lib/cgi-bin")

_NGINX = Template("""\
daemon off;
worker_processes 1;
$user
pid $folder/nginx.pid;
error_log $folder/nginx-error.log;
events { worker_connections 256; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path $folder/body;
  fastcgi_temp_path $folder/fastcgi;
  proxy_temp_path $folder/proxy;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  fastcgi_buffers 512 16k;
  fastcgi_buffer_size 16k;
  fastcgi_read_timeout 120s;
  upstream program { server 127.0.0.1:$program_port; keepalive 1; }
  server {
    listen 127.0.0.1:$port;
    location / {
      fastcgi_pass program;
      fastcgi_keep_conn on;
      fastcgi_param QUERY_STRING $$query_string;
      fastcgi_param REQUEST_METHOD $$request_method;
      fastcgi_param CONTENT_TYPE $$content_type;
      fastcgi_param CONTENT_LENGTH $$content_length;
      fastcgi_param REQUEST_URI $$request_uri;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param PATH_INFO $$uri;
      fastcgi_param SERVER_PROTOCOL $$server_protocol;
      fastcgi_param SERVER_NAME $$server_name;
      fastcgi_param SERVER_ADDR $$server_addr;
      fastcgi_param SERVER_PORT $$server_port;
      fastcgi_param REMOTE_ADDR $$remote_addr;
      fastcgi_param HTTP_HOST $$http_host;
    }
  }
}
""")


class FastCgi(Server):
    """A FastCGI program with nginx in front."""

    program: str

    def launch_program(self, **env: str) -> None:
        binary = _CGI / self.program
        for needed in ("spawn-fcgi", "nginx", str(binary)):
            if not shutil.which(needed):
                raise Failed(f"{needed} is not installed: ./setup.sh bench")
        port = free_port()
        self.run(
            self.program,
            ["spawn-fcgi", "-n", "-a", "127.0.0.1", "-p", str(port), "--", binary],
            **env,
        )
        config = self.folder / "nginx.conf"
        config.write_text(
            _NGINX.substitute(
                folder=self.folder,
                program_port=port,
                port=self.port,
                user="user root;" if os.geteuid() == 0 else "",
            )
        )
        self.run(
            "nginx",
            ["nginx", "-e", self.folder / "nginx-error.log", "-p", self.folder, "-c", config],
        )


class QgisServer(FastCgi):
    """QGIS Server's OGC API Features ("WFS 3"); it makes no vector tiles."""

    name = "qgis-server"
    program = "qgis_mapserv.fcgi"
    ready = "/wfs3/collections.json"

    def launch(self, data: Data) -> None:
        project = self.folder / "parcels.qgs"
        told = subprocess.run(
            ["/usr/bin/python3", Path(__file__).parent / "qgis_project.py", project,
             *(f"{name}={_source(data, srid)}" for name, srid in
               (("parcels", 31370), ("parcels_4326", 4326)))],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if told.returncode or not project.exists():
            raise Failed(f"no QGIS project: {(told.stderr or told.stdout).strip()[-300:]}")
        self.launch_program(
            QGIS_PROJECT_FILE=str(project),
            QGIS_SERVER_LOG_LEVEL="2",
            QGIS_SERVER_LOG_STDERR="1",
            QGIS_SERVER_CACHE_DIRECTORY=str(self.folder / "cache"),
            QGIS_OPTIONS_PATH=str(self.folder),
            QT_QPA_PLATFORM="offscreen",
            XDG_RUNTIME_DIR=str(self.folder),
        )

    def version(self) -> str:
        told = first_line(["dpkg-query", "-W", "-f", "${Version}", "qgis-server-bin"])
        return f"QGIS Server {told}"


def _source(data: Data, srid: int) -> str:
    return (
        f"dbname='{DATABASE}' host={data.socket} port=5432 user='{OWNER}' sslmode=disable "
        f"key='id' estimatedmetadata=true srid={srid} type=MultiPolygon "
        f'table="peers"."parcels_{srid}" (geom)'
    )


_MAP = Template("""\
MAP
  NAME "parcels"
  STATUS ON
  SIZE 256 256
  MAXSIZE 8192
  EXTENT 278000 6340000 724000 6730000
  UNITS METERS
  PROJECTION "init=epsg:3857" END
  WEB
    METADATA
      "ows_title" "parcels"
      "ows_enable_request" "*"
      "oga_enable_request" "*"
      "oga_onlineresource" "$base/BENCH/ogcapi"
      "oga_html_template_directory" "/usr/share/mapserver/ogcapi/templates/html-bootstrap4/"
      "oga_max_limit" "10000"
    END
  END
  OUTPUTFORMAT
    NAME "mvt"
    DRIVER "MVT"
    FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=64"
  END
$layers
END
""")
_LAYER = Template("""\
  LAYER
    NAME "$name"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "host=$socket port=5432 dbname=$database user=$user"
    DATA "geom FROM peers.$table USING UNIQUE id USING srid=$srid"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "$projection" END
    EXTENT $extent
    TEMPLATE "none"
    METADATA
      "ows_title" "$name"
      "ows_enable_request" "*"
      "gml_featureid" "id"
      "gml_include_items" "$fields"
      "geometry_precision" "7"
      "ows_geometry_precision" "7"
      "oga_geometry_precision" "7"
    END
  END
""")
# By its number alone, MapServer leaves the change of datum out and is 100 m off.
_LAMBERT_72 = (
    "+proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 +lat_2=49.8333339 "
    "+x_0=150000.013 +y_0=5400088.438 +ellps=intl "
    "+towgs84=-106.8686,52.2978,-103.7239,0.3366,-0.457,1.8422,-1.2747 +units=m +no_defs"
)
_EXTENTS = {
    31370: "20000 20000 300000 250000",
    4326: "2.5 49.4 6.5 51.6",
    3857: "278000 6340000 724000 6730000",
}


class MapServer(FastCgi):
    """MapServer's OGC API Features, and its vector tiles in the tile mode of the CGI."""

    name = "mapserver"
    program = "mapserv"
    ready = "/BENCH/ogcapi/collections?f=json"

    def launch(self, data: Data) -> None:
        layers = [
            self._layer(data, "parcels", "parcels_31370", 31370, ("id", *FIELDS)),
            self._layer(data, "parcels_4326", "parcels_4326", 4326, ("id", *FIELDS)),
            self._layer(data, "tiles", "parcels_31370_tile", 31370, TILE_FIELDS),
            self._layer(data, "tiles_3857", "parcels_3857_tile", 3857, TILE_FIELDS),
        ]
        mapfile, config = self.folder / "parcels.map", self.folder / "mapserver.conf"
        mapfile.write_text(_MAP.substitute(base=self.base, layers="".join(layers)))
        config.write_text(f'CONFIG\n  MAPS\n    BENCH "{mapfile}"\n  END\nEND\n')
        self.launch_program(MAPSERVER_CONFIG_FILE=str(config))

    def _layer(self, data: Data, name: str, table: str, srid: int, fields: tuple[str, ...]) -> str:
        return _LAYER.substitute(
            name=name,
            table=table,
            srid=srid,
            projection=_LAMBERT_72 if srid == 31370 else f"init=epsg:{srid}",
            socket=data.socket,
            database=DATABASE,
            user=OWNER,
            fields=",".join(fields),
            extent=_EXTENTS[srid],
        )

    def version(self) -> str:
        return " ".join(first_line([_CGI / "mapserv", "-v"]).split()[:3])
