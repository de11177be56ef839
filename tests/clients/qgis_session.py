"""Run by the system's Python, which has PyQGIS: opens the service, prints what QGIS sees as JSON.

Arguments: address of the service, name of a collection, file for a picture of its vector tiles, and
an expression that selects features.
"""
# pyright: basic, reportMissingImports=false

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def features(
    address: str, collection: str, expression: str
) -> tuple[QgsVectorLayer, dict[str, object]]:
    """The layer and what iterating over all its pages finds."""
    source = f"url='{address}' typename='{collection}' pageSize='1000' pagingEnabled='true'"
    layer = QgsVectorLayer(source, collection, "OAPIF")
    box = layer.extent()
    west = QgsRectangle(box.xMinimum(), box.yMinimum(), box.center().x(), box.yMaximum())
    bare = QgsFeatureRequest().setFlags(QgsFeatureRequest.NoGeometry)
    names = [feature["id"] for feature in layer.getFeatures(bare)]
    half = QgsVectorLayer(f"{source} restrictToRequestBBOX='1'", collection, "OAPIF")
    inside = half.getFeatures(QgsFeatureRequest().setFilterRect(west))
    chosen = layer.getFeatures(QgsFeatureRequest().setFilterExpression(expression))
    return layer, {
        "valid": layer.isValid(),
        "told": layer.featureCount(),
        "found": len(names),
        "different": len(set(names)),
        "west": [west.xMinimum(), west.yMinimum(), west.xMaximum(), west.yMaximum()],
        "found_west": sum(1 for _ in inside),
        "chosen": sum(1 for _ in chosen),
    }


def picture(address: str, layer: QgsVectorLayer, file: str) -> dict[str, object]:
    """Draw the vector tiles of the same collection; count the colours of the picture."""
    path = f"{address}/collections/{layer.name()}/tiles/WebMercatorQuad"
    source = f"type=xyz&url={path}/{{z}}/{{y}}/{{x}}&zmin=0&zmax=18"
    tiles = QgsVectorTileLayer(source, "tiles")
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    turn = QgsCoordinateTransform(layer.crs(), mercator, QgsProject.instance())
    center = turn.transformBoundingBox(layer.extent()).center()
    settings = QgsMapSettings()
    settings.setLayers([tiles])
    settings.setDestinationCrs(mercator)
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(512, 512))
    settings.setExtent(QgsRectangle.fromCenterAndSize(center, 600, 600))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(file)
    steps = range(0, 512, 4)
    colours = {image.pixel(x, y) for x in steps for y in steps}
    return {"tiles_valid": tiles.isValid(), "colours": len(colours)}


def main() -> None:
    """Entry."""
    address, collection, file, expression = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    layer, seen = features(address, collection, expression)
    seen.update(picture(address, layer, file))
    sys.stdout.write(f"\nSEEN {json.dumps(seen)}\n")
    sys.stdout.flush()
    del layer
    application.exitQgis()


main()
