"""What a browser may do with our pages: the Content-Security-Policy (W3C CSP 3).

Nothing comes from another host, unless a setting names one for the background of the map. No script
or style stands in a page. Blocks of data (JSON, JSON-LD) do: browsers do not run those, so the
policy does not touch them.
"""

from __future__ import annotations


def policy(*, frame_ancestors: str | None = None, images: str | None = None) -> str:
    """The policy of a page.

    ``frame_ancestors`` may frame it: nobody, unless told. ``images`` is one more origin of which it
    may show images: the background of the map that a setting names.
    """
    parts = {
        "default-src": "'self'",
        "img-src": " ".join(["'self' data: blob:", *([images] if images else [])]),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())
