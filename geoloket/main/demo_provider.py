"""The OpenID provider of ``geoloket demo``: invented staff, no passwords, on loopback alone.

It does what the relying party needs and refuses what a provider must refuse: discovery, a page on
which one chooses who one is, codes that work once and with PKCE (S256) only, signed ID tokens,
UserInfo and sign-out. It sends nobody to another machine. Never for anything but a demo and tests.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from geoloket.settings import is_loopback

CLIENT: Final = "geoloket-demo"
PEOPLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "mira": {"name": "Mira Maes", "groups": ["staff"]},
    "joris": {"name": "Joris Wouters", "groups": ["staff", "housing"]},
    "noor": {"name": "Noor Claes", "groups": ["staff", "admin"]},
}
"""Who can be chosen: staff; one who sees housing inspections as well; one who keeps it running."""
ROLES: Final = {duty: [{"groups": duty}] for duty in ("staff", "housing", "admin")}
"""The setting ``identity.roles`` that goes with them."""

_CODE_S: Final = 60.0
_TOKEN_S: Final = 300


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    subject: str
    back: str
    nonce: str
    challenge: str
    until: float


class DemoProvider:
    """One provider; what it has given out is in memory."""

    def __init__(self, issuer: str, client: str = CLIENT) -> None:
        self.issuer = issuer
        self.client = client
        self.people: dict[str, Mapping[str, Any]] = dict(PEOPLE)
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self._grants: dict[str, Grant] = {}
        self._access: dict[str, str] = {}

    def application(self) -> Starlette:
        """What answers."""
        return Starlette(routes=self.routes())

    def routes(self) -> list[Route]:
        """The endpoints that discovery names."""
        return [
            Route("/.well-known/openid-configuration", self.describe),
            Route("/keys", self.keys),
            Route("/authorize", self.choose),
            Route("/authorize", self.chosen, methods=["POST"]),
            Route("/token", self.redeem, methods=["POST"]),
            Route("/userinfo", self.tell),
            Route("/end", self.end),
        ]

    async def describe(self, request: Request) -> Response:
        """OpenID Connect Discovery 1.0 §3."""
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/end",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def keys(self, request: Request) -> Response:
        """The public half of the key."""
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def choose(self, request: Request) -> Response:
        """The page on which one says who one is."""
        given = dict(request.query_params)
        if fault := self._fault(given):
            return HTMLResponse(_page(f"<p>{escape(fault)}</p>"), 400)
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in given.items()
        )
        buttons = "".join(
            f'<p><button name="sub" value="{escape(subject)}">{escape(person["name"])}</button> '
            f"{escape(', '.join(person['groups']))}</p>"
            for subject, person in self.people.items()
        )
        return HTMLResponse(_page(f'<form method="post">{hidden}{buttons}</form>'))

    async def chosen(self, request: Request) -> Response:
        """Back with a code."""
        given = await _form(request)
        if fault := self._fault(given):
            return HTMLResponse(_page(f"<p>{escape(fault)}</p>"), 400)
        answer = {"state": given.get("state", ""), "iss": self.issuer}
        if given.get("sub") in self.people:
            code = secrets.token_urlsafe(32)
            self._grants[code] = Grant(
                given["sub"],
                given["redirect_uri"],
                given.get("nonce", ""),
                given["code_challenge"],
                time.monotonic() + _CODE_S,
            )
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        return RedirectResponse(f"{given['redirect_uri']}?{urlencode(answer)}", 303)

    async def redeem(self, request: Request) -> Response:
        """A code for tokens, once, to who holds the verifier of its challenge."""
        given = await _form(request)
        grant = self._grants.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            grant is None
            or grant.until < time.monotonic()
            or given.get("client_id") != self.client
            or given.get("redirect_uri") != grant.back
            or not hmac.compare_digest(challenge, grant.challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(32)
        self._access[access_token] = grant.subject
        return JSONResponse(self.tokens(grant, access_token), headers={"cache-control": "no-store"})

    def tokens(self, grant: Grant, access_token: str) -> dict[str, Any]:
        """What is given for a code."""
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": _TOKEN_S,
            "id_token": self.signed(self.claims(grant, access_token)),
        }

    def claims(self, grant: Grant, access_token: str) -> dict[str, Any]:
        """Those of an ID token."""
        now = int(time.time())
        digest = hashlib.sha256(access_token.encode()).digest()
        return {
            "iss": self.issuer,
            "aud": self.client,
            "sub": grant.subject,
            "iat": now,
            "exp": now + _TOKEN_S,
            "nonce": grant.nonce,
            "sid": f"session-of-{grant.subject}",
            "at_hash": urlsafe_b64encode(digest[:16]).rstrip(b"=").decode(),
            "amr": ["pwd", "mfa"],
        }

    def signed(self, claims: dict[str, Any]) -> str:
        """A token with our signature."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    async def tell(self, request: Request) -> Response:
        """UserInfo: name and groups."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        subject = self._access.get(token)
        if subject is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse({"sub": subject, **self.people[subject]})

    async def end(self, request: Request) -> Response:
        """Back after signing out; nothing is kept here that could be ended."""
        back = request.query_params.get("post_logout_redirect_uri", "")
        if not _is_here(back):
            return HTMLResponse(_page("<p>Afgemeld.</p>"))
        return RedirectResponse(back, 303)

    def _fault(self, given: Mapping[str, str]) -> str | None:
        """What is wrong with an authorisation request."""
        if given.get("client_id") != self.client or not _is_here(given.get("redirect_uri", "")):
            return "Deze vraag komt niet van een Geoloket op deze computer."
        if given.get("response_type") != "code" or "openid" not in given.get("scope", "").split():
            return "Deze vraag is geen OpenID Connect met een code."
        if given.get("code_challenge_method") != "S256" or not given.get("code_challenge"):
            return "Zonder PKCE gaat het niet."
        return None


def serve(port: int) -> None:
    """Answer on loopback until a signal comes."""
    import uvicorn

    provider = DemoProvider(f"http://127.0.0.1:{port}")
    uvicorn.run(provider.application(), host="127.0.0.1", port=port, access_log=False)


def _is_here(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


async def _form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: found[0] for name, found in fields.items()}


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Else a browser asks for /favicon.ico, and tells that there is none.
        '<link rel="icon" href="data:,">'
        "<title>Demo: wie ben je?</title><style>body{font:1.0625rem/1.55 system-ui,sans-serif;"
        "max-width:40rem;margin:3rem auto;padding:0 1rem;color:#16242b}button{font:inherit;"
        "min-height:44px;padding:0 1rem;margin-right:.5rem}</style></head>"
        "<body><main><h1>Wie ben je?</h1>"
        "<p>Dit is een demo. Kies een verzonnen medewerker.</p>"
        f"{body}</main></body></html>"
    )
