"""Write the reference tables of the manual from the code they describe: ``make docs``.

A test fails when a page is out of date, so that a setting, a layer key or a problem cannot be
added without its line in the manual.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geoloket.enquiry import Answering
from geoloket.errors import Problem
from geoloket.field import LayerField
from geoloket.layer import Expiry, Geometry, Layer, MapView, Source, Task
from geoloket.settings import Settings
from geoloket.subject import Subject

_TREE: Final = Path(__file__).parent.parent.parent


def pages() -> dict[Path, str]:
    """Every page with generated tables, and the text that it should have."""
    tables = {
        "web/docs/reference/settings.md": {"settings": _settings()},
        "web/docs/reference/problems.md": {"problems": _problems()},
        "layers/README.md": {
            "layer": _keys(
                Layer,
                leave_out={
                    "id",
                    "folder",
                    "geometry",
                    "fields",
                    "map",
                    "source",
                    "subject",
                    "dossier",
                    "purposes",
                    "expiry",
                },
            ),
            "geometry": _keys(Geometry),
            "fields": _keys(LayerField),
            "map": _keys(MapView),
            "source": _keys(Source),
            "subject": _keys(Subject),
            "dossier": _keys(Answering),
            "purposes": _keys(Task),
            "expiry": _keys(Expiry),
        },
    }
    written: dict[Path, str] = {}
    for name, parts in tables.items():
        text = (_TREE / name).read_text(encoding="utf-8")
        for part, table in parts.items():
            text = _replace(text, part, table)
        written[_TREE / name] = text
    return written


def main() -> None:
    """Write the pages that changed, and say which."""
    for path, text in pages().items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(_TREE)}")


def _replace(text: str, part: str, table: str) -> str:
    begin, end = f"<!-- generated: {part} -->", "<!-- end -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"no place for the table {part!r}")
    return pattern.sub(lambda _: f"{begin}\n{table}\n{end}", text)


def _settings() -> str:
    rows = [
        (f"`{name}`", f"`{_default(field)}`", field.description or "")
        for name, field in _walk(Settings, "GEOLOKET_")
    ]
    return _table(("variable", "default", "what it is"), rows)


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field


def _keys(model: type[BaseModel], leave_out: set[str] | None = None) -> str:
    rows = [
        (
            f"`{name}`",
            "yes" if field.is_required() else f"`{_default(field)}`",
            field.description or "",
        )
        for name, field in model.model_fields.items()
        if name not in (leave_out or ())
    ]
    return _table(("key", "required, or default", "what it is"), rows)


def _problems() -> str:
    rows = [
        (f"`{kind.type}`", str(kind.status), kind.title["en"], _first_line(kind))
        for kind in sorted(_tree(Problem), key=lambda kind: (kind.status, kind.type))
    ]
    return _table(("type", "status", "title", "when"), rows)


def _tree(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == Problem.__module__:  # a room's own refinement is not a new problem
            yield from _tree(child)


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").splitlines()[0]


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    match value:
        case None:
            return "unset"
        case tuple() | dict():
            return "none" if not value else str(value)  # pyright: ignore[reportUnknownArgumentType]
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(map(_cell, line)) for line in lines)
    return "\n".join(f"| {line} |" for line in cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


if __name__ == "__main__":
    main()
