"""The tree of problems: everything that can go wrong and that somebody should be told.

::

    Problem (500)
    ├── BadRequest (400)
    │   ├── InvalidParameter          a known parameter with a value we cannot use
    │   ├── UnknownParameter          a parameter that this address does not have
    │   └── UnlawfulEvents            a permit history that the law does not allow
    ├── NotKnown (401)                an access token that is wrong, ended or taken away
    ├── Forbidden (403)
    ├── NotFound (404)
    ├── MethodNotAllowed (405)
    ├── NotAcceptable (406)
    ├── Conflict (409)                what was asked does not fit what is there now
    ├── PreconditionFailed (412)      it was changed since it was read
    ├── BodyTooLarge (413)
    ├── AddressTooLong (414)
    ├── UnsupportedMediaType (415)
    ├── Misdirected (421)             for a name that is not ours
    ├── InvalidFeature (422)          a feature that cannot be kept as it is
    ├── PreconditionRequired (428)    a change that does not say of what
    ├── TooManyRequests (429)         of one client, in a minute
    ├── HeadersTooLarge (431)
    ├── Unavailable (503)             the database is away; try again
    └── CommandError (500)            for the command line: one line and exit code 2
        ├── DeclarationFaults         layer folders that cannot be used, all faults at once
        └── SourceRejected            a file or service that cannot be imported

A Problem is raised where the fact is known and rendered in one place (RFC 9457, problem JSON).
Its detail never carries SQL or personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

Text = dict[str, str]


class Problem(Exception):
    """Something that nobody foresaw; ``detail``, where there is one, is for people."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "/problems/unexpected"
    title: ClassVar[Text] = {"nl": "Er ging iets mis", "en": "Something went wrong"}

    def __init__(self, detail: str | None = None, **facts: str | int) -> None:
        """``facts`` become members of the problem document beside ``detail``."""
        super().__init__(detail or self.title["en"])
        self.detail = detail
        self.facts = facts

    def document(self, language: str = "en") -> dict[str, str | int]:
        """The problem details object of RFC 9457 §3.1."""
        title = self.title.get(language, self.title["en"])
        members: dict[str, str | int] = {"type": self.type, "title": title, "status": self.status}
        if self.detail:
            members["detail"] = self.detail
        return members | self.facts


class BadRequest(Problem):
    """The request cannot be understood."""

    status = 400
    type = "/problems/bad-request"
    title: ClassVar[Text] = {"nl": "Ongeldige vraag", "en": "Bad request"}


class InvalidParameter(BadRequest):
    """A known parameter with a value that cannot be used."""

    type = "/problems/invalid-parameter"
    title: ClassVar[Text] = {"nl": "Ongeldige parameter", "en": "Invalid parameter"}


class UnknownParameter(BadRequest):
    """A parameter that this address does not have (OGC 17-069r4 §7.6: must be refused)."""

    type = "/problems/unknown-parameter"
    title: ClassVar[Text] = {"nl": "Onbekende parameter", "en": "Unknown parameter"}


class UnlawfulEvents(BadRequest):
    """A permit history whose events cannot follow each other by law."""

    type = "/problems/unlawful-events"
    title: ClassVar[Text] = {"nl": "Onmogelijke volgorde", "en": "Unlawful order of events"}


class NotKnown(Problem):
    """An access token that does not open anything; sent with ``WWW-Authenticate``."""

    status = 401
    type = "/problems/not-known"
    title: ClassVar[Text] = {"nl": "Toegangssleutel geldt niet", "en": "Access token not valid"}


class Forbidden(Problem):
    """It is known who asks, and this is not for them, or did not come from our own page."""

    status = 403
    type = "/problems/forbidden"
    title: ClassVar[Text] = {"nl": "Niet toegelaten", "en": "Forbidden"}


class NotFound(Problem):
    """There is nothing here, or not for this person."""

    status = 404
    type = "/problems/not-found"
    title: ClassVar[Text] = {"nl": "Niet gevonden", "en": "Not found"}


class MethodNotAllowed(Problem):
    """The address exists, but not for this method."""

    status = 405
    type = "/problems/method-not-allowed"
    title: ClassVar[Text] = {"nl": "Methode niet toegelaten", "en": "Method not allowed"}


class NotAcceptable(Problem):
    """The answer does not exist in the format that was asked for."""

    status = 406
    type = "/problems/not-acceptable"
    title: ClassVar[Text] = {"nl": "Formaat niet beschikbaar", "en": "Not acceptable"}


class Conflict(Problem):
    """What was asked does not fit what is there now."""

    status = 409
    type = "/problems/conflict"
    title: ClassVar[Text] = {"nl": "Past niet bij wat er is", "en": "Conflict"}


class PreconditionFailed(Problem):
    """The feature was changed since it was read (RFC 9110 §15.5.13)."""

    status = 412
    type = "/problems/changed-meanwhile"
    title: ClassVar[Text] = {"nl": "Intussen gewijzigd", "en": "Changed in the meantime"}


class AddressTooLong(Problem):
    """The address of the request is longer than we read."""

    status = 414
    type = "/problems/address-too-long"
    title: ClassVar[Text] = {"nl": "Adres te lang", "en": "Address too long"}


class BodyTooLarge(Problem):
    """What was sent is more than we read."""

    status = 413
    type = "/problems/body-too-large"
    title: ClassVar[Text] = {"nl": "Te groot", "en": "Content too large"}


class UnsupportedMediaType(Problem):
    """What was sent is of a kind that we do not read here."""

    status = 415
    type = "/problems/unsupported-media-type"
    title: ClassVar[Text] = {"nl": "Formaat niet leesbaar", "en": "Unsupported media type"}


class InvalidFeature(Problem):
    """A feature that cannot be kept as it is: a value, a geometry, or a step out of order."""

    status = 422
    type = "/problems/invalid-feature"
    title: ClassVar[Text] = {"nl": "Ongeldig object", "en": "Invalid feature"}


class PreconditionRequired(Problem):
    """A change must say which version of the feature it changes (RFC 6585 §3)."""

    status = 428
    type = "/problems/precondition-required"
    title: ClassVar[Text] = {"nl": "Versie ontbreekt", "en": "Precondition required"}


class Misdirected(Problem):
    """The request is for a name under which we do not answer."""

    status = 421
    type = "/problems/misdirected"
    title: ClassVar[Text] = {"nl": "Verkeerd adres", "en": "Misdirected request"}


class TooManyRequests(Problem):
    """One client asks more in a minute than we answer; `retry_after` is in seconds."""

    status = 429
    type = "/problems/too-many-requests"
    title: ClassVar[Text] = {"nl": "Te veel vragen", "en": "Too many requests"}


class HeadersTooLarge(Problem):
    """The header fields of the request are together longer than we read."""

    status = 431
    type = "/problems/headers-too-large"
    title: ClassVar[Text] = {"nl": "Te veel kopregels", "en": "Header fields too large"}


class Unavailable(Problem):
    """The service cannot answer now; the same question may work in a while."""

    status = 503
    type = "/problems/unavailable"
    title: ClassVar[Text] = {"nl": "Tijdelijk niet beschikbaar", "en": "Temporarily unavailable"}


class CommandError(Problem):
    """For a person at the command line: printed as one line, exit code 2."""

    type = "/problems/command"
    title: ClassVar[Text] = {"nl": "Opdracht mislukt", "en": "Command failed"}


class DeclarationFaults(CommandError):
    """Layer folders that cannot be used: every fault of every folder, at once."""

    type = "/problems/declaration"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("layers cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = tuple(faults)


class SourceRejected(CommandError):
    """A file, folder or service that cannot be imported as a whole; nothing was changed."""

    type = "/problems/source-rejected"
