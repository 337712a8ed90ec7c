"""A real server for mail on this machine (aiosmtpd), which keeps what it is sent."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from scripts.harness.processes import free_port


class Mailbox:
    """What a server was sent. refused: an address that it does not take; logins: who signed in there."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refused = ""
        self.over_tls: list[bool] = []
        self.logins: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append((list(envelope.rcpt_tos), found))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, way: str, given: Any
    ) -> AuthResult:
        self.logins.append(given.login)
        return AuthResult(success=given.password == b"secret")


@contextmanager
def running(
    mailbox: Mailbox, context: ssl.SSLContext | None = None, *, from_first_byte: bool = False
) -> Iterator[int]:
    """Yield the port of a server. context: for TLS, from the first byte or by STARTTLS; None: without."""
    port = free_port()
    options: dict[str, Any] = {}
    if context is not None and from_first_byte:
        options = {"ssl_context": context}
    elif context is not None:
        options = {"tls_context": context, "require_starttls": True}
    if context is not None:
        options |= {"authenticator": mailbox.sign_in, "auth_require_tls": not from_first_byte}
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
