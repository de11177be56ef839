"""The room of the standards: OGC API Features and Tiles over the layers of the hall.

Two lanes answer, over one composer of SQL: the fast lane (``features``, ``tiles``) what is asked
often, pygeoapi (``engine``) the descriptive documents and linked data. See the README beside this.
"""
