"""Verify a digest over all stewards and ledgers: who registered it, since when, and each one's verdict.

Answers come from the index of confirmed blocks, from our own ledger and from the copies of others that are
kept here. They say as of when they are true. A student who does not want to trust them checks
the receipt instead (services/verification/check_receipt.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainHistory, RegistrationFact
from ledger_service.domain.errors import (
    MetadataMismatch,
)
from ledger_service.domain.identifiers import Digest, LedgerId
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import (
    STATES_WITHDRAWN,
    Metadata,
    Registration,
    RegistrationState,
)
from ledger_service.domain.verification.asked_ledger import AskedLedger, Since
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import (
    Anchoring,
    Axis,
    Finding,
    Verdict,
    carried_findings,
    chain_findings,
    claim_findings,
    failed,
    not_checked,
    not_registered,
    passed,
    waiting_findings,
)
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.ports.store import Transaction
from ledger_service.services.ledgers_on_chain import LedgerOnChain
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told, find_adopted
from ledger_service.services.verification.ask_ledgers import ToldLedger, ask_ledgers
from ledger_service.services.verification.former_registration import (
    FormerRegistration,
    former_registration,
)
from ledger_service.services.verification.judge_copies import (
    Judged,
    findings_by_copies,
    judge_claim,
    since_anchored,
)
from ledger_service.services.verification.tell_later import history_of

_CARRIED = (RegistrationState.SUPERSEDED, RegistrationState.WITHDRAWN)
"""The chain gives these; if it has no registration, former contracts gave them."""


@dataclass(frozen=True)
class Answer:
    """Verdicts on one digest, oldest registration first; one that says `not_registered` if none.

    as_of: the last block that the index has read; ledger_size: entries then; is_in_ledger: whether
    this library's ledger tells of the digest, be it registered on chain or not. described: what its
    entries commit to, by steward; what differs from that is not told. asked: the ledgers of all who share
    the contracts, our own first; since: when each verdict's registration came to stand, in their order.
    former: how the library's own registration stood on contracts that it has left.
    """

    digest: Digest
    verdicts: list[Verdict]
    as_of: Block | None
    ledger_size: int
    is_in_ledger: bool
    described: Mapping[str, Metadata]
    asked: list[AskedLedger]
    since: list[Since | None]
    former: FormerRegistration | None = None

    @property
    def is_wholly_positive(self) -> bool:
        return any(verdict.is_wholly_positive for verdict in self.verdicts)

    @property
    def is_genuine(self) -> bool:
        """Whether some registration of these bytes stands, be it superseded or not."""
        return any(verdict.state.is_genuine for verdict in self.verdicts)

    @property
    def first(self) -> Verdict | None:
        """The verdict on whoever registered it first, as far as could be asked; None if nobody did."""
        found = zip(self.verdicts, self.since, strict=True)
        known = (item for item, since in found if since is not None)
        return next((one for one in known if one.state is not VerdictState.NO_AUTHORITY), None)

    @property
    def not_asked(self) -> list[AskedLedger]:
        """The ledgers that could not be asked."""
        return [item for item in self.asked if item.because is not None]


class _Held(NamedTuple):
    """A registration that the database has. mismatch: why it is not as its entries tell; None if it is."""

    registration: Registration
    mismatch: Reason | None


def verify_resource(library: Library, digest: Digest) -> Answer:
    """Return the verdicts of the index, and of all ledgers that are copied here, on these bytes."""
    with library.store.read() as transaction:
        found = transaction.registrations.of_digest(digest)
        return verify_found(library, transaction, digest, found)


def verify_found(
    library: Library, transaction: Transaction, digest: Digest, found: Sequence[Registration]
) -> Answer:
    """Do as `verify_resource`, within a snapshot. found: all registrations of the digest in it."""
    cursor = transaction.chain_index.cursor()
    block = cursor[0] if cursor else None
    size = transaction.ledger.size()
    ledgers = library.ledgers.read(transaction, block)
    told = ask_ledgers(library, digest, ledgers)
    held = {item.steward: _Held(item, _mismatch(transaction, item)) for item in found}
    history = history_of(transaction, digest)
    own = [fact for fact in history.registrations.values() if fact.digest == digest]
    is_held = bool(found) or (
        bool(own) and find_adopted(transaction, digest, library.steward) is not None
    )
    question = _Question(library, transaction, digest, ledgers, told, block)
    judged = [question.judged(fact, history, held.get(fact.steward)) for fact in own]
    own_held = held.get(library.steward)
    if (digest, library.steward) not in history.registrations and own_held is not None:
        judged += question.on_own_claim(own_held)
    judged += question.on_claims_of_others({fact.steward.hex() for fact in own})
    judged.sort(key=_order)
    verdicts = [item.verdict for item in judged]
    if not verdicts:
        verdicts = [_not_registered(digest, block, told)]
    here = _own_ledger(library, size, holds=is_held)
    return Answer(
        digest=digest,
        verdicts=[replace(verdict, is_as_told=True) for verdict in verdicts],
        as_of=block,
        ledger_size=size,
        is_in_ledger=is_held,
        described={
            steward.hex(): item.registration.record
            for steward, item in held.items()
            if item.mismatch is None
        },
        asked=[here, *(item.asked for item in told)],
        since=[item.since for item in judged] or [None],
        former=former_registration(transaction, own_held.registration) if own_held else None,
    )


def _own_ledger(library: Library, size: int, *, holds: bool) -> AskedLedger:
    return AskedLedger(
        ledger=library.ledger.hex(),
        steward=library.steward.hex(),
        name="",
        address=library.public_url,
        is_own=True,
        size=size,
        at=None,
        because=None,
        holds=holds,
    )


def _order(item: Judged) -> tuple[bool, tuple[int, int, int]]:
    """Return what sorts verdicts: the earliest first, and last of all what is not proved to stand."""
    return item.since is None, (0, 0, 0) if item.since is None else item.since.order


def _not_registered(digest: Digest, block: Block | None, told: Sequence[ToldLedger]) -> Verdict:
    """Return the verdict on what nobody is known to have registered; sure only if every ledger was asked."""
    if block is None:
        return not_registered(digest, Because.NOT_REGISTERED_NO_BLOCK)
    if not told:
        return not_registered(digest, Because.NOT_REGISTERED_AT_BLOCK, block=block.number)
    missing = sum(item.asked.because is not None for item in told)
    number, count = block.number, 1 + len(told) - missing
    if not missing:
        return not_registered(digest, Because.NOT_REGISTERED_IN_LEDGERS, block=number, count=count)
    findings = dict.fromkeys(Axis, not_checked(Because.NO_REGISTRATION_FOUND))
    findings[Axis.BYTES] = not_checked(
        Because.NOT_FOUND_NOT_ALL_ASKED, block=number, count=count, missing=missing
    )
    return Verdict(digest, None, findings)


@dataclass(frozen=True)
class _Question:
    """One digest, in one snapshot, and what other ledgers tell of it."""

    library: Library
    transaction: Transaction
    digest: Digest
    ledgers: Mapping[LedgerId, LedgerOnChain]
    told: Sequence[ToldLedger]
    block: Block | None

    def judged(self, fact: RegistrationFact, history: ChainHistory, held: _Held | None) -> Judged:
        """Return the verdict on a registration that the chain has."""
        own = _own_findings(self.transaction, fact, held)
        if own is None and fact.steward == self.library.steward:
            own = dict.fromkeys((Axis.LEDGER, Axis.ANCHOR), not_checked(Because.OTHER_LEDGER))
        findings = {
            Axis.BYTES: passed(Because.DIGEST_REGISTERED),
            **(own or findings_by_copies(self.library, self.told, fact)),
            **chain_findings(fact, history),
        }
        is_told_here = held is not None and _is_withdrawn(held.registration)
        if is_told_here and fact.withdrawal_reason is None:  # the chain is to hear of it
            findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWING)
        ordered = {axis: findings[axis] for axis in Axis}
        time = fact.time if fact.anchored_at is None else min(fact.time, fact.anchored_at)
        since = Since(time, fact.block, fact.log_index, in_bulk=False)
        return Judged(Verdict(fact.digest, fact.steward.hex(), ordered), since)

    def on_own_claim(self, held: _Held) -> list[Judged]:
        """Return the verdict on a claim that stands in our own ledger and not on chain, if any."""
        verdicts = _verdicts_on_claim(self.transaction, self.library, held)
        here = self.ledgers.get(self.library.ledger)
        claim = held.registration
        stands = here is not None and _stands_in_ledger_only(claim)
        anchored = here.first_above(claim.accepted_entry) if here and stands else None
        return [Judged(verdict, since_anchored(anchored)) for verdict in verdicts]

    def on_claims_of_others(self, registered: set[str]) -> list[Judged]:
        """Return verdicts on what other ledgers claim. registered: whose registration the chain has."""
        as_of = None if self.block is None else self.block.number
        found = [
            judge_claim(self.library, self.transaction, self.digest, item, as_of)
            for item in self.told
            if item.asked.steward not in registered and not item.trail.is_empty
        ]
        return [item for item in found if item is not None]


def _verdicts_on_claim(transaction: Transaction, library: Library, held: _Held) -> list[Verdict]:
    """Return the verdict on this library's claim that stands in its ledger and not on chain, if any."""
    claim = held.registration
    if claim.waits:
        findings = {
            Axis.BYTES: passed(Because.DIGEST_TAKEN_IN),
            **_findings_of_entry(transaction, held, claim.accepted_entry),
            **waiting_findings(claim.route),
        }
        ordered = {axis: findings[axis] for axis in Axis}
        return [Verdict(claim.digest, claim.steward.hex(), ordered)]
    if claim.registered_entry is not None:
        findings = {
            **dict.fromkeys(Axis, not_checked(Because.SENT_AGAIN)),
            Axis.BYTES: passed(Because.DIGEST_TAKEN_IN),
            **_findings_of_entry(transaction, held, claim.registered_entry),
        }
        if _is_withdrawn(claim):
            findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWING)
        return [Verdict(claim.digest, claim.steward.hex(), findings)]
    if claim.state in _CARRIED:
        findings = {
            **carried_findings(is_withdrawn=claim.state is RegistrationState.WITHDRAWN),
            **_findings_of_entry(transaction, held, claim.accepted_entry),
        }
        return [Verdict(claim.digest, claim.steward.hex(), findings)]
    if not _stands_in_ledger_only(claim):
        return []
    findings = {
        Axis.BYTES: passed(Because.DIGEST_IN_BULK),
        **_findings_of_entry(transaction, held, claim.accepted_entry),
    }
    anchor = _anchoring(transaction, library, claim)
    if anchor is None:
        waiting = not_checked(Because.ANCHOR_NOT_INDEXED)
        findings |= dict.fromkeys(
            (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE), waiting
        )
    else:
        related = transaction.chain_index.events_of([claim.steward.hex(), claim.license.hex()])
        history = ChainHistory.of(
            event for event in related if event.contract in ("StewardRegistry", "LicenseRegistry")
        )
        findings |= claim_findings(claim.steward, claim.license, anchor, history)
    if _is_withdrawn(claim):
        findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWING)
    ordered = {axis: findings[axis] for axis in Axis}
    return [Verdict(claim.digest, claim.steward.hex(), ordered)]


def _is_withdrawn(claim: Registration) -> bool:
    """Return whether its library has withdrawn it, whatever the chain says so far."""
    return claim.state in STATES_WITHDRAWN


def _stands_in_ledger_only(claim: Registration) -> bool:
    is_withdrawn_before = claim.state is RegistrationState.WITHDRAWING
    return claim.stands_in_bulk or (is_withdrawn_before and claim.registered_entry is None)


def _anchoring(transaction: Transaction, library: Library, claim: Registration) -> Anchoring | None:
    """Return the block that first anchors the claim's entry, as the index of the chain has it."""
    checkpoint = transaction.checkpoints.first_anchored_above(claim.accepted_entry)
    if checkpoint is None or checkpoint.transaction is None:
        return None
    for event in transaction.chain_index.events_in(checkpoint.transaction):
        named = event.name, event.subject, event.arguments.get("size"), event.arguments.get("root")
        wanted = library.ledger.hex(), checkpoint.size, checkpoint.root.hex()
        if named == ("CheckpointAnchored", *wanted):
            return Anchoring(event.block, event.block_time)
    return None


def _own_findings(
    transaction: Transaction, fact: RegistrationFact, held: _Held | None
) -> Mapping[Axis, Finding] | None:
    """Return what our own ledger tells of a registration on chain; None if it tells nothing."""
    if held is not None and held.registration.registered_entry is not None:
        return _findings_of_entry(transaction, held, held.registration.registered_entry)
    adopted = find_adopted(transaction, fact.digest, fact.steward)
    if adopted is not None:
        passes = passed(Because.ENTRY_FOUND_ON_CHAIN, entry=adopted.entry)
        return {Axis.LEDGER: passes, Axis.ANCHOR: _anchor_finding(transaction, adopted.entry)}
    if held is None:
        return None
    return dict.fromkeys((Axis.LEDGER, Axis.ANCHOR), not_checked(Because.ENTRY_WAITS))


def _findings_of_entry(transaction: Transaction, held: _Held, index: int) -> dict[Axis, Finding]:
    return {
        Axis.LEDGER: _held_finding(transaction, held, index),
        Axis.ANCHOR: _anchor_finding(transaction, index),
    }


def _anchor_finding(transaction: Transaction, index: int) -> Finding:
    checkpoint = transaction.checkpoints.first_anchored_above(index)
    if checkpoint is None:
        return not_checked(Because.NO_ANCHOR_COVERS)
    assert checkpoint.block is not None  # it is anchored
    return passed(Because.ANCHORED_CHECKPOINT, size=checkpoint.size, block=checkpoint.block)


def _held_finding(transaction: Transaction, held: _Held, index: int) -> Finding:
    if index >= transaction.ledger.size():
        return failed(Because.ENTRY_MISSING, entry=index)
    if held.mismatch is not None:
        return failed(held.mismatch)
    return passed(Because.ENTRY_HELD, entry=index)


def _mismatch(transaction: Transaction, registration: Registration) -> Reason | None:
    """Return why what is said of a registration is not what its entry commits to; None if it is."""
    try:
        check_told(transaction, [registration])
    except MetadataMismatch as exc:
        return exc.reason
    return None
