"""Aerial photos as maps, tiles and coverages: drawn from files, in threads, in turns.

| module | what |
| --- | --- |
| ``asking`` | the parameters of a map and of a coverage |
| ``sheets`` | which photos somebody may see, newest first |
| ``studio`` | threads and turns in which pictures are made |
| ``pixels`` | the one module of the web that reads rasters; imported in those threads only |
| ``maps`` | map and map tiles |
| ``tilesets`` | lists of tile sets, their metadata and TileJSON |
| ``coverage`` | a part of a photo as GeoTIFF, with all its bands |
"""
