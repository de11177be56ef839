"""E-mail: letters as MIME messages, over SMTP or into a folder.

RFC 5322 (messages), 8058 (one-click unsubscribe), 3834 (Auto-Submitted), 5321 (SMTP).
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from geoloket.alerts.channel import Channel, Delayed, Refused
from geoloket.alerts.letter import Letter
from geoloket.errors import CommandError
from geoloket.settings import MailSettings

_Encoding = Literal["quoted-printable", "8bit"]


def channel(settings: MailSettings, name: str) -> Channel:
    """The channel that is set; ``name`` is shown as the sender's. Raises CommandError when none."""
    if settings.outbox is not None:
        return Outbox(settings.outbox, settings.sender or "loket@localhost", name)
    if settings.host is None or settings.sender is None:
        raise CommandError("no mail server is set: GEOLOKET_MAIL__HOST")
    return Smtp(settings, settings.sender, name)


def as_mail(
    to: str, id: UUID, letter: Letter, sender: Address, encoding: _Encoding
) -> EmailMessage:
    """A letter as a message; the same ``id`` always gives the same Message-ID."""
    mail = EmailMessage(SMTP)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = letter.subject
    mail["Message-ID"] = f"<{id}@{sender.domain}>"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte=encoding)
    mail.add_alternative(letter.html, subtype="html", cte=encoding)
    mail["Content-Language"] = letter.language  # last: setting the content takes it away
    return mail


class Outbox:
    """A folder of ``.eml`` files, for a demonstration: nothing leaves the machine."""

    def __init__(self, folder: Path, sender: str, name: str) -> None:
        self._folder, self._sender = folder, Address(name, addr_spec=sender)

    def deliver(self, to: str, id: UUID, letter: Letter) -> None:
        """Write the letter to a file of its own, whole or not at all; the same one for the same id.

        Its text is not encoded, so that the links can be read in any editor.
        """
        mail = as_mail(to, id, letter, self._sender, "8bit")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f".{id}.part"
        part.write_bytes(mail.as_bytes())
        part.replace(self._folder / f"{id}.eml")

    def close(self) -> None:
        """There is nothing to let go of."""


class Smtp:
    """An SMTP server, on one connection for as long as there is mail."""

    def __init__(self, settings: MailSettings, sender: str, name: str) -> None:
        self._settings, self._sender = settings, Address(name, addr_spec=sender)
        self._open: smtplib.SMTP | None = None

    def deliver(self, to: str, id: UUID, letter: Letter) -> None:
        """Hand over to the server; it has the letter when this returns. Raises Refused, Delayed.

        A reply of 5xx to this receiver or letter is final; all else may pass (RFC 5321 §4.2.1).
        """
        mail = as_mail(to, id, letter, self._sender, "quoted-printable")
        connection = self._connected()
        try:
            connection.send_message(mail, self._sender.addr_spec, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            raise _verdict("receiver", next(iter(refused.recipients.values()))[0]) from None
        except smtplib.SMTPDataError as refused:
            raise _verdict("letter", refused.smtp_code) from None
        except smtplib.SMTPResponseException as refused:  # the sender, or the server as a whole
            self.close()
            raise Delayed(f"server {refused.smtp_code}", everything=True) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Delayed(type(error).__name__, everything=True) from None

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open.close()
            self._open = None

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        settings = self._settings
        try:
            self._open = smtplib.SMTP(str(settings.host), settings.port, timeout=settings.timeout_s)
            if settings.starttls:
                self._open.starttls(context=ssl.create_default_context())
            if settings.user and settings.password:
                self._open.login(settings.user, settings.password.get_secret_value())
        except smtplib.SMTPResponseException as refused:
            self.close()
            raise Delayed(f"server {refused.smtp_code}", everything=True) from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Delayed(type(error).__name__, everything=True) from None
        return self._open


def _verdict(what: str, code: int) -> Refused | Delayed:
    """What a reply means: 4xx passes, 5xx does not."""
    return Refused(f"{what} {code}") if code >= 500 else Delayed(f"{what} {code}")
