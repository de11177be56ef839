"""The register of layers: folders in, checked layers out, every fault told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geoloket.errors import DeclarationFaults
from geoloket.layer import Layer

_SHARE = Path(__file__).parent / "share"
_TREE = Path(__file__).parent.parent


def cupboard(name: str) -> Path:
    """Folder of a cupboard (``layers``, ``data/migrations``): in the wheel, else in the tree."""
    packed = _SHARE / name
    return packed if packed.is_dir() else _TREE / name


class LayerRegistry(Mapping[str, Layer]):
    """All layers of this Geoloket by id, in drawing order."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        def place(layer: Layer) -> tuple[int, str]:
            return (layer.map.order if layer.map else 99, layer.id)

        self._layers = {layer.id: layer for layer in sorted(layers, key=place)}

    @classmethod
    def read(cls, folders: Sequence[Path] = ()) -> LayerRegistry:
        """Read the built-in layers and those of ``folders``.

        A folder is either one layer (it holds ``layer.toml``) or holds layer folders. A layer of
        your own with the id of a built-in one takes its place. Raises DeclarationFaults with every
        fault of every folder.
        """
        faults: list[str] = []
        layers: dict[str, Layer] = {}
        for root in (cupboard("layers"), *folders):
            found = _layer_folders(root)
            if not found:
                faults.append(f"{root}: no layer.toml in it or in a folder below it")
            for folder in found:
                layer = _read_layer(folder, faults)
                if layer:
                    layers[layer.id] = layer
        if faults:
            raise DeclarationFaults(faults)
        return cls(list(layers.values()))

    def __getitem__(self, layer_id: str) -> Layer:
        return self._layers[layer_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)


def _layer_folders(root: Path) -> list[Path]:
    if (root / "layer.toml").is_file():
        return [root]
    return sorted(file.parent for file in root.glob("*/layer.toml"))


def _read_layer(folder: Path, faults: list[str]) -> Layer | None:
    file = folder / "layer.toml"
    try:
        declared: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        return Layer.model_validate(declared | {"id": folder.name, "folder": folder})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        faults.append(f"{file}: {error}")
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            place = ".".join(str(part) for part in fault["loc"])
            message = fault["msg"].removeprefix("Value error, ")
            faults.append(f"{file}: {place + ': ' if place else ''}{message}")
    return None
