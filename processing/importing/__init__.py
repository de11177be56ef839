"""Importing: files and services into a layer's table, in one transaction; see ``importer``."""
