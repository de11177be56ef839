"""Addresses from the API of the base registers (v2): a list per municipality, then each address.

The list tells the version of each address, so that a later import only asks for what has changed;
the answers are kept, one a line. Four questions at a time is what the service can well bear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from processing.importing import registers
from processing.importing.report import Progress
from processing.importing.services.fetching import Fetcher, NotThere
from processing.importing.source import Rows

_PAGE: Final = 500
_AT_A_TIME: Final = 4
_ROUND: Final = 200


@dataclass(slots=True)
class RegisterAddresses:
    """Fetches the addresses of municipalities, each with its position and status."""

    register: Fetcher
    downloads: Path
    page: int = _PAGE

    def fetch(self, nis: Sequence[str], progress: Progress) -> list[Rows]:
        """The addresses of each municipality (NIS code) as a source.

        Raises SourceRejected when the service cannot answer; what was fetched stays for next time.
        """
        progress.begin("addresses: fetching", None)
        return [self._municipality(code, progress) for code in nis]

    def _municipality(self, code: str, progress: Progress) -> Rows:
        folder = self.downloads / "adressenregister"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{code}.jsonl"
        known = _known(file)
        listed = [_identity(entry) for entry in self._list(code)]
        wanted = [number for number, version in listed if version != _version(known.get(number))]
        with file.open("ab") as stream, ThreadPoolExecutor(_AT_A_TIME) as pool:
            for begin in range(0, len(wanted), _ROUND):
                for answer in filter(None, pool.map(self._address, wanted[begin : begin + _ROUND])):
                    known[_identity(answer)[0]] = answer
                    stream.write(b"\n" + orjson.dumps(answer))
                stream.flush()
                progress.advance(len(wanted[begin : begin + _ROUND]))
        answers = [known[number] for number, _ in listed if number in known]
        rows = [registers.address(answer) for answer in answers]
        srid = registers.srid_of(answers)
        return Rows(f"Adressenregister {code}", registers.COLUMNS, rows, srid, len(rows))

    def _list(self, code: str) -> Iterator[Mapping[str, Any]]:
        offset = 0
        while True:
            document = self.register.document(
                "v2/adressen",
                {"niscode": code, "limit": self.page, "offset": offset},
                whole=lambda answer: "adressen" in answer,
            )
            yield from document["adressen"]
            offset += len(document["adressen"])
            if not document["adressen"] or "volgende" not in document:
                return

    def _address(self, number: str) -> Mapping[str, Any] | None:
        """An address with its position; None when it was removed since the list was made."""
        try:
            return self.register.document(
                f"v2/adressen/{number}", whole=lambda answer: "adresPositie" in answer
            )
        except NotThere:
            return None


def _identity(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Number and version of an address."""
    return entry["identificator"]["objectId"], entry["identificator"]["versieId"]


def _version(answer: Mapping[str, Any] | None) -> str | None:
    return _identity(answer)[1] if answer else None


def _known(file: Path) -> dict[str, Mapping[str, Any]]:
    """What was fetched before, by number; a line that was cut off by a crash is not counted."""
    found: dict[str, Mapping[str, Any]] = {}
    if file.exists():
        for line in file.read_bytes().split(b"\n"):
            try:
                answer = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            found[_identity(answer)[0]] = answer
    return found
