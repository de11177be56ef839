"""Who may see what: people, their roles, and the rule that narrows a layer to a person.

This is the first of two locks. The second is in the database: the role of the session has neither
the columns nor the rows that this rule leaves out (see ``geoloket.grants``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from psycopg import sql

from geoloket.declaration import Visibility
from geoloket.layer import Layer


class Duty(StrEnum):
    """What the identity provider says of somebody, by the mapping in the settings."""

    STAFF = "staff"
    HOUSING = "housing"
    """Besides staff: dwelling inspections."""
    ADMIN = "admin"
    """Besides staff: who keeps this Geoloket running."""


class Role(StrEnum):
    """What somebody is to us; each has a database role of its own."""

    VISITOR = "visitor"
    STAFF = "staff"
    HOUSING = "housing"
    """Staff who may see the layers that ask for this role as well."""
    WORKER = "worker"
    PORTER = "porter"
    """The front door itself, when it looks up or notes who came in: sees no layer as staff do."""

    @property
    def database_role(self) -> str:
        """Name of the PostgreSQL role under which statements for this role run."""
        return "geoloket_reader" if self is Role.VISITOR else f"geoloket_{self}"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or program behind a request."""

    role: Role = Role.VISITOR
    subject: str | None = None
    """The provider's name for a person: never shown, and the same each time."""
    name: str = ""
    duties: frozenset[Duty] = frozenset()
    token: str | None = None
    """Public part of the access token that a program showed instead of a session."""
    scope: frozenset[str] | None = None
    """Layers that the token is for; None without one."""
    writes: bool = True
    """Whether it may be used to change something."""
    runs: frozenset[Duty] = frozenset()
    """Duties with which a token starts processes; none where its owner did not say so."""
    purpose: str | None = None
    """Code of the task that the token is for; a session has its own."""

    def on(self, layer_id: str) -> Principal:
        """Who this is for a layer: a visitor, where a token is not for it."""
        return self if self.scope is None or layer_id in self.scope else VISITOR

    @property
    def signed_in(self) -> bool:
        """Whether this is a person whom the identity provider has let in."""
        return Duty.STAFF in self.duties

    @property
    def starts_as(self) -> frozenset[Duty]:
        """Duties with which processes are started: one's own, or those that go with a token."""
        return self.duties if self.scope is None else self.runs

    @property
    def anyone(self) -> Principal:
        """Somebody who sees and may do the same, and nothing of this person."""
        return Principal(self.role, scope=self.scope, writes=self.writes)


VISITOR: Final = Principal()
PORTER: Final = Principal(Role.PORTER)


def person(subject: str, name: str, duties: Iterable[Duty]) -> Principal:
    """A person with these duties; one who is not staff is a visitor like any other."""
    held = frozenset(duties)
    if Duty.STAFF not in held:
        return VISITOR
    role = Role.HOUSING if Duty.HOUSING in held else Role.STAFF
    return Principal(role, subject, name, held)


_INSIDE: Final = frozenset({Role.STAFF, Role.HOUSING, Role.WORKER})


class AccessPolicy:
    """The rule of visibility; a municipality may pass a stricter one to the front door."""

    def layer(self, layer: Layer, who: Principal) -> Layer | None:
        """The layer as this person may see it: with fewer fields, or None when not at all.

        It is ``editable`` when this person may edit it.
        """
        who = who.on(layer.id)
        seen = self._seen_by(who)
        if layer.visibility not in seen or not self._may_enter(layer, who):
            return None
        fields = tuple(field for field in layer.fields if field.visibility in seen)
        geometry = layer.geometry if layer.geometry and layer.geometry.visibility in seen else None
        if geometry is None and not fields:
            return None
        narrowed = layer.narrowed(fields, geometry)
        if layer.editable is None or self._may_edit(layer, who):
            return narrowed
        return narrowed.model_copy(update={"editable": None})

    def rows(self, layer: Layer, who: Principal) -> sql.Composable:
        """A condition on the rows that this person may see; columns are not qualified."""
        who = who.on(layer.id)
        if who.role not in _INSIDE and layer.public_when:
            return sql.SQL("is_public")  # kept by the database from the declaration's public_when
        return sql.SQL("TRUE")

    @staticmethod
    def _seen_by(who: Principal) -> frozenset[Visibility]:
        if who.role not in _INSIDE:
            return frozenset({Visibility.PUBLIC})
        return frozenset({Visibility.PUBLIC, Visibility.STAFF})

    @staticmethod
    def _may_edit(layer: Layer, who: Principal) -> bool:
        roles = (Role.HOUSING,) if layer.editable == "housing" else (Role.STAFF, Role.HOUSING)
        return who.role in roles and who.writes

    @staticmethod
    def _may_enter(layer: Layer, who: Principal) -> bool:
        """A layer may ask for a further role; the worker, who serves nobody, has all of them."""
        return layer.role is None or who.role is Role.WORKER or who.role.value == layer.role
