"""STAC API 1.0 below ``/stac``: panoramas and aerial photos as items that programs search.

| module | what |
| --- | --- |
| ``items`` | a feature of a layer as a STAC item, with the addresses of its pictures |
| ``asking`` | a search out of a query string or a JSON body |
| ``search`` | the page of items that a search finds, over both collections |
| ``resources`` | landing page, collections, items, search |
| ``describing`` | its OpenAPI document |
"""

from ogc.stac.resources import ROUTES

__all__ = ["ROUTES"]
