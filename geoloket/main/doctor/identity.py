"""How staff sign in, as far as the settings tell; what cannot be safe the settings refuse."""

from __future__ import annotations

from collections.abc import Iterator

from geoloket.main.doctor.finding import Finding, State
from geoloket.settings import Settings

_SUBJECT = "sign-in"


def findings(settings: Settings) -> Iterator[Finding]:
    """Who can get in, and how well it is guarded."""
    identity = settings.identity
    if identity.issuer is None:
        yield Finding(State.OK, _SUBJECT, "off: identity.issuer is not set, nobody can sign in")
        return
    yield Finding(State.OK, _SUBJECT, f"at {identity.issuer}")
    if identity.demo:
        yield Finding(State.WARN, _SUBJECT, "identity.demo: whoever sits here may be anybody")
        return
    if not identity.staff_claims:
        yield Finding(State.WRONG, _SUBJECT, "identity.roles.staff is not set: nobody is staff")
    if not (identity.required_acr or identity.required_amr):
        fact = "no second step is asked for: set identity.required_acr or required_amr"
        yield Finding(State.WARN, _SUBJECT, fact)
    if identity.client_secret is None and identity.client_secret_file is None:
        yield Finding(State.WARN, _SUBJECT, "identity.client_secret is not set: PKCE alone")
    if file := identity.client_secret_file:
        if not file.is_file():
            yield Finding(State.WRONG, _SUBJECT, f"{file}: there is no such file")
        elif file.stat().st_mode & 0o077:
            yield Finding(State.WRONG, _SUBJECT, f"{file}: others may read it; chmod 600 {file}")
