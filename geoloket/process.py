"""What outlives a request, as it is described: light to import, for it names its code only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from geoloket.access import Duty, Principal
from geoloket.declaration import Declaration, Text
from geoloket.errors import Forbidden, NotFound

JSON = JsonValue
"""What JSON can hold."""

_ASK_FOR_IT: Final = (
    "This access token may not start processes: make one that may, on the page /medewerker/toegang."
)

_MODULE: Final = r"[a-zA-Z_][a-zA-Z0-9_.]*"


def dutch(title: str, description: str = "") -> dict[str, JsonValue]:
    """What an input or output is called in Dutch, as the ``json_schema_extra`` of its field."""
    said: dict[str, JsonValue] = {"title_nl": title}
    return said | {"description_nl": description} if description else said


class Process(Declaration):
    """A process of OGC API Processes; its description is made from ``inputs`` and ``outputs``.

    Either ``run`` names a function of (context, inputs), or ``pieces`` names a module with three:
    ``plan(context, inputs)`` gives Pieces, ``work(context, inputs, item)`` does one of them in
    whichever worker takes it, and ``finish(context, inputs)`` makes the outputs of what they left.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
    title: Text
    description: Text
    version: str = "1.0.0"
    inputs: type[BaseModel]
    outputs: type[BaseModel]
    may_run: Duty | None = Duty.STAFF
    """Who may run it and see its description; None: everybody."""
    timeout_s: float = Field(default=3600, gt=0)
    """How long a run, or one piece of it, may take."""
    memory_mb: int = Field(default=4096, gt=0)
    """How much memory a run, or one piece of it, may ask for."""
    as_person: bool = False
    """Whether it reads layers as the person who asked may; what it leaves is for that person."""
    sync: bool = False
    """Whether a client may wait for the answer: for what takes seconds."""
    run: Annotated[str, StringConstraints(pattern=f"^{_MODULE}:{_MODULE}$")] | None = None
    pieces: Annotated[str, StringConstraints(pattern=f"^{_MODULE}$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.run is None) == (self.pieces is None):
            raise ValueError(f"process {self.id}: either run or pieces")
        return self

    def open_to(self, who: Principal) -> bool:
        """Whether this person may run it."""
        # What a process reads may be of other layers than a token is for: it has to say so.
        return self.may_run is None or self.may_run in who.starts_as


@dataclass(frozen=True, slots=True)
class Piece:
    """A small part of a run, done by itself; ``key`` is its name within the run, and unique."""

    key: str
    item: dict[str, JSON]


class StoredFile(BaseModel):
    """An output that is a file: its key in the storage, below ``jobs/<id of the run>/``."""

    model_config = ConfigDict(frozen=True)

    key: str
    media_type: str


def subscriber_fault(address: str, hosts: Collection[str]) -> str | None:
    """What is wrong with an address that is to be told how a run goes; None: nothing.

    That its host is not in a private network is looked at when it is called.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return "is no address of a web server"
    if host.lower() not in {one.lower() for one in hosts}:
        return "is on a host that this service may not call"
    return None


class ProcessRegistry(Mapping[str, Process]):
    """Processes by id, in the order in which they were declared."""

    def __init__(self, processes: Iterable[Process]) -> None:
        """Raises ValueError when two have the same id."""
        self._by_id: dict[str, Process] = {}
        for process in processes:
            if process.id in self._by_id:
                raise ValueError(f"two processes are called {process.id}")
            self._by_id[process.id] = process

    def __getitem__(self, name: str) -> Process:
        return self._by_id[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def open_to(self, who: Principal) -> ProcessRegistry:
        """Those that this person may run."""
        return ProcessRegistry(one for one in self._by_id.values() if one.open_to(who))

    def find(self, name: str, who: Principal) -> Process:
        """The process of that id. Raises NotFound, also when this person may not run it.

        Raises Forbidden for a token that may start none: its owner can make another one.
        """
        found = self._by_id.get(name)
        if found is None or not found.open_to(who):
            if found is not None and who.token and not who.runs:
                raise Forbidden(_ASK_FOR_IT)
            raise NotFound("There is no such process.")
        return found
