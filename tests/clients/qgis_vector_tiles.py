"""Run by the system's Python, which has PyQGIS: draws vector tiles with a MapLibre style, as JSON.

Arguments: address of the tiles with {z}, {y} and {x}, address of the style, file for the picture,
and easting and northing in web mercator of its middle.
"""
# pyright: basic, reportMissingImports=false

import json
import sys
from collections import Counter
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIDE = 512
METRES = 500.0


def main() -> None:
    """Entry."""
    tiles, style, picture, x, y = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    source = f"type=xyz&url={quote(tiles, safe='')}&zmin=0&zmax=18&styleUrl={quote(style, safe='')}"
    layer = QgsVectorTileLayer(source, "tiles")
    told, styled = layer.loadDefaultStyle()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setBackgroundColor(QColor(255, 0, 255))  # which no style of ours has
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setOutputDpi(96)
    east, north, half = float(x), float(y), METRES / 2
    settings.setExtent(QgsRectangle(east - half, north - half, east + half, north + half))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    points = range(SIDE)
    colors = Counter(image.pixelColor(a, b).name() for a in points for b in points)
    seen = {
        "valid": layer.isValid(),
        "styled": styled,
        "told": told,
        "rules": [one.layerName() for one in layer.renderer().styles()],
        "labels": len(layer.labeling().styles()) if layer.labeling() else 0,
        "colors": dict(colors.most_common(60)),
    }
    sys.stdout.write(f"\nSEEN {json.dumps(seen)}\n")
    sys.stdout.flush()
    del layer
    application.exitQgis()


main()
