"""Pictures: who may see which, what they show, and how they are reviewed."""

from geoloket.imagery.desk import ImageryDesk
from geoloket.imagery.flights import Flight, FlightDesk
from geoloket.imagery.model import Area, BlurRequest, Campaign, Capture, Judged, Panorama
from geoloket.imagery.pyramid import Level, pyramid

__all__ = [
    "Area",
    "BlurRequest",
    "Campaign",
    "Capture",
    "Flight",
    "FlightDesk",
    "ImageryDesk",
    "Judged",
    "Level",
    "Panorama",
    "pyramid",
]
