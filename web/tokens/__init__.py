"""Access tokens for programs: staff make them, see when they were used, and take them away."""

from web.tokens.pages import router

__all__ = ["router"]
