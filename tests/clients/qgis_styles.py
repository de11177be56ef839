"""Run by the system's Python, which has PyQGIS: gives a collection our look, prints it as JSON.

Arguments: address of the service, name of a collection, format of the style (``qml`` or ``sld``),
file with the style, file for the picture, easting and northing in Lambert 72 of its middle.
"""
# pyright: basic, reportMissingImports=false

import json
import sys
from collections import Counter

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIDE = 500


def main() -> None:
    """Entry."""
    address, name, kind, style, picture, x, y = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    source = f"url='{address}' typename='{name}' pageSize='1000' pagingEnabled='true'"
    layer = QgsVectorLayer(source, name, "OAPIF")
    load = layer.loadNamedStyle if kind == "qml" else layer.loadSldStyle
    told, loaded = load(style)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:31370"))
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setOutputDpi(96)
    half = 2000 * SIDE * 0.0254 / 96 / 2  # 1 : 2000
    east, north = float(x), float(y)
    settings.setExtent(QgsRectangle(east - half, north - half, east + half, north + half))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    points = range(0, SIDE, 2)
    colors = Counter(image.pixelColor(a, b).name() for a in points for b in points)
    seen = {
        "loaded": loaded,
        "told": told,
        "labels": layer.labelsEnabled(),
        "renderer": type(layer.renderer()).__name__,
        "colors": dict(colors),
    }
    sys.stdout.write(f"\nSEEN {json.dumps(seen)}\n")
    sys.stdout.flush()
    del layer
    application.exitQgis()


main()
