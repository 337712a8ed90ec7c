"""Where a resource stands in the catalog's lists: by its age, title, license, steward or collection.

A collection is what records name as that of which their work is a part: a series, a journal, a fund. Nobody
hands out names of collections, so that the id of one follows from how it is named (docs/adr/0105).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources import title_order
from ledger_service.domain.resources.record_parts import PartOf
from ledger_service.domain.resources.search import folded

COLLECTION_DIGITS = 32
LONGEST_KEY = 120  # bytes by which lists are ordered


class Order(StrEnum):
    """How a list is ordered."""

    NEWEST = "newest"
    TITLE = "title"


def collection_id(host: PartOf) -> str:
    """Return the id of a collection, 32 hex; case, marks and spaces of its title do not count."""
    name = host.identifier.strip().lower() or " ".join(folded(host.title).split())
    kind = "identifier" if host.identifier.strip() else "title"
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:COLLECTION_DIGITS]


def title_key(title: str) -> bytes:
    """Return what titles are ordered by: the Uzbek alphabet, as what is found by words is."""
    return title_order.title_key(title, LONGEST_KEY)


@dataclass(frozen=True)
class Collection:
    """What records name as that of which works are a part. id: 32 hex; count: of the works that stand."""

    id: str
    title: str
    count: int = 0


@dataclass(frozen=True)
class Placed:
    """A registration in the lists. entry: of the claim; changed_at: seconds since 1970 UTC.

    is_listed: whether it stands: what was withdrawn or rejected is in no list. hosts: what it is a part of.
    """

    entry: int
    digest: Digest
    steward: StewardId
    license: LicenseId
    title_key: bytes
    changed_at: int
    is_listed: bool
    hosts: tuple[PartOf, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """Which registrations a list has; all, if nothing is named. collection: its id."""

    license: LicenseId | None = None
    steward: StewardId | None = None
    collection: str = ""
