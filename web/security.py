"""What a browser may do with our pages: the Content-Security-Policy (W3C CSP 3).

Nothing comes from another host and no script or style stands in a page. Blocks of data (JSON,
JSON-LD) do: browsers do not run those, so the policy does not touch them.
"""

from __future__ import annotations


def policy(*, frame_ancestors: str | None = None) -> str:
    """The policy of a page: ``frame_ancestors`` may frame it (nobody, unless told)."""
    parts = {
        "default-src": "'self'",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())
