"""What the copy of another ledger proves of a digest: green is only what lies under an anchored root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainHistory, RegistrationFact
from ledger_service.domain.errors import InvalidInclusionProof, LedgerError
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.verification.asked_ledger import Since
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.trail import Placed
from ledger_service.domain.verification.verdict import (
    Anchoring,
    Axis,
    Finding,
    Outcome,
    Verdict,
    claim_findings,
    failed,
    not_checked,
    passed,
    replaced,
    waiting_findings,
    withdrawal_reason,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.ledgers_on_chain import Anchored
from ledger_service.services.library import Library
from ledger_service.services.verification.ask_ledgers import ToldLedger

Findings = Mapping[Axis, Finding]
OF_CHAIN = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)


class Judged(NamedTuple):
    """A verdict, and since when what it is about stands; None if that is not proved."""

    verdict: Verdict
    since: Since | None


def findings_by_copies(
    library: Library, told: Sequence[ToldLedger], fact: RegistrationFact
) -> Findings:
    """Return what the ledgers of a steward prove of a registration that the chain has.

    told: those of this steward, of which one that tells of it speaks for all.
    """
    mine = [item for item in told if item.asked.steward == fact.steward.hex()]
    if not mine:
        return _both(not_checked(Because.OTHER_LEDGER))
    item = next((item for item in mine if not item.trail.is_empty), mine[0])
    if item.asked.because is not None:
        return _both(not_checked(item.asked.because))
    if not item.trail.registered:
        waits = item.trail.taken_in is not None
        size = item.asked.size
        return _both(
            not_checked(Because.ENTRY_WAITS)
            if waits
            else not_checked(Because.NOT_IN_COPY, size=size)
        )
    facts = fact.to_entry_facts()
    same = [placed for placed in item.trail.registered if _tells(placed[1], facts)]
    if not same:
        return {**_proof(library, item, item.trail.registered[0])[0], **_differ()}
    return _proof(library, item, same[0])[0]


def judge_claim(
    library: Library, transaction: Transaction, digest: Digest, item: ToldLedger, as_of: int | None
) -> Judged | None:
    """Return the verdict on what a ledger claims by itself, of which the chain has no registration.

    as_of: the last block of the index. None if the ledger claims nothing.
    """
    placed = claimed(item)
    if placed is None:
        return None
    findings: dict[Axis, Finding] = {Axis.BYTES: passed(Because.DIGEST_IN_BULK)}
    if item.asked.because is not None:
        because = not_checked(item.asked.because)
        findings |= dict.fromkeys((Axis.LEDGER, Axis.ANCHOR, *OF_CHAIN), because)
        return Judged(_verdict(digest, item, findings), None)
    proof, anchored = _proof(library, item, placed)
    findings |= proof
    entry = placed[1]
    if entry.kind == "registered":
        findings[Axis.BYTES] = passed(Because.DIGEST_TAKEN_IN)
        missing = _without_registration(entry, as_of, is_former=_is_former(item, placed))
        findings |= dict.fromkeys(OF_CHAIN, missing)
    elif entry.kind == "awaiting":
        findings[Axis.BYTES] = passed(Because.DIGEST_TAKEN_IN)
        findings |= waiting_findings()
    elif anchored is None:
        findings |= dict.fromkeys(OF_CHAIN, not_checked(findings[Axis.ANCHOR].reason))
    else:
        findings |= _by_anchor(transaction, item, entry, anchored)
    verdict = _verdict(digest, item, findings)
    stands = anchored is not None and findings[Axis.STEWARD].outcome is Outcome.PASS
    return Judged(verdict, since_anchored(anchored) if stands else None)


def since_anchored(anchored: Anchored | None) -> Since | None:
    """Return since when a claim stands that was taken in bulk."""
    if anchored is None:
        return None
    return Since(anchored.time, anchored.block, anchored.log_index, in_bulk=True)


def _by_anchor(
    transaction: Transaction, item: ToldLedger, entry: Entry, anchored: Anchored
) -> dict[Axis, Finding]:
    """Return what the chain says of a claim in bulk, and what its own ledger has said of it since."""
    steward, license_id = item.on_chain.steward, LicenseId.parse(entry.text("license"))
    related = transaction.chain_index.events_of([steward.hex(), license_id.hex()])
    history = ChainHistory.of(
        event for event in related if event.contract in ("StewardRegistry", "LicenseRegistry")
    )
    place = Anchoring(anchored.block, anchored.time)
    findings = claim_findings(steward, license_id, place, history)
    later = item.trail.later
    if later.withdrawal is not None:
        why = withdrawal_reason(later.withdrawal)
        findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWN, why=why)
    if later.successor is not None:
        findings[Axis.SUPERSESSION] = replaced(*later.successor)
    elif later.translations:
        translated = passed(Because.TRANSLATED, successor=later.translations[-1])
        findings[Axis.SUPERSESSION] = translated
    return {**findings, **later.named(findings)}


def claimed(item: ToldLedger) -> Placed | None:
    """Return the entry by which a ledger claims a digest without the chain; None if it claims nothing."""
    told = [one for one in item.trail.registered if not _is_former(item, one)]
    return next((one for one in (*told, item.trail.taken_in, *item.trail.registered) if one), None)


def _is_former(item: ToldLedger, placed: Placed) -> bool:
    """Return whether an entry may tell of contracts that the library has left: it is under the first anchor.

    A ledger that moves goes on, and is anchored on the new chain once it has moved.
    """
    first = item.on_chain.anchors[:1]
    return bool(first) and placed[0] < first[0].size


def _without_registration(entry: Entry, as_of: int | None, *, is_former: bool) -> Finding:
    """Return the finding on an entry that tells of a registration which the chain, as read here, has not."""
    block = entry.number("block")
    if is_former:
        return not_checked(Because.OF_FORMER_CONTRACTS)
    if as_of is None or block > as_of:
        return not_checked(Because.BLOCK_NOT_READ, block=block)
    return failed(Because.NOT_ON_CHAIN)


def _proof(
    library: Library, item: ToldLedger, placed: Placed
) -> tuple[dict[Axis, Finding], Anchored | None]:
    """Return ledger and anchor axes of an entry of a copy, and the first anchor under which it is proved."""
    index, entry = placed
    size = item.asked.size
    anchored = item.on_chain.first_above(index)
    if anchored is None:
        held = passed(Because.IN_COPY, entry=index, size=size)
        return {Axis.LEDGER: held, Axis.ANCHOR: not_checked(Because.NO_ANCHOR_COVERS)}, None
    assert item.copy is not None  # it tells of the entry
    try:
        read = partial(library.mirrors.read_nodes, item.copy.id)
        proof = merkle.inclusion_proof(index, anchored.size, read)
        leaf = merkle.leaf_hash(entry.format())
        merkle.check_inclusion(leaf, index, anchored.size, proof, anchored.root)
    except InvalidInclusionProof:
        return _both(not_checked(Because.COPY_CONTRADICTS, size=anchored.size)), None
    except LedgerError:
        return _both(not_checked(Because.COPY_NOT_READABLE)), None
    covered = passed(Because.ANCHORED, size=anchored.size, block=anchored.block)
    held = passed(Because.IN_COPY, entry=index, size=size)
    return {Axis.LEDGER: held, Axis.ANCHOR: covered}, anchored


def _tells(entry: Entry, facts: Mapping[str, str | int]) -> bool:
    return all(facts.get(name) == value for name, value in entry.without_place().items())


def _differ() -> dict[Axis, Finding]:
    return {Axis.LEDGER: failed(Because.FACTS_DIFFER)}


def _both(finding: Finding) -> dict[Axis, Finding]:
    return dict.fromkeys((Axis.LEDGER, Axis.ANCHOR), finding)


def _verdict(digest: Digest, item: ToldLedger, findings: Findings) -> Verdict:
    return Verdict(digest, item.asked.steward, {axis: findings[axis] for axis in Axis})
