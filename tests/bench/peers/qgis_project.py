"""Writes a QGIS project with layers of PostGIS, published by WFS 3. For Debian's Python, with QGIS.

``/usr/bin/python3 qgis_project.py PROJECT.qgs NAME=SOURCE …``: a source is QGIS's own notation.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # pyright: ignore[reportMissingImports]
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsVectorLayer,
)


def main(file: str, *named: str) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:31370"))
    ids: list[str] = []
    for one in named:
        name, _, source = one.partition("=")
        layer = QgsVectorLayer(source, name, "postgres")
        if not layer.isValid():
            raise SystemExit(f"QGIS cannot read {source}")
        project.addMapLayer(layer)
        ids.append(layer.id())
    project.writeEntry("WFSLayers", "/", ids)
    for layer_id in ids:
        project.writeEntry("WFSLayersPrecision", f"/{layer_id}", 7)
    if not project.write(file):
        raise SystemExit(f"QGIS cannot write {file}")
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
