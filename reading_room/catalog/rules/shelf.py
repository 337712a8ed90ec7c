"""Where a resource stands in the catalog's lists: by its age, title, license, steward or collection.

What a collection is, `domain/resources/search` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources import title_order
from ledger_service.domain.resources.record_parts import PartOf

LONGEST_KEY = 120  # bytes by which lists are ordered


class Order(StrEnum):
    """How a list is ordered."""

    NEWEST = "newest"
    TITLE = "title"


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
