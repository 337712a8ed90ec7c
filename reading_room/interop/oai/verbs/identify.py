"""Identify: who the library is, as harvesters ask first."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ledger_service.domain.identifiers import Digest
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import library_name
from reading_room.interop.oai.rules import names
from reading_room.interop.oai.rules.answers import Identity

_MAIL = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+[^\s@.]+\Z")
_SAMPLE = Digest.of(b"")


def identify(library: Library, public_url: str, base_url: str, contact: str) -> Identity:
    """Return what is told. contact: a URI by which people reach whoever runs the library, or empty.

    Every server must tell an address of mail: without one, the one that RFC 5321 has each host of mail take.
    """
    with library.store.read() as transaction:
        earliest = transaction.changes.first_at()
    host = names.host_of(library.key.name)
    return Identity(
        name=library_name(library),
        base_url=base_url,
        mail=_mail(contact, public_url),
        earliest=library.clock() if earliest is None else earliest,
        host=host,
        sample=names.item_name(host, _SAMPLE.hex()) if names.is_domain(host) else "",
    )


def _mail(contact: str, public_url: str) -> str:
    told = contact.removeprefix("mailto:").partition("?")[0]
    if _MAIL.match(told):
        return told
    host = urlsplit(public_url).hostname or "localhost"
    return f"postmaster@{host if '.' in host else f'{host}.invalid'}"
