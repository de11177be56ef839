"""Signing in and out, and the start page of staff; who may do what is decided in the hall."""

from web.signin.pages import router

__all__ = ["router"]
