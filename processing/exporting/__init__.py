"""Exporting: a selection of a layer into a file, as the one who asks for it may see it."""
