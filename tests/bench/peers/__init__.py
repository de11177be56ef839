"""Geoloket beside other servers, on one database and one machine, in one run.

| module | what |
| --- | --- |
| ``data`` | the parcels: published by Geoloket, and in a bare table as other servers want them |
| ``servers``, ``geoloket``, ``python_peers``, ``fastcgi_peers`` | start, await, stop |
| ``memory`` | the same HTTP server with Geoloket's answers in memory: a limit |
| ``limits`` | Geoloket's own statements through psycopg: the other limit |
| ``workloads`` | what is asked of each, in the words of each |
| ``checks`` | whether the answers are alike, before anything is timed |
| ``load``, ``cpu`` | requests per second; what the processors and the database did meanwhile |
| ``run``, ``ledger``, ``table`` | the order of it all, what is known so far, RESULTS.md |
"""
