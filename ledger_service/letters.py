"""Composition: what sends mail, if the operator has set up a server for it, and what each mail says."""

from __future__ import annotations

from ledger_service import messages
from ledger_service.adapters.mail import SmtpMailer, Text
from ledger_service.config import Config
from ledger_service.messages.languages import LANGUAGES


def make_mailer(config: Config) -> SmtpMailer | None:
    """Return what sends mail; None if no server is set up."""
    if config.mail is None:
        return None
    link = f"{config.public_url}/me"
    texts = {
        tag: Text(
            messages.said("page.mail.subject", tag),
            messages.said("page.mail.text", tag, link=link) + "\n",
        )
        for tag in LANGUAGES
    }
    return SmtpMailer(config.mail, texts, letters=event_letters())


def event_letters() -> dict[str, dict[str, Text]]:
    """Return what invitations say, by their method and by language."""
    return {
        method: {
            tag: Text(_said(method, "subject", tag), _said(method, "text", tag))
            for tag in LANGUAGES
        }
        for method in ("REQUEST", "CANCEL")
    }


def _said(method: str, part: str, language: str) -> str:
    """Return a part of a letter, in which {title} and {link} are still to be filled."""
    name = f"page.mail.event-{method.lower()}-{part}"
    return messages.said(name, language, title="{title}", link="{link}")
