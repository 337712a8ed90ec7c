"""A library that leaves its contracts for those of a consortium: what its ledger says, and what it brings.

The ledger goes on. One entry of type `moved` parts it: entries before it tell of the contracts that are left,
entries after it of those that are joined. What became of a work on the old contracts is carried to the new
ones before the ledger is anchored there, so that none that was withdrawn stands there for a moment with a
proof. Normative text: docs/consortium.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import KINDS_TAKEN_IN, Entry
from ledger_service.domain.resources.registration import Link

VERSION = "muhr-move/1"
KINDS_CARRIED = ("withdrawn", "superseded", "rendition")
"""Entries that tell what became of a registered work, for which the new contracts must have an event."""


class CarriedKind(StrEnum):
    """What is brought to the new contracts by a transaction."""

    REGISTERED = "registered"  # what no entry of kind `accepted` proves
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RENDITION = "rendition"
    COHORT = "cohort"
    GRANT = "grant"


class Carried(NamedTuple):
    """about: 64 hex each: the work and what it points to, or the work and the grant; the work and
    a cohort's name.

    number: the reason of a withdrawal, the relation to a successor; 0 otherwise.
    """

    kind: CarriedKind
    about: tuple[str, ...]
    number: int = 0

    @property
    def works(self) -> tuple[str, ...]:
        """The digests that must be registered on the new contracts for it, 64 hex each."""
        if self.kind in (CarriedKind.SUPERSEDED, CarriedKind.RENDITION):
            return self.about
        if self.kind is CarriedKind.COHORT:
            return self.about[:-1]  # an earlier version noted the cohort alone
        return self.about[:1]

    @property
    def holds_anchor(self) -> bool:
        """Whether the ledger is not anchored on the new contracts before this stands there."""
        return self.kind not in (CarriedKind.COHORT, CarriedKind.GRANT)


def move_digest(former: Digest, deployment: Digest) -> Digest:
    """Return the digest of the statement that a ledger goes on. former, deployment: of the two files."""
    told = {"type": VERSION, "former": former.hex(), "deployment": deployment.hex()}
    return Digest(hashlib.sha256(canonical_json.canonicalize(told)).digest())


def standing_changes(entries: Iterable[tuple[int, Entry]], steward: str) -> dict[int, Entry]:
    """Return the entries by index that tell what became of a steward's works and still holds, in order.

    Links that were taken back are left out, and so is what is about works that the ledger never took in:
    nothing proves these without a registration. entries: with their indexes, in order; steward: 64 hex.
    """
    taken_in: set[str] = set()
    found: dict[tuple[str, str, str], tuple[int, Entry]] = {}
    for index, entry in entries:
        if entry.kind in KINDS_TAKEN_IN and entry.text("steward") == steward:
            taken_in.add(entry.text("digest"))
        elif entry.kind in KINDS_CARRIED and entry.text("steward") == steward:
            found[_link(entry)] = index, entry
        elif entry.kind == "taken-back" and entry.text("steward") == steward:
            found.pop(_link(entry), None)
    return {index: entry for index, entry in found.values() if entry.text("digest") in taken_in}


def carried_of(entry: Entry) -> Carried:
    """Return what an entry of KINDS_CARRIED asks to be brought to the new contracts."""
    digest = entry.text("digest")
    if entry.kind == "withdrawn":
        return Carried(CarriedKind.WITHDRAWN, (digest,), entry.number("code"))
    if entry.kind == "rendition":
        return Carried(CarriedKind.RENDITION, (digest, entry.text("original")))
    about = digest, entry.text("successor")
    return Carried(CarriedKind.SUPERSEDED, about, entry.number("relation"))


def _link(entry: Entry) -> tuple[str, str, str]:
    """Return what makes a change the same change, and what takes it back."""
    digest = entry.text("digest")
    if entry.kind == "withdrawn":
        return digest, "withdrawn", ""
    if entry.kind == "rendition":
        return digest, str(int(Link.RENDITION)), entry.text("original")
    other = "successor" if entry.kind == "superseded" else "other"
    return digest, str(entry.number("relation")), entry.text(other)
