"""Following by e-mail: the pages, the form that one fills in, and the letters that are sent."""

from web.alerts.pages import router

__all__ = ["router"]
