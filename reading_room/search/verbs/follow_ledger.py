"""Read what the ledger says since the index has read it, and make documents of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import Entry, digest_taken_in
from ledger_service.domain.resources.registration import (
    Description,
    Registration,
    RegistrationState,
)
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from reading_room.search.rules.document import HIDDEN, Document, document_of

_OF_DIGEST = re.compile(rb'"kind":"(?:described|withdrawn|rejected|taken-back)"')

Texts = Callable[[Registration], str]
"""Returns the words of a file, empty if there are none or not everybody may read them."""


def no_texts(_: Registration) -> str:
    """Return no words."""
    return ""


@dataclass(frozen=True)
class News:
    """What entries tell. looked_to: the entry after them; accepted: those that took something in;
    digests: of what was changed otherwise; rejected: those of which a claim was rejected.
    """

    looked_to: int
    accepted: tuple[int, ...] = ()
    digests: tuple[Digest, ...] = ()
    rejected: tuple[Digest, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accepted or self.digests)


@dataclass(frozen=True)
class Changes:
    """What the index is to hold of some registrations. hidden: numbers of documents that are not shown:
    of former records, and of what was withdrawn, which is still found by its identifiers.
    """

    documents: list[Document]
    hidden: list[int]


def read_news(transaction: Transaction, start: int, limit: int) -> News:
    """Return what the entries from an index on tell, of at most so many."""
    bodies = transaction.ledger.entries(start, limit)
    accepted: list[int] = []
    digests: dict[Digest, None] = {}
    rejected: list[Digest] = []
    for index, body in enumerate(bodies, start):
        if digest_taken_in(body) is not None:
            accepted.append(index)
        elif _OF_DIGEST.search(body):
            entry = Entry.parse(body)
            digest = Digest.parse(entry.text("digest"))
            digests[digest] = None
            if entry.kind == "rejected":
                rejected.append(digest)
    return News(start + len(bodies), tuple(accepted), tuple(digests), tuple(rejected))


def registrations_of(transaction: Transaction, news: News) -> list[Registration]:
    """Return the registrations that are new or changed, each once."""
    found = transaction.registrations.of_entries(news.accepted) if news.accepted else []
    for digest in news.digests:
        found += transaction.registrations.of_digest(digest)
    return list({item.accepted_entry: item for item in found}.values())


def changes_of(
    transaction: Transaction, items: Iterable[Registration], texts: Texts = no_texts
) -> Changes:
    """Return what the index is to hold of these registrations."""
    make = maker(transaction, texts)
    documents: list[Document] = []
    hidden: list[int] = []
    for item in items:
        hidden += former_numbers(transaction, item)
        if item.state in HIDDEN:
            hidden.append(number_of(item))
        if item.state is not RegistrationState.REJECTED:
            documents.append(make(item))
    return Changes(documents, hidden)


def maker(transaction: Transaction, texts: Texts) -> Callable[[Registration], Document]:
    """Return what makes a document of a registration; each license is looked up once."""

    @cache
    def license_of(license_id: LicenseId) -> License | None:
        return transaction.licenses.find(license_id)

    def make(item: Registration) -> Document:
        former = [item.metadata, *(one.record for one in _corrections(transaction, item)[:-1])]
        license_ = license_of(item.license)
        is_open = license_ is not None and license_.terms.is_open
        text = texts(item) if is_open else ""
        return document_of(item, license_, [] if item.described is None else former, text)

    return make


def number_of(item: Registration) -> int:
    """Return the number of the document of a registration."""
    return item.accepted_entry if item.described is None else item.described.entry


def former_numbers(transaction: Transaction, item: Registration) -> list[int]:
    """Return the numbers of the documents that a registration had before it was corrected last."""
    if item.described is None:
        return []
    earlier = [one.entry for one in _corrections(transaction, item)]
    return [item.accepted_entry, *(entry for entry in earlier if entry != item.described.entry)]


def as_of(transaction: Transaction, item: Registration, size: int) -> Registration | None:
    """Return a registration as its record stood in the ledger of this size, None if it was not there yet."""
    if item.accepted_entry >= size:
        return None
    before = [one for one in _corrections(transaction, item) if one.entry < size]
    return replace(item, described=before[-1] if before else None)


def _corrections(transaction: Transaction, item: Registration) -> Sequence[Description]:
    if item.described is None:
        return []
    found = transaction.registrations.descriptions(item.digest)
    return [one for one in found if one.steward == item.steward]
