"""Paths into sources: one file, a folder, a zip; each layer of a file is a source of its own."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from geoloket.errors import SourceRejected
from geoloket.layer import Layer
from processing.importing import agenda, csvfile, registers, vector
from processing.importing.mapping import Mapping, recognise
from processing.importing.source import Source

Opened = tuple[Source, Mapping]


def open_all(paths: Sequence[str], layer: Layer, mappings: Sequence[Mapping]) -> list[Opened]:
    """Open every path and recognise its format.

    What is in a folder or zip beside the layer's own files is passed over; a file that is named by
    itself must fit. Raises SourceRejected when nothing does, or a file is missing.
    """
    return [opened for path in paths for opened in _open(Path(path), layer, mappings)]


def recognised(
    sources: Sequence[Source], layer: Layer, mappings: Sequence[Mapping]
) -> list[Opened]:
    """Sources that are open already, with their formats. Raises SourceRejected."""
    return [(source, recognise(mappings, source.name, source.columns, layer)) for source in sources]


def _open(path: Path, layer: Layer, mappings: Sequence[Mapping]) -> list[Opened]:
    if not path.exists():
        raise SourceRejected(f"{path}: there is no such file or folder")
    if path.is_dir():
        return _open_members(str(path), _files(path), layer, mappings)
    if path.suffix.lower() == ".zip":
        return _open_members(str(path), _members(path), layer, mappings)
    sources = _sources(_Entry(path.name, str(path), partial(open, path, "rb")), mappings)
    fitting = _fitting(sources, layer, mappings)
    if not fitting:
        recognise(mappings, sources[0].name, sources[0].columns, layer)
    return fitting


class _Entry:
    """A file, bare or in a zip: its name, its name for GDAL, and its bytes."""

    def __init__(self, name: str, gdal: str, opener: Callable[[], IO[bytes]]) -> None:
        self.name = name
        self.gdal = gdal
        self.opener = opener


def _files(folder: Path) -> list[_Entry]:
    return [
        _Entry(file.name, str(file), partial(open, file, "rb"))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]


def _members(path: Path) -> list[_Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceRejected(f"{path}: {error}") from None
    return [
        _Entry(
            Path(name).name, f"/vsizip/{{{path.absolute()}}}/{name}", partial(_member, path, name)
        )
        for name in names
        if not name.endswith("/")
    ]


def _member(path: Path, name: str) -> IO[bytes]:
    """The bytes of a file in a zip; the archive may close, its open member holds on to the file."""
    with zipfile.ZipFile(path) as archive:
        return archive.open(name)


def _open_members(
    path: str, entries: Sequence[_Entry], layer: Layer, mappings: Sequence[Mapping]
) -> list[Opened]:
    known = (*vector.SUFFIXES, *csvfile.SUFFIXES, *agenda.SUFFIXES)
    readable = [entry for entry in entries if entry.name.lower().endswith(known)]
    opened: list[Opened] = []
    for entry in readable:
        try:
            sources = _sources(entry, mappings)
        except SourceRejected:
            # JSON and XML may be anything; a broken file of another kind is a broken delivery.
            if entry.name.lower().endswith((".json", ".xml")):
                continue
            raise
        opened += _fitting(sources, layer, mappings)
    if not opened:
        looked = ", ".join(entry.name for entry in readable[:10]) or "no file that can be read"
        raise SourceRejected(f"{path}: nothing in it fits layer {layer.id} ({looked})")
    return opened


def _sources(entry: _Entry, mappings: Sequence[Mapping]) -> Sequence[Source]:
    name = entry.name.lower()
    if name.endswith(csvfile.SUFFIXES):
        headers = [mapping.header for mapping in mappings if mapping.header]
        return [csvfile.sniff(entry.name, entry.opener, headers)]
    for reader in (registers.read, agenda.read):
        rows = reader(entry.name, entry.opener)
        if rows:
            return [rows]
    if name.endswith(vector.SUFFIXES):
        return vector.layers(entry.gdal, entry.name)
    raise SourceRejected(f"{entry.name}: files of this kind cannot be read")


def _fitting(sources: Sequence[Source], layer: Layer, mappings: Sequence[Mapping]) -> list[Opened]:
    found: list[Opened] = []
    for source in sources:
        try:
            found.append((source, recognise(mappings, source.name, source.columns, layer)))
        except SourceRejected:
            continue
    return found
