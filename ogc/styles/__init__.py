"""Styles (OGC 20-009, draft): MapLibre, SLD, QML and legends of the same ``layers/*/style.json``.

| module | what |
| --- | --- |
| ``resources`` | lists, styles, metadata, legends, the sprite |
| ``looks`` | instructions as rules: which features, from which zoom to which, how they look |
| ``maplibre`` ``sprite`` | the style document and the pictures of its patterns |
| ``sld`` ``qml`` | the same for GIS programs, made of the rules |
| ``legend`` | SVG |
"""
