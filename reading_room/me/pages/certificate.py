"""A certificate as one printable page, which carries the credential as an attached file."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files

import segno

from ledger_service import messages
from ledger_service.messages import formats
from ledger_service.services.credentials.show_credentials import OwnCredential
from ledger_service.web.typesetting import printable, typeset

SHOWN = ("role", "date", "minutes")
DAY_SECONDS = 86_400
TEXTS = {
    "heading": "page.certificate.heading",
    "attached": "page.certificate.attached",
    "code": "page.certificate.code",
    "how": "page.certificate.how",
}


def print_certificate(
    own: OwnCredential, entry: int | None, steward: str, public_url: str, language: str
) -> bytes:
    """Return the PDF, the same bytes each time. own: a credential that was taken.

    entry: that attests the attendance; steward: the library's name.
    """
    assert own.taken is not None
    at = own.credential.taken_at or 0
    link = f"{public_url}/verify"
    with messages.speaking(language):
        page = {
            "language": language.partition("-")[0],
            "words": {name: messages.said(text) for name, text in TEXTS.items()},
            "name": printable(own.value("name")) if own.value("name") else "",
            "event": printable(own.value("event")),
            "facts": _facts(own, entry, steward),
            "link": link,
            "file": f"muhr-credential-{own.credential.place}.txt",
        }
        parts = {"code": _code(link), "credential": own.taken.format()}
        return typeset(_template(), page, at, **parts)


def _facts(own: OwnCredential, entry: int | None, steward: str) -> list[tuple[str, str]]:
    rows = [(messages.said("page.certificate.by"), printable(steward))]
    for name in SHOWN:
        if own.value(name):
            said = messages.said(f"page.credentials.field.{name}")
            rows.append((said, field_text(name, own.value(name))))
    rows.append((messages.said("page.certificate.number"), str(own.credential.place)))
    if own.attendance is not None:
        size = formats.number(own.attendance.size)
        counted = messages.said("page.certificate.of-all", count=size)
        told = "" if entry is None else f"{formats.number(entry)}. "
        rows.append((messages.said("page.certificate.entry"), told + counted))
    return rows


def field_text(name: str, value: str) -> str:
    """Return what a field says, as people write it."""
    if name == "role":
        return messages.said(f"page.events.role-of.{value}")
    return value


def _code(link: str) -> str:
    drawn = io.BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="svg", border=4)
    return drawn.getvalue().decode()


@cache
def _template() -> bytes:
    return files("reading_room.me").joinpath("templates", "certificate.typ").read_bytes()
