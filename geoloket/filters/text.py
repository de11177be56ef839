"""CQL2 text into CQL2 JSON, by the package ``cql2``, which is spared what it cannot take.

Its parser recurses without a bound (deep nesting ends the process) and does not know all of the
grammar's literals. So the text is cut into tokens first: they are counted, and put in the spelling
that the parser knows.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import cql2

from geoloket.errors import InvalidParameter

LONGEST: Final = 5_000
"""Characters that a filter may have: so many, of whatever kind and escaped, still reach us in an
address: the HTTP server reads 64 KiB of it."""
_OPERATORS: Final = 400
_DEEPEST: Final = 50
_WORDS: Final = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "DIV"})
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    | (?P<text>'(?:[^'\\]|\\.|'')*')
    | (?P<name>"(?:[^"]|"")+"|[^\W\d][\w.:]*|:[\w.:]+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<operator><>|<=|>=|[-+*/%^=<>])
    | (?P<paren>[()])
    | (?P<comma>,)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\([abtnvfr'\\])")
_CONTROLS: Final = {
    **{"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"},
    "'": "''",
    "\\": "\\",
}


def fault(text: str) -> InvalidParameter:
    """The problem that says what is wrong with a filter."""
    return InvalidParameter(f"filter: {text}", parameter="filter")


def parsed(text: str) -> object:
    """The JSON form (OGC 21-065r2 annex C) of a filter in CQL2 text. Raises InvalidParameter."""
    if len(text) > LONGEST:
        raise fault(f"more than {LONGEST} characters")
    prepared = _prepared(text)
    try:
        return cql2.parse_text(prepared).to_json()
    except cql2.ParseError as error:
        place = re.search(r"--> \d+:(\d+)", str(error))
        start = int(place[1]) - 1 if place else 0
        near = prepared[start : start + 20] or "the end"
        raise fault(f"not CQL2 text, near {near!r}") from None


def _prepared(text: str) -> str:
    done: list[str] = []
    place = depth = operators = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise fault(f"not CQL2 text, near {text[place : place + 20]!r}")
        place, kind, token = found.end(), found.lastgroup, found[0]
        depth += (token == "(") - (token == ")")  # noqa: S105  # not a password
        operators += kind == "operator" or (kind == "name" and token.upper() in _WORDS)
        if depth > _DEEPEST or operators > _OPERATORS:
            raise fault("too many operators, or nested too deep")
        done.append(_respelled(kind, token))
    return "".join(done)


def _respelled(kind: str | None, token: str) -> str:
    match kind:
        case "space":
            return " "
        case "text":
            # OGC 21-065r2 /req/cql2-text/escaping; other escapes are those of LIKE.
            return f"'{_ESCAPED.sub(lambda found: _CONTROLS[found[1]], token[1:-1])}'"
        case "number":
            return _number(token)
        case _:
            return token


def _number(token: str) -> str:
    number = float(token)
    if number in (float("inf"), float("-inf")):
        raise fault(f"{token[:40]} is out of range")
    if token.isdigit():
        digits = token.lstrip("0") or "0"  # Python reads no number of thousands of them
        if int(digits) > 2**53:
            # The parser makes every number a double.
            raise fault(f"{token[:40]} has too many digits for cql2-text; use cql2-json")
        return digits
    return f"{Decimal(repr(number)):f}"
