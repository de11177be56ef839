"""The catalogue: every collection is a record of it (OGC API Records Part 1, OGC 20-004r1)."""
