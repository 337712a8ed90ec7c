"""What a ledger told of a resource after it took it in: entries that the receipt of the taking-in carries.

They are the library's own word, signed as the receipt is. So they speak against it, and name translations;
that none is there says nothing. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidReceipt
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Relation
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Outcome,
    failed,
    not_checked,
    passed,
    replaced,
    withdrawal_reason,
)

MOST_LATER = 16
TAKE_THE_PLACE = (Relation.VERSION, Relation.CORRECTION)
KINDS = frozenset({"superseded", "taken-back", "withdrawn"})


@dataclass(frozen=True)
class LaterEntry:
    """entry: canonical bytes; proof: hashes of 32 bytes, leaf upward, to the receipt's own checkpoint."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Later:
    """successor: digest, 64 hex, of what has taken its place, and by which relation, or None. translations:
    digests, oldest first. withdrawal: code of the reason, None if it stands.
    """

    successor: tuple[str, int] | None = None
    translations: tuple[str, ...] = ()
    withdrawal: int | None = None

    @classmethod
    def of(cls, later: Sequence[LaterEntry]) -> Later:
        """Return what entries that hold say together, each link until it was taken back."""
        links: dict[tuple[str, int], None] = {}
        withdrawal = None
        for entry in (Entry.parse(item.entry) for item in later):
            if entry.kind == "superseded":
                link = (entry.text("successor"), entry.number("relation"))
                links.pop(link, None)  # one that is told again is the newest
                links[link] = None
            elif entry.kind == "taken-back":
                links.pop((entry.text("other"), entry.number("relation")), None)
            else:
                withdrawal = entry.number("code")
        successors = [link for link in links if link[1] in TAKE_THE_PLACE]
        translations = tuple(other for other, how in links if how == Relation.TRANSLATION)
        return cls(successors[-1] if successors else None, translations, withdrawal)

    def findings(self, findings: Mapping[Axis, Finding]) -> dict[Axis, Finding]:
        """Return what becomes of the findings on withdrawal and supersession; those that failed stay."""
        changed = {}
        withdrawal, supersession = findings[Axis.WITHDRAWAL], findings[Axis.SUPERSESSION]
        if self.withdrawal is not None and withdrawal.outcome is Outcome.NOT_CHECKED:
            changed[Axis.WITHDRAWAL] = failed(
                Because.WITHDRAWN, why=withdrawal_reason(self.withdrawal)
            )
        if self.successor is not None and supersession.outcome is Outcome.NOT_CHECKED:
            changed[Axis.SUPERSESSION] = replaced(*self.successor)
        elif self.translations:
            changed[Axis.SUPERSESSION] = _translated(supersession, self.translations[-1])
        return changed


def _translated(finding: Finding, translation: str) -> Finding:
    """Return the finding on supersession of what has a translation, which takes nobody's place."""
    if finding.outcome is Outcome.PASS:
        return passed(Because.TRANSLATED, successor=translation)
    if finding.outcome is Outcome.NOT_CHECKED:
        return not_checked(Because.TRANSLATION_TOLD, translation=translation)
    return finding


def check_later(
    later: Sequence[LaterEntry], index: int, about: Entry, checkpoint: Checkpoint
) -> None:
    """Check that entries are in the checkpoint, behind the one at an index, in order, and about the same.

    Raises:
        InvalidReceipt: they are others. InvalidEntry: one is none.
        InvalidInclusionProof: one is not in the checkpoint at its index.
    """
    for item in later:
        entry = Entry.parse(item.entry)
        named = (entry.facts.get(name) for name in ("digest", "steward"))
        is_of_it = entry.kind in KINDS and tuple(named) == (
            about.facts.get("digest"),
            about.facts.get("steward"),
        )
        if not is_of_it or item.index <= index:
            raise InvalidReceipt("later")
        leaf = merkle.leaf_hash(item.entry)
        merkle.check_inclusion(leaf, item.index, checkpoint.size, item.proof, checkpoint.root)
        index = item.index
