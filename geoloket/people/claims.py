"""What claims of the identity provider say of somebody: name, roles, how they signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from geoloket.access import Duty
from geoloket.settings import IdentitySettings

Claims = Mapping[str, Any]

_LONGEST: Final = 100


def duties(claims: Claims, settings: IdentitySettings) -> frozenset[Duty]:
    """The roles that follow from the claims, by the settings."""
    wanted = {
        Duty.STAFF: settings.staff_claims,
        Duty.HOUSING: settings.roles.housing,
        Duty.ADMIN: settings.roles.admin,
    }
    return frozenset(
        duty
        for duty, sets in wanted.items()
        if any(named and all(_says(claims, *one) for one in named.items()) for named in sets)
    )


def enough(claims: Claims, settings: IdentitySettings) -> bool:
    """Whether somebody signed in as strongly as is asked (``acr`` and ``amr`` of the ID token)."""
    acr, used = claims.get("acr"), _several(claims.get("amr"))
    return (not settings.required_acr or acr in settings.required_acr) and (
        not settings.required_amr or any(way in settings.required_amr for way in used)
    )


def name_of(claims: Claims) -> str:
    """How somebody is called, in one line; the provider's name for them where it does not say."""
    whole = " ".join(str(claims.get(part) or "") for part in ("given_name", "family_name")).strip()
    name = str(claims.get("name") or whole or claims.get("preferred_username") or claims["sub"])
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST]


def _says(claims: Claims, path: str, value: str) -> bool:
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = _inside(found).get(step)
    return value in _several(found)


def _inside(value: Any) -> Claims:
    return cast("Claims", value) if isinstance(value, dict) else {}


def _several(value: Any) -> Sequence[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else (value,)
