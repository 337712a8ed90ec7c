"""Changes that others are told of: of which kinds they are, and by which entries of the ledger they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Registration, is_waiting

PART = 50
"""Changes of one part of the list: what it holds never changes any more once it is full."""


class ChangeKind(StrEnum):
    """What happened to a resource."""

    REGISTERED = "registered"  # the ledger took it in, and something speaks for it
    CONFIRMED = "confirmed"  # the chain has its registration
    CORRECTED = "corrected"  # its record is another
    SUPERSEDED = "superseded"  # another took its place
    RENDITION = "rendition"  # it is declared to be another form of a resource
    UNLINKED = "unlinked"  # a link of these two kinds was taken back
    WITHDRAWN = "withdrawn"  # the library took its word back
    REJECTED = "rejected"  # the chain refused it
    ENDORSED = (
        "endorsed"  # somebody endorses it, and the library attests that; other: the statement
    )


OF_ENTRY: Mapping[str, ChangeKind] = {
    "accepted": ChangeKind.REGISTERED,
    "registered": ChangeKind.CONFIRMED,
    "described": ChangeKind.CORRECTED,
    "superseded": ChangeKind.SUPERSEDED,
    "rendition": ChangeKind.RENDITION,
    "taken-back": ChangeKind.UNLINKED,
    "withdrawn": ChangeKind.WITHDRAWN,
    "rejected": ChangeKind.REJECTED,
    "attested": ChangeKind.ENDORSED,
}
_OTHERS = ("successor", "original", "other", "statement")


@dataclass(frozen=True)
class Change:
    """One change. number: from 1, without a gap; entry: index of the one that tells of it.

    place: the entry that took the resource in, by which its registration is found; at: seconds since 1970
    UTC; other: the resource that the change names beside it, None if it names none.
    """

    number: int
    entry: int
    kind: ChangeKind
    digest: Digest
    steward: StewardId
    place: int
    at: int
    other: Digest | None = None


def about(entry: Entry) -> tuple[Digest, StewardId] | None:
    """Return the registration that an entry changes, None if it changes none."""
    if "digest" not in entry.facts or entry.kind not in OF_ENTRY:
        return None
    return Digest.parse(entry.text("digest")), StewardId.parse(entry.text("steward"))


def change_of(number: int, index: int, entry: Entry, registration: Registration) -> Change:
    """Return the change that an entry tells of. registration: the one that `about` names.

    What waited for a signature is registered once the chain has it: before that nothing speaks for it.
    """
    kind = OF_ENTRY[entry.kind]
    if kind is ChangeKind.CONFIRMED and is_waiting(registration.route):
        kind = ChangeKind.REGISTERED
    other = next((entry.text(name) for name in _OTHERS if name in entry.facts), None)
    return Change(
        number=number,
        entry=index,
        kind=kind,
        digest=registration.digest,
        steward=registration.steward,
        place=registration.accepted_entry,
        at=entry.at,
        other=None if other is None else Digest.parse(other),
    )


def part_of(number: int) -> int:
    """Return the part, from 1, in which the change with this number stands."""
    return (number - 1) // PART + 1
