"""Structured logs: one event, one JSON line on standard error.

A line never holds an address that somebody searched, a permit number or any other personal data:
callers pass counts, ids of layers and jobs, and durations. Exceptions quote what they were given;
of those it tells what kind they are and where they were raised (``told``).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, cast, override

import psycopg
import pydantic

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Id of the request being answered; every line logged meanwhile carries it."""

# What logging itself puts on a record; anything else came in through `extra` and is logged.
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*"|\([^)]*\)""")
_MOST: Final = 300
_OF_CODE: Final = (AttributeError, ImportError, NameError)
"""Their words are names in our own code."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonFormatter(logging.Formatter):
    """Renders a record as one line of JSON: time, level, logger, event and the extra facts."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; facts that JSON does not know become text."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if identifier := request_id.get():
            line["request_id"] = identifier
        line |= {key: _plain(value) for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)

    @override
    def formatException(self, ei: _Raised) -> str:
        """Where it was raised and what kind it is, without the values that it quotes."""
        return told(ei[1]) if ei[1] else ""


def told(error: BaseException, _within: int = 0) -> str:
    """An exception and those before it, oldest first, as Python tells them but without values."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [told(before, _within + 1), "then:"] if before and _within < 10 else []
    parts.append("".join(traceback.format_tb(error.__traceback__)).rstrip("\n"))
    kind = type(error)
    parts.append(f"{kind.__module__}.{kind.__qualname__}: {words(error)}".removesuffix(": "))
    if isinstance(error, BaseExceptionGroup) and _within < 10:
        group = cast("BaseExceptionGroup[Any]", error)
        parts += [told(one, _within + 1) for one in group.exceptions]
    return "\n".join(filter(None, parts))


def words(error: BaseException) -> str:
    """What an exception says, without the values that PostgreSQL, pydantic and others quote."""
    if isinstance(error, psycopg.Error):
        diag = error.diag
        named = (error.sqlstate, diag.schema_name, diag.table_name, diag.constraint_name)
        return " ".join(filter(None, named))
    if isinstance(error, pydantic.ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in faults)
    if isinstance(error, _OF_CODE):
        return str(error)
    return _QUOTED.sub("…", str(error).partition("\n")[0])[:_MOST]


def _plain(value: object) -> object:
    return words(value) if isinstance(value, BaseException) else value


def configure(level: str = "info") -> None:
    """Send every logger of the process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)
