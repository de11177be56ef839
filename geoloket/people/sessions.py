"""SessionDesk: who is signed in, each question by one function of the database.

Only the role ``geoloket_porter`` may call them, and it reads no table. Tokens come as words and go
to the database as hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from geoloket import statements
from geoloket.access import PORTER, Duty, Principal, person
from geoloket.database import Database
from geoloket.errors import Unavailable
from geoloket.people.provider import Identity
from geoloket.settings import IdentitySettings
from geoloket.tokens import hashed, new_token

_TOKEN: Final = 43
"""Characters of a token: 32 random bytes."""


def cookie_of(settings: IdentitySettings) -> str:
    """Name of the cookie of a session; browsers take ``__Host-`` over https and for one host."""
    return "geoloket" if settings.demo else "__Host-geoloket"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a browser takes along to the provider, all of it made from one secret in its cookie."""

    secret: str
    state: str

    @classmethod
    def of(cls, secret: str | None) -> Opening:
        """A new one; two tabs of a browser share its secret."""
        known = secret is not None and len(secret) == _TOKEN
        return cls(secret if known and secret else new_token(), new_token())

    @property
    def nonce(self) -> str:
        """What the ID token must repeat."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """That of PKCE (RFC 7636); the provider sees its sha256 first."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        return _mac(self.secret.encode(), f"{purpose} {self.state}")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, as one request finds them."""

    who: Principal
    form_key: bytes
    began_at: datetime
    rests_at: datetime
    """When it ends if nothing more is asked."""
    ends_at: datetime
    """When it ends in any case."""
    purpose: str | None = None
    """Code of the task that was chosen for layers that ask for one."""
    fresh: str | None = None
    """A token that takes the place of the one that came, to be sent with the answer."""

    @property
    def lasts_until(self) -> datetime:
        """When it ends if nothing more is asked."""
        return min(self.rests_at, self.ends_at)

    @property
    def is_last(self) -> bool:
        """Whether that is so whatever is asked."""
        return self.ends_at <= self.rests_at

    @property
    def seconds(self) -> int:
        """How long that is from now."""
        return max(0, int((self.lasts_until - datetime.now(UTC)).total_seconds()))

    def form_token(self) -> str:
        """What a form of this person carries: another one each time, so that it cannot be guessed
        from the size of compressed pages.
        """
        salt = secrets.token_urlsafe(16)
        return f"{salt}.{_mac(self.form_key, salt)}"

    def is_own_form(self, token: str) -> bool:
        """Whether a form that comes back is one of this session."""
        salt, _, proof = token.partition(".")
        return hmac.compare_digest(_mac(self.form_key, salt).encode(), proof.encode())


class SessionDesk:
    """Begins, finds and ends sessions."""

    def __init__(self, database: Database, settings: IdentitySettings) -> None:
        self._database = database
        self._settings = settings
        self._fixed = statements.read("people")

    async def begin(self, opening: Opening, return_to: str) -> None:
        """Note that a browser goes to the provider. Raises Unavailable when too many are there."""
        row = await self._write(
            "begin_signing",
            state=hashed(opening.state),
            browser=hashed(opening.secret),
            return_to=return_to,
        )
        if not row["answer"]:
            raise Unavailable("Too many people are signing in; try again in a few minutes.")

    async def take(self, opening: Opening) -> str | None:
        """Where that browser wanted to go: once; None for any other browser, or too late."""
        row = await self._write(
            "take_signing", state=hashed(opening.state), browser=hashed(opening.secret)
        )
        return row["answer"]

    async def open(
        self, identity: Identity, name: str, duties: frozenset[Duty], before: str | None
    ) -> str:
        """A new session, and the token of its cookie; that of ``before`` is ended."""
        token = new_token()
        await self._write(
            "open",
            token=hashed(token),
            before=hashed(before) if before else None,
            form_key=secrets.token_bytes(32),
            issuer=self._settings.issuer,
            subject=identity.subject,
            sid=identity.sid,
            id_token=identity.id_token,
            name=name,
            duties=sorted(duties),
            idle=timedelta(minutes=self._settings.idle_minutes),
            lasts=timedelta(hours=self._settings.longest_hours),
        )
        return token

    async def find(self, token: str, *, renew: bool) -> Session | None:
        """The session of a token, while its time is not up; notes that it is used.

        With ``renew`` it may come with a token to take the place of this one.
        """
        if len(token) != _TOKEN:
            return None
        async with self._database.session(PORTER) as connection:
            cursor = await connection.execute(self._fixed["find"], {"token": hashed(token)})
            row = await cursor.fetchone()
        if row is None:
            return None
        fresh = new_token() if renew and row["old"] else None
        used = row["used"] or fresh
        if used:
            sent = await self._write(
                "renew", token=hashed(token), fresh=hashed(fresh) if fresh else None
            )
            fresh = fresh if sent["answer"] else None
        who = person(row["subject"], row["name"], map(Duty, row["duties"]))
        rests_at = row["rests_at"]
        if used:
            rests_at = datetime.now(UTC) + timedelta(minutes=self._settings.idle_minutes)
        times = (row["began_at"], rests_at, row["ends_at"])
        return Session(who, row["form_key"], *times, row["purpose"], fresh)

    async def choose_purpose(self, token: str, purpose: str) -> None:
        """Note for which task this person looks, for as long as the session lasts."""
        await self._write("choose_purpose", token=hashed(token), purpose=purpose)

    async def close(self, token: str) -> str | None:
        """End a session; its ID token, to sign out at the provider as well."""
        row = await self._write("close", token=hashed(token))
        return row["answer"]

    async def close_at_provider(
        self, *, jti: str, until: datetime, subject: str | None, sid: str | None
    ) -> int | None:
        """End what the provider has ended; how many, None when that was told before."""
        row = await self._write(
            "close_at_provider",
            issuer=self._settings.issuer,
            jti=jti,
            until=until,
            subject=subject,
            sid=sid,
        )
        return row["answer"]

    async def _write(self, statement: str, **values: Any) -> DictRow:
        async with self._database.session(PORTER) as connection:
            await connection.execute("SET TRANSACTION READ WRITE")
            cursor = await connection.cursor(binary=True).execute(self._fixed[statement], values)
            row = await cursor.fetchone()
        assert row is not None  # noqa: S101 - a function without rows always gives one
        return row


def _mac(key: bytes, text: str) -> str:
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
