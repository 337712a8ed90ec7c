"""Mail over SMTP (RFC 5321) by the standard library: word that there is news, the same for everybody.

The line is encrypted from the start (smtps) or by STARTTLS (RFC 3207), and the server's certificate is
checked; without, only a server on the machine itself is spoken with. Each receiver gets a message of their
own, which holds nothing but a link that is everybody's. Invitations to events go to those who asked for them.
Addresses stand in no log.
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

from ledger_service.domain.errors import MailUnavailable
from ledger_service.ports.publication import Letter, MailServer, Receiver

SECONDS = 20  # that a server may take for each answer


class Text(NamedTuple):
    """What a mail says, in one language."""

    subject: str
    body: str


class SmtpMailer:
    """Implements ports.Mailer. texts: by language, one is for "en"; context: which certificates are taken.

    letters: texts of each method of RFC 5546 by language, with {title} and {link} in them.
    """

    def __init__(
        self,
        server: MailServer,
        texts: Mapping[str, Text],
        context: ssl.SSLContext | None = None,
        letters: Mapping[str, Mapping[str, Text]] | None = None,
    ) -> None:
        self._server = server
        self._letters = letters or {}
        self._texts = texts
        self._context = context or ssl.create_default_context()

    def send(self, receivers: Sequence[Receiver]) -> None:
        with self._line() as line:
            for receiver in receivers:
                # An address that the server refuses is the reader's to mend; the next may be good.
                with suppress(smtplib.SMTPRecipientsRefused):
                    text = self._texts.get(receiver.language, self._texts["en"])
                    line.send_message(self._message(receiver, text))

    @property
    def sender(self) -> str:
        return self._server.sender

    def send_letters(self, letters: Sequence[Letter]) -> None:
        with self._line() as line:
            for letter in letters:
                with suppress(smtplib.SMTPRecipientsRefused):
                    line.send_message(self._letter(letter))

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """Yield a line to the server; raise MailUnavailable, which names no receiver."""
        try:
            with self._opened() as line:
                if self._server.login:
                    line.login(self._server.login, self._server.password)
                yield line
        except (OSError, smtplib.SMTPException):
            # Without the cause: what the server says may repeat an address, and is logged with it.
            raise MailUnavailable(host=self._server.host) from None

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        if server.is_encrypted:
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=self._context
            )
        line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            line.ehlo()
            if line.has_extn("starttls") or not server.is_own_machine:
                line.starttls(context=self._context)  # raises where the server does not know it
        except BaseException:
            line.close()
            raise
        return line

    def _letter(self, letter: Letter) -> EmailMessage:
        texts = self._letters[letter.method]
        text = texts.get(letter.receiver.language, texts["en"])
        filled = Text(*(_filled(one, letter) for one in text))
        message = self._message(letter.receiver, filled)
        # RFC 6047: the method stands in the type, so that a mail program offers what it is for.
        message.add_alternative(
            letter.calendar.decode(), subtype="calendar", params={"method": letter.method}
        )
        return message

    def _message(self, receiver: Receiver, text: Text) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = receiver.address
        message["Subject"] = text.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        # Made here: the usual one tells the name of this machine.
        domain = self._server.sender.rpartition("@")[2]
        message["Message-ID"] = f"<{secrets.token_hex(16)}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers that they are away
        message.set_content(text.body)
        return message


def _filled(text: str, letter: Letter) -> str:
    """Return a text with title and link in it; a title never fills anything itself."""
    before, mark, after = text.partition("{title}")
    title = letter.title if mark else ""
    return before.replace("{link}", letter.link) + title + after.replace("{link}", letter.link)
