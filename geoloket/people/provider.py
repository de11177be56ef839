"""Provider: an OpenID provider, known by discovery; we are its relying party.

Authorisation code with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636), sign-out that we begin
(RP-Initiated Logout 1.0) and that the provider begins (Back-Channel Logout 1.0). Every question to
it is bounded in time and size, and none holds up another request.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, cast
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from geoloket import __version__
from geoloket.errors import Forbidden, Unavailable
from geoloket.settings import IdentitySettings, is_loopback

Claims = dict[str, Any]

_MOST: Final = 512 * 1024
"""Bytes of an answer of the provider."""
_KNOWN_S: Final = 3600.0
"""How long what discovery said is relied on."""
_ASKED_AGAIN_S: Final = 30.0
"""How long the keys are not asked for again, whatever keys tokens name."""
_LOGOUT_S: Final = 86_400.0
"""How long a logout token may last: so long it is remembered, that it is used once."""
_LEEWAY_S: Final = 60
"""Seconds that clocks may differ."""
_KEYS: Final[Mapping[str, type[RSAKey | ECKey]]] = {"RSA": RSAKey, "EC": ECKey}
_HASHES: Final = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
_LONGEST: Final = 500
"""Characters of a name that the provider gives to somebody or something."""
_LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"


class Refused(Forbidden):
    """Somebody came back with something that does not hold; ``reason`` is for the log alone."""

    def __init__(self, reason: str) -> None:
        super().__init__("Signing in did not work out; begin again.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is."""

    subject: str
    claims: Claims
    """Of the ID token, with what UserInfo adds."""
    strength: Claims
    """Of the ID token alone: how they signed in (``acr``, ``amr``)."""
    id_token: str
    sid: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What the provider has ended: its session ``sid``, or all of a person."""

    jti: str
    until: datetime
    """Until when the token could be used again, were it not remembered."""
    subject: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """The endpoints of the provider, as discovery names them."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    basic: bool
    """Whether our secret goes in a header; else in the form."""
    names_itself: bool
    """Whether whoever comes back says from which provider (RFC 9207)."""


class Provider:
    """The provider of the settings, which must name one."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._issuer = settings.issuer or ""
        self._known: _Known | None = None
        self._known_until = 0.0
        self._keys: KeySet | None = None
        self._keys_at = -_ASKED_AGAIN_S
        self._asking = asyncio.Lock()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        agent = {"User-Agent": f"Geoloket/{__version__}", "Accept": "application/json"}
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=2)
        return httpx.AsyncClient(headers=agent, timeout=self._settings.timeout_s, limits=limits)

    async def close(self) -> None:
        """Close the connections to the provider."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def address(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in; it comes back to ``back``. Raises Unavailable."""
        known = await self._discovered()
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self._settings.asked_scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if self._settings.required_acr:
            asked["acr_values"] = " ".join(self._settings.required_acr)
        return _with(known.authorization, asked)

    async def identify(
        self, *, code: str, verifier: str, nonce: str, back: str, named: str | None
    ) -> Identity:
        """Who somebody is that came back with a code; ``named`` is the issuer that came with it.

        Raises Refused for what does not hold, and Unavailable when the provider does not answer.
        """
        known = await self._discovered()
        if named != self._issuer and (named is not None or known.names_itself):
            raise Refused("another provider")
        tokens = await self._redeemed(known, code, verifier, back)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise Refused("no ID token")
        token = await self._read(known, id_token)
        claims = token.claims
        self._check(claims, nonce={"essential": True, "value": nonce})
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1  # pyright: ignore[reportUnknownArgumentType]
        if claims.get("azp", None if several else self._settings.client_id) != (
            self._settings.client_id
        ):
            raise Refused("azp")
        if "at_hash" in claims and not _fits(claims["at_hash"], access_token, token.header["alg"]):
            raise Refused("at_hash")
        more = await self._more(known, access_token, claims["sub"])
        return Identity(claims["sub"], more | claims, claims, id_token, _text(claims, "sid"))

    async def ended(self, logout_token: str) -> Ended:
        """What a logout token of the provider ends (Back-Channel Logout 1.0 §2.6).

        Raises Refused and Unavailable.
        """
        known = await self._discovered()
        token = await self._read(known, logout_token)
        claims = token.claims
        self._check(claims, jti={"essential": True}, sub={})
        events = claims.get("events")
        if not (isinstance(events, dict) and isinstance(events.get(_LOGOUT), dict)):  # pyright: ignore[reportUnknownMemberType]
            raise Refused("not a logout token")
        if "nonce" in claims or token.header.get("typ", "JWT").lower() not in ("jwt", "logout+jwt"):
            raise Refused("an ID token instead of a logout token")
        subject, sid, jti = (_text(claims, name) for name in ("sub", "sid", "jti"))
        if jti is None or (subject is None and sid is None):
            raise Refused("a logout token of nobody")
        if not claims["exp"] < time.time() + _LOGOUT_S:
            raise Refused("a logout token that lasts too long")
        until = datetime.fromtimestamp(claims["exp"] + _LEEWAY_S, UTC)
        return Ended(jti, until, subject, sid)

    async def farewell(self, *, id_token: str, back: str) -> str | None:
        """Where a browser goes to sign out at the provider as well; None where it cannot."""
        known = await self._discovered()
        if known.end_session is None:
            return None
        told = {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": back,
            "client_id": self._settings.client_id,
        }
        return _with(known.end_session, told)

    async def _redeemed(self, known: _Known, code: str, verifier: str, back: str) -> Claims:
        """The tokens for a code, which the provider gives once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        name, secret = self._settings.client_id, self._secret()
        if secret and known.basic:
            pair = f"{quote_plus(name)}:{quote_plus(secret)}"  # RFC 6749 §2.3.1
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": name} | ({"client_secret": secret} if secret else {})
        status, tokens = await self._ask("POST", known.token, headers=headers, data=form)
        if status != 200:
            raise Refused(f"code: {str(tokens.get('error'))[:40]}")
        return tokens

    async def _more(self, known: _Known, access_token: object, subject: str) -> Claims:
        """What UserInfo adds; of somebody else it is not taken (Core §5.3.2)."""
        if known.userinfo is None or not isinstance(access_token, str):
            return {}
        headers = {"authorization": f"Bearer {access_token}"}
        status, more = await self._ask("GET", known.userinfo, headers=headers)
        if status != 200:
            return {}
        if more.get("sub") != subject:
            raise Refused("UserInfo of somebody else")
        return more

    async def _read(self, known: _Known, text: str) -> jwt.Token:
        """A token with a signature of the provider's; its claims are still to be checked."""
        try:
            try:
                return self._verified(await self._key_set(known), text)
            except JoseError:  # perhaps of a key that is new
                return self._verified(await self._key_set(known, anew=True), text)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refused(f"signature: {type(error).__name__}") from None

    def _verified(self, keys: KeySet, text: str) -> jwt.Token:
        return jwt.decode(text, keys, algorithms=list(self._settings.algorithms))

    def _check(self, claims: Claims, **further: Any) -> None:
        """Issuer, audience and times, and what else is asked. Raises Refused."""
        asked: dict[str, Any] = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        try:
            jwt.JWTClaimsRegistry(leeway=_LEEWAY_S, **(asked | further)).validate(claims)
        except (JoseError, TypeError, ValueError) as error:
            raise Refused(f"claims: {error}"[:80]) from None
        if "sub" in claims and _text(claims, "sub") is None:
            raise Refused("sub")

    async def _key_set(self, known: _Known, *, anew: bool = False) -> KeySet:
        async with self._asking:
            age = time.monotonic() - self._keys_at
            if self._keys is None or age > _KNOWN_S or (anew and age > _ASKED_AGAIN_S):
                status, found = await self._ask("GET", known.keys)
                self._keys_at = time.monotonic()
                if status != 200:
                    raise Unavailable(_AWAY)
                self._keys = _key_set(found)
            return self._keys

    async def _discovered(self) -> _Known:
        if self._known is None or time.monotonic() > self._known_until:
            place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            status, found = await self._ask("GET", place)
            known = self._endpoints(found) if status == 200 else None
            if known is None:
                raise Unavailable(_AWAY)
            self._known, self._known_until = known, time.monotonic() + _KNOWN_S
        return self._known

    def _endpoints(self, found: Claims) -> _Known | None:
        """None for what is not a description of this provider (Discovery 1.0 §4.3)."""
        names = ("authorization", "token", "userinfo", "end_session")
        given = [self._place(found.get(f"{name}_endpoint")) for name in names]
        authorization, token, userinfo, end_session = given
        keys = self._place(found.get("jwks_uri"))
        if found.get("issuer") != self._issuer or not (authorization and token and keys):
            return None
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return _Known(
            authorization,
            token,
            keys,
            userinfo,
            end_session,
            "client_secret_basic" in methods,
            found.get("authorization_response_iss_parameter_supported") is True,
        )

    def _place(self, address: object) -> str | None:
        """An address of the provider: over https, or on this machine with the demo."""
        if not isinstance(address, str):
            return None
        parts = urlsplit(address)
        here = self._settings.demo and is_loopback(parts.hostname or "")
        return address if parts.scheme == "https" or here else None

    def _secret(self) -> str | None:
        if self._settings.client_secret_file:
            try:
                return self._settings.client_secret_file.read_text(encoding="utf-8").strip()
            except OSError:
                raise Unavailable("The secret for the identity provider is not there.") from None
        secret = self._settings.client_secret
        return secret.get_secret_value() if secret else None

    async def _ask(self, method: str, place: str, **given: Any) -> tuple[int, Claims]:
        """Status and JSON object of an answer. Raises Unavailable for any other answer, or none."""
        body = b""
        try:
            async with (
                asyncio.timeout(self._settings.timeout_s),
                self._client.stream(method, place, **given) as answer,
            ):
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _MOST:
                        raise Unavailable(_AWAY)
            found: Any = orjson.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, orjson.JSONDecodeError):
            raise Unavailable(_AWAY) from None
        if answer.status_code >= 500 or not isinstance(found, dict):
            raise Unavailable(_AWAY)
        return answer.status_code, cast("Claims", found)


_AWAY: Final = "The identity provider does not answer at the moment; try again in a while."


def _key_set(found: Claims) -> KeySet:
    """The keys that sign; others that a provider publishes are of no use here."""
    keys: list[Any] = []
    listed: Any = found.get("keys")
    for one in listed if isinstance(listed, list) else ():  # pyright: ignore[reportUnknownVariableType]
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in _KEYS:  # pyright: ignore[reportUnknownMemberType]
            try:
                keys.append(_KEYS[one["kty"]].import_key(one))  # pyright: ignore[reportUnknownArgumentType]
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(keys)


def _fits(at_hash: object, access_token: object, algorithm: str) -> bool:
    """Whether the access token is that of the ID token: half of its hash (Core §3.1.3.6)."""
    if not isinstance(at_hash, str) or not isinstance(access_token, str):
        return False
    digest = _HASHES[algorithm[-3:]](access_token.encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    return hmac.compare_digest(half, at_hash.encode())


def _text(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    fits = isinstance(value, str) and 0 < len(value) <= _LONGEST and "\0" not in value
    return value if fits else None


def _with(place: str, given: Mapping[str, str]) -> str:
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(given)}"
