"""The catalogue as linked data: DCAT-AP Vlaanderen (2022-04-21) and GeoDCAT-AP 3, one graph."""

from ogc.dcat.resources import dataset, dcat, embedded

__all__ = ["dataset", "dcat", "embedded"]
