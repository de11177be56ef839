"""The register of processing in words: what layers declare, and what is done besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from geoloket import processings
from geoloket.access import VISITOR, Principal, Role
from geoloket.declaration import Visibility
from geoloket.hall import Hall
from geoloket.language import pick
from geoloket.layer import Layer
from web.sentences import Sentences

_KEPT: Final = {"Y": "retention.y", "M": "retention.m", "W": "retention.w", "D": "retention.d"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a layer, and who sees it."""

    name: str
    title: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One processing: a layer, or something else that is done with personal data."""

    id: str
    kind: str
    """``layer`` or ``other``."""
    title: str
    purpose: str
    legal_basis: str
    subjects: str | None
    data: str
    recipients: str
    retention: str
    measures: tuple[str, ...]
    fields: tuple[Field, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def entries(hall: Hall, say: Sentences) -> list[Entry]:
    """All of them, layers first, with the measures that protect each.

    Layers for staff are named too: whoever is in them must be able to know (GDPR art. 13 and 14).
    """
    layers = [_layer(hall, layer, say) for layer in reversed(tuple(hall.registry.values()))]
    return [*layers, *_others(hall, say)]


def _layer(hall: Hall, layer: Layer, say: Sentences) -> Entry:
    return Entry(
        id=layer.id,
        kind="layer",
        title=pick(layer.title, say.language),
        purpose=pick(layer.purpose, say.language),
        legal_basis=pick(layer.legal_basis, say.language),
        subjects=None,
        data=pick(layer.description, say.language),
        recipients=_recipients(hall, layer, say),
        retention=_kept(layer, say),
        measures=_measures(say, inside=_hides(layer)),
        fields=tuple(_fields(layer, say)),
    )


def _others(hall: Hall, say: Sentences) -> Iterator[Entry]:
    for one in processings.built_in().done(hall.settings, hall.registry):
        yield Entry(
            id=one.id,
            kind="other",
            title=pick(one.title, say.language),
            purpose=pick(one.purpose, say.language),
            legal_basis=pick(one.legal_basis, say.language),
            subjects=pick(one.subjects, say.language),
            data=pick(one.data, say.language),
            recipients=pick(one.recipients, say.language),
            retention=pick(one.retention, say.language),
            measures=_measures(say, inside=one.when == "staff"),
        )


def _kept(layer: Layer, say: Sentences) -> str:
    """How long, and what then."""
    kept = retention(layer.retention, say)
    return say(f"register.then_{layer.expiry.how}", kept=kept) if layer.expiry else kept


def retention(duration: str, say: Sentences) -> str:
    """How long rows are kept, in words, of an ISO 8601 duration or ``permanent``."""
    if duration == "permanent":
        return say("retention.permanent")
    return say.count(_KEPT[duration[-1]], int(duration[1:-1]))


def _measures(say: Sentences, *, inside: bool) -> tuple[str, ...]:
    register = processings.built_in()
    chosen = (*register.measures, *(register.staff_measures if inside else ()))
    return tuple(pick(one, say.language) for one in chosen)


def _hides(layer: Layer) -> bool:
    """Whether something of it is not for everybody."""
    shown = [one.visibility for one in layer.fields] + [layer.visibility]
    return any(one is not Visibility.PUBLIC for one in shown) or layer.public_when is not None


def _recipients(hall: Hall, layer: Layer, say: Sentences) -> str:
    seen = hall.access.layer(layer, VISITOR)
    if layer.visibility is not Visibility.PUBLIC or seen is None:
        return say("privacy.visible_housing" if layer.role else "privacy.visible_staff")
    if layer.public_when:
        return say("privacy.visible_rows")
    staff = hall.access.layer(layer, Principal(Role.STAFF))
    hidden = len(staff.fields if staff else ()) - len(seen.fields)
    if hidden:
        return say.count("privacy.visible_fields", hidden)
    return say("privacy.visible_public")


def _fields(layer: Layer, say: Sentences) -> Iterator[Field]:
    for one in layer.fields:
        seen = Visibility.STAFF if layer.visibility is not Visibility.PUBLIC else one.visibility
        if one.visibility is Visibility.NOBODY or layer.visibility is Visibility.NOBODY:
            seen = Visibility.NOBODY
        key = "housing" if seen is Visibility.STAFF and layer.role else str(seen)
        yield Field(one.name, pick(one.title, say.language), say(f"seen_by.{key}"))
