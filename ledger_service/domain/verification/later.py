"""What a ledger told of a resource after it took it in: entries that the receipt of the taking-in carries.

They are the library's own word, signed as the receipt is. So they speak against it, name translations,
originals and a corrected record; that none is there says nothing. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidReceipt
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Link
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
TAKE_THE_PLACE = (Link.VERSION, Link.CORRECTION)
KINDS = frozenset({"superseded", "rendition", "taken-back", "withdrawn", "described"})
WEIGHTIER = frozenset({"successor", "translation"})
"""Values of findings that name what came after a resource, which says more than what it came from."""
NAMES_THE_OTHER = {"superseded": "successor", "rendition": "original", "taken-back": "other"}


@dataclass(frozen=True)
class LaterEntry:
    """entry: canonical bytes; proof: hashes of 32 bytes, leaf upward, to the receipt's own checkpoint."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Later:
    """successor: digest, 64 hex, of what has taken its place, and by which relation, or None. translations:
    digests, oldest first. original: digest of what it is a translation or a rendition of, and which, or None.
    withdrawal: code of the reason, None if it stands. record: digest of its corrected record, or None.
    """

    successor: tuple[str, int] | None = None
    translations: tuple[str, ...] = ()
    original: tuple[str, int] | None = None
    withdrawal: int | None = None
    record: str | None = None

    @classmethod
    def of(cls, later: Sequence[LaterEntry], digest: str) -> Later:
        """Return what entries that hold say together of a digest (64 hex): links until taken back."""
        links: dict[tuple[str, str, int], None] = {}
        withdrawal = record = None
        for entry in (Entry.parse(item.entry) for item in later):
            if entry.kind == "withdrawn":
                withdrawal = entry.number("code")
            elif entry.kind == "described":
                record = entry.text("metadata")
            else:
                link = _link_of(entry)
                links.pop(link, None)  # one that is told again is the newest
                if entry.kind != "taken-back":
                    links[link] = None
        own = [(other, how) for one, other, how in links if one == digest]
        successors = [(other, how) for other, how in own if how in TAKE_THE_PLACE]
        translations = tuple(other for other, how in own if how == Link.TRANSLATION)
        originals = [
            (other if how == Link.RENDITION else one, how)
            for one, other, how in links
            if (one == digest and how == Link.RENDITION)
            or (other == digest and how == Link.TRANSLATION)
        ]
        return cls(
            successors[-1] if successors else None,
            translations,
            originals[-1] if originals else None,
            withdrawal,
            record,
        )

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
        return {**changed, **self.named({**findings, **changed})}

    def named(self, findings: Mapping[Axis, Finding]) -> dict[Axis, Finding]:
        """Return the findings that name the original, where they speak of nothing weightier."""
        if self.original is None:
            return {}
        other, how = self.original
        axis = Axis.WITHDRAWAL if how == Link.RENDITION else Axis.SUPERSESSION
        finding = findings[axis]
        if not WEIGHTIER.isdisjoint(finding.reason.values):
            return {}
        if finding.outcome is Outcome.NOT_CHECKED and how == Link.RENDITION:
            return {axis: not_checked(Because.RENDITION_OF_TOLD, original=other)}
        if finding.outcome is Outcome.NOT_CHECKED:
            return {axis: not_checked(Because.TRANSLATION_OF_TOLD, original=other)}
        if finding.outcome is Outcome.PASS and how == Link.TRANSLATION:
            return {axis: passed(Because.TRANSLATION_OF, original=other)}
        return {}


def _link_of(entry: Entry) -> tuple[str, str, int]:
    """Return from what an entry points to what, as digests of 64 hex, and how: a `Link`."""
    how = Link.RENDITION if entry.kind == "rendition" else entry.number("relation")
    return entry.text("digest"), entry.text(NAMES_THE_OTHER[entry.kind]), how


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
        if not is_about(entry.kind, entry.facts, about.facts) or item.index <= index:
            raise InvalidReceipt("later")
        leaf = merkle.leaf_hash(item.entry)
        merkle.check_inclusion(leaf, item.index, checkpoint.size, item.proof, checkpoint.root)
        index = item.index


def is_about(kind: str, told: Mapping[str, object], about: Mapping[str, object]) -> bool:
    """Return whether an entry of this kind tells of the resource that another entry is about, by its facts.

    So does one that makes it the translation of another, or takes that back.
    """
    if kind not in KINDS or told["steward"] != about.get("steward"):
        return False
    other = told.get(NAMES_THE_OTHER.get(kind, ""))
    is_translation = other == about.get("digest") and told.get("relation") == Link.TRANSLATION
    return is_translation or told["digest"] == about.get("digest")
