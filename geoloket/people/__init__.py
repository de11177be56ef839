"""Who signs in, and who is signed in.

``Provider`` is the OpenID provider: it sends people there and checks what they come back with.
``SessionDesk`` keeps who is signed in, in the schema ``people``. ``duties`` reads roles from
claims. ``TokenDesk`` keeps access tokens, for programs.
"""

from geoloket.people.claims import duties, enough, name_of
from geoloket.people.provider import Identity, Provider, Refused
from geoloket.people.sessions import Opening, Session, SessionDesk, cookie_of
from geoloket.people.tokens import DECLARED, Token, TokenDesk

__all__ = [
    "DECLARED",
    "Identity",
    "Opening",
    "Provider",
    "Refused",
    "Session",
    "SessionDesk",
    "Token",
    "TokenDesk",
    "cookie_of",
    "duties",
    "enough",
    "name_of",
]
