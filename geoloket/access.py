"""Who may see what: people, their roles, and the rule that narrows a layer to a person.

This is the first of two locks. The second is in the database: the role of the session has neither
the columns nor the rows that this rule leaves out (see ``geoloket.migrate``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from psycopg import sql

from geoloket.layer import Layer, Visibility


class Role(StrEnum):
    """What somebody is to us; each has a database role of its own."""

    VISITOR = "visitor"
    STAFF = "staff"
    WORKER = "worker"

    @property
    def database_role(self) -> str:
        """Name of the PostgreSQL role under which statements for this role run."""
        return "geoloket_reader" if self is Role.VISITOR else f"geoloket_{self}"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or program behind a request."""

    role: Role = Role.VISITOR
    subject: str | None = None


VISITOR = Principal()


class AccessPolicy:
    """The rule of visibility; a municipality may pass a stricter one to the front door."""

    def layer(self, layer: Layer, who: Principal) -> Layer | None:
        """The layer as this person may see it: with fewer fields, or None when not at all."""
        seen = self._seen_by(who)
        if layer.visibility not in seen:
            return None
        fields = tuple(field for field in layer.fields if field.visibility in seen)
        geometry = layer.geometry if layer.geometry and layer.geometry.visibility in seen else None
        if geometry is None and not fields:
            return None
        return layer.narrowed(fields, geometry)

    def rows(self, layer: Layer, who: Principal) -> sql.Composable:
        """A condition on the rows that this person may see; columns are not qualified."""
        if who.role is Role.VISITOR and layer.public_when:
            return sql.SQL("is_public")  # kept by the database from the declaration's public_when
        return sql.SQL("TRUE")

    @staticmethod
    def _seen_by(who: Principal) -> frozenset[Visibility]:
        if who.role is Role.VISITOR:
            return frozenset({Visibility.PUBLIC})
        return frozenset({Visibility.PUBLIC, Visibility.STAFF})
