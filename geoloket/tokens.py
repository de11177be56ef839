"""The random words in links and cookies. Whoever has one may act by it: only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A word of 32 random bytes, for a link or a cookie."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> bytes:
    """What is kept of a token, and what one that comes back is looked up by."""
    return hashlib.sha256(token.encode()).digest()
