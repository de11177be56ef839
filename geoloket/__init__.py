"""The hall of Geoloket: layers, features, people and jobs. No HTTP and no HTML live here.

The rooms (``ogc``, ``web``, ``processing``) each open onto this package and never onto each other;
``geoloket.main`` is the front door that knows them all.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("geoloket")
except PackageNotFoundError:  # running from a tree that was never installed
    __version__ = "0.0.0"
