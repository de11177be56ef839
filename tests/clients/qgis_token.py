"""Run by the system's Python, which has PyQGIS: opens a collection with a stored access token.

Arguments: address of the service, name of a collection, the token, and how it is stored: ``Basic``,
or ``APIHeader`` (X-API-Key). The token goes into QGIS's own store and is named by its key alone.
"""
# pyright: basic, reportMissingImports=false

import json
import os
import sys

from qgis.core import Qgis, QgsApplication, QgsAuthMethodConfig, QgsVectorLayer


def stored(token: str, method: str) -> str:
    """The key under which QGIS keeps the token."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig(method)
    config.setName("Geoloket")
    if method == "Basic":
        config.setConfigMap({"username": "qgis", "password": token, "realm": ""})
    else:
        config.setConfigMap({"X-API-Key": token})
    assert config.isValid()
    assert manager.storeAuthenticationConfig(config)
    return config.id()


def main() -> None:
    """Entry."""
    address, collection, token, method = sys.argv[1:]
    os.environ["QGIS_AUTH_DB_DIR_PATH"] = os.environ["HOME"]
    application = QgsApplication([], False)
    application.initQgis()
    methods = QgsApplication.authManager().authMethodsKeys()
    seen = {"methods": sorted(methods), "version": Qgis.QGIS_VERSION_INT}
    if method in methods:
        key = stored(token, method)
        source = f"url='{address}' typename='{collection}' authcfg={key}"
        layer = QgsVectorLayer(source, collection, "OAPIF")
        seen |= {"valid": layer.isValid(), "told": layer.featureCount() if layer.isValid() else 0}
        names = (
            [feature["case_number"] for feature in layer.getFeatures()] if layer.isValid() else []
        )
        provider = layer.dataProvider()
        edits = provider.AddFeatures | provider.ChangeAttributeValues | provider.DeleteFeatures
        seen |= {"found": len(names), "edits": bool(provider.capabilities() & edits)}
        del provider, layer
    sys.stdout.write(f"\nSEEN {json.dumps(seen)}\n")
    sys.stdout.flush()
    application.exitQgis()


main()
