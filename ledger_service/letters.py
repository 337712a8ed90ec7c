"""Composition: what sends mail and pushes, if the operator has set that up, and what each says."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service import messages
from ledger_service.adapters.mail import SmtpMailer, Text
from ledger_service.adapters.people.web_push import WebPusher
from ledger_service.config import Config
from ledger_service.domain import canonical_json
from ledger_service.messages.languages import LANGUAGES
from ledger_service.ports.people import PeopleKeeper
from ledger_service.ports.publication import Poster


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


def make_pusher(
    config: Config, poster: Poster, people: PeopleKeeper, clock: Callable[[], int]
) -> WebPusher | None:
    """Return what tells browsers of news; None if the operator wants none of it."""
    if not config.pushes:
        return None
    texts = {
        tag: canonical_json.canonicalize(
            {
                "title": messages.said("page.mail.subject", tag),
                "body": messages.said("page.push.text", tag),
                "lang": tag,
            }
        )
        for tag in LANGUAGES
    }
    return WebPusher(poster, people, clock, config.contact, texts)


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
