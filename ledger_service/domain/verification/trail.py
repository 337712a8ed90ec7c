"""What the entries of one ledger say together of a digest, as far as they are its steward's to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry
from ledger_service.domain.verification.later import KINDS, Later, LaterEntry

MOST_ENTRIES = 64
"""On one digest that are read; a ledger that has more of them cannot be judged, and is not."""
Placed = tuple[int, Entry]


@dataclass(frozen=True)
class Trail:
    """taken_in: the entry that takes the digest in and was not rejected; registered: those that tell of a
    registration on chain; later: what became of it, by the entries told_later. names_others: whether
    entries claim it for other stewards, for whom this ledger does not speak.
    """

    taken_in: Placed | None
    registered: Sequence[Placed]
    later: Later
    told_later: Sequence[LaterEntry]
    names_others: bool

    @property
    def is_empty(self) -> bool:
        """Whether the ledger claims nothing of the digest."""
        return self.taken_in is None and not self.registered

    @classmethod
    def of(cls, entries: Sequence[tuple[int, bytes]], digest: str, steward: str) -> Trail:
        """Return what entries, by their indexes and oldest first, say of a digest.

        steward: the ledger's, 64 hex.

        Raises:
            InvalidEntry: one is none.
        """
        taken_in: Placed | None = None
        registered: list[Placed] = []
        later: list[LaterEntry] = []
        names_others = False
        for index, body in entries:
            entry = Entry.parse(body)
            is_claim = entry.kind in KINDS_TAKEN_IN or entry.kind == "registered"
            if entry.facts.get("digest") != digest or entry.facts.get("steward") != steward:
                names_others = names_others or is_claim
            elif entry.kind == "registered":
                registered.append((index, entry))
            elif is_claim:
                taken_in = taken_in or (index, entry)
            elif entry.kind == "rejected":
                taken_in = taken_in if registered else None
            elif entry.kind in KINDS:
                later.append(LaterEntry(body, index, ()))
        return cls(taken_in, registered, Later.of(later, digest), later, names_others)
