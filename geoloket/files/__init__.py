"""A program that fetches a selection and writes it to a file: ``python -m geoloket.files``.

GDAL's writers hold the interpreter from the first row to the last, so that a server that called
them would answer nobody meanwhile. Here they have a process, which also takes its memory with it,
and is ended when whoever asked is gone. A worker, whose jobs have one already, calls ``write``.
It knows nothing of the rest of Geoloket.

| module | what |
| --- | --- |
| ``job`` | what it is asked, and what it says when it could not |
| ``source`` | rows of a database as Arrow batches |
| ``vector`` | GeoPackage and FlatGeobuf, by GDAL |
| ``parquet`` | GeoParquet 1.1 |
"""
