"""The private PostgreSQL cluster with PostGIS that Geoloket owns when no other database is set."""

from geoloket.embedded.cluster import ClusterStatus, EmbeddedCluster
from geoloket.embedded.contents import ADMIN, DATABASE, OWNER, WEB

__all__ = ["ADMIN", "DATABASE", "OWNER", "WEB", "ClusterStatus", "EmbeddedCluster"]
