"""What is logged of an exception: its kind and where it was raised, no value that it quotes."""

from __future__ import annotations

import json
import logging
import sys
from datetime import date

import psycopg
import pytest
from pydantic import BaseModel

from geoloket.log import JsonFormatter, words

CANARY = "QKANARIEQ Kerkstraat 12"


class Wish(BaseModel):
    """What somebody might send."""

    day: date


def _duplicate() -> None:
    raise psycopg.errors.UniqueViolation(
        'duplicate key value violates unique constraint "one"\n'
        f"DETAIL:  Key (address)=({CANARY}) already exists."
    )


def _syntax() -> None:
    raise psycopg.errors.InvalidTextRepresentation(f'invalid input syntax for integer: "{CANARY}"')


def _pydantic() -> None:
    Wish.model_validate({"day": CANARY})


def _key() -> None:
    _ = {"a": 1}[CANARY]


def _value() -> None:
    int(CANARY)


def _chained() -> None:
    try:
        _duplicate()
    except psycopg.Error as error:
        raise RuntimeError("it could not be kept") from error


def _grouped() -> None:
    found: list[Exception] = []
    for deed in (_value, _pydantic):
        try:
            deed()
        except ValueError as error:
            found.append(error)
    raise ExceptionGroup("several", found)


@pytest.mark.parametrize(
    ("deed", "kind"),
    [
        (_duplicate, "psycopg.errors.UniqueViolation"),
        (_syntax, "psycopg.errors.InvalidTextRepresentation"),
        (
            _pydantic,
            "pydantic_core._pydantic_core.ValidationError: day: date_from_datetime_parsing",
        ),
        (_key, "builtins.KeyError"),
        (_value, "builtins.ValueError"),
        (_chained, "builtins.RuntimeError: it could not be kept"),
        (_grouped, "builtins.ExceptionGroup"),
    ],
)
def test_no_value_is_logged(deed: object, kind: str):
    assert callable(deed)
    record = logging.makeLogRecord({})
    try:
        deed()
    except Exception as error:
        record = logging.getLogger("x").makeRecord(
            *("x", logging.ERROR, __file__, 1, "unexpected", (), sys.exc_info()),
            extra={"why": error},
        )
    line = JsonFormatter().format(record)
    assert "KANARIE" not in line
    assert "Kerkstraat" not in line
    told = json.loads(line)["exception"]
    assert kind in told
    assert f"in {deed.__name__}" in told  # pyright: ignore[reportFunctionMemberAccess]


def test_words_of_our_own_code_stay():
    assert words(AttributeError("'NoneType' object has no attribute 'group'")).endswith("'group'")
    assert words(RuntimeError("the pool is closed")) == "the pool is closed"
