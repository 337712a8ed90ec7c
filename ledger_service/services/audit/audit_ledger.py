"""Audit a ledger in the auditor's own process: everything is recomputed, nothing is believed.

Steps: (1) the chain is the deployment's, and its events are complete by each contract's count and
accumulator; (2) the checkpoint is signed, and cosigned as the auditor's policy asks; (3) all tiles are
read, every anchored root is recomputed from the entries and every hash compared (recompute_ledger.py);
(4) the verifiable map is recomputed, and every `map` entry compared (check_map.py); (5) entries and chain
tell the same facts, both ways; (6) what is said of each resource is what its entry commits to
(check_descriptions.py); (7) no resource was lent more often than its license lets it be (check_licenses.py);
(8) closed content has an entry for each epoch of its key (check_stored.py); (9) every work that its authors
signed has all their signatures (check_authors.py); (10) every opening and denial is
decided again (check_openings.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger_service.domain.chain.history import AnchorFact, ChainEvent, ChainHistory
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    NotFound,
    QuorumNotMet,
    ServiceUnavailable,
    VerificationError,
)
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    open_checkpoint,
)
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.publication.cosignature import cosignatures_of
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.reasons import Reason
from ledger_service.ports.audit import LedgerSource
from ledger_service.ports.chain import ChainReader
from ledger_service.services.audit.chain_facts import (
    Deed,
    Identity,
    Place,
    deeds_of,
    places_by_identity,
    told_by_identity,
)
from ledger_service.services.audit.check_authors import check_authors
from ledger_service.services.audit.check_descriptions import check_descriptions
from ledger_service.services.audit.check_licenses import check_licenses
from ledger_service.services.audit.check_map import check_map
from ledger_service.services.audit.check_openings import Decisions, OpeningsAuditor, TellDecision
from ledger_service.services.audit.check_stored import check_stored
from ledger_service.services.audit.faults import Fault
from ledger_service.services.audit.recompute_ledger import ShowProgress, recompute_ledger
from ledger_service.services.chain.complete_events import complete_events


@dataclass(frozen=True)
class AuditFinding:
    """One thing that does not hold."""

    reason: Reason

    @property
    def name(self) -> str:
        """Return the word that stands for its kind."""
        return self.reason.name.partition(".")[0]


@dataclass
class AuditReport:
    """What was looked at, and what does not hold; `findings` is empty for a clean audit.

    described: how many titles were compared with their entries. attested: how many statements, by type.
    moved: how many entries name another place on chain than where their fact stands now.
    """

    findings: list[AuditFinding] = field(default_factory=list)
    blocks: int = 0
    events: int = 0
    entries: int = 0
    anchors: int = 0
    described: int = 0
    attested: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    cosigned_by: list[str] = field(default_factory=list)
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def add(self, reason: Reason) -> None:
        self.findings.append(AuditFinding(reason))


def audit_ledger(
    source: LedgerSource,
    chain: ChainReader,
    key: VerifierKey,
    check_signature: CheckSignature,
    *,
    steward: StewardId,
    first_block: int,
    with_private_parts: bool,
    progress: ShowProgress,
    policy: Policy | None = None,
    tell: TellDecision = lambda *_: None,
) -> AuditReport:
    """Return what holds and what does not.

    policy: which witnesses must have cosigned; None asks for none.
    with_private_parts: decide openings again, which needs an auditor's token at the source.
    tell: is told each opening and denial, whether it holds or not.

    Raises:
        ChainUnavailable, ServiceUnavailable: one of the two does not answer; nothing is concluded.
    """
    report = AuditReport()
    events, history = _read_chain(chain, first_block, report, progress)
    try:
        note = source.checkpoint()
        checkpoint = open_checkpoint(note, key, check_signature)
    except (VerificationError, InvalidCheckpoint, NotFound) as exc:
        report.add(Fault.CHECKPOINT_SIGNATURE.of(why=exc.reason))
        return report
    if policy is not None:
        _check_policy(policy, note, check_signature, report)
    anchors = history.anchors.get(LedgerId.of_origin(key.name), [])
    roots = _stated_roots(checkpoint, anchors, report)
    ledger = recompute_ledger(source, checkpoint.size, roots, report.add, progress)
    report.entries, entries = ledger.size, ledger.entries
    check_map(entries, roots, report.add)
    report.attested = _attested(entries)
    report.described = check_descriptions(source, entries, ledger.size, report.add, progress)
    check_licenses(source, history, steward, report.add)
    check_stored(entries, history, report.add)
    check_authors(source, entries, steward, chain.is_signed_by_key, report.add)
    told = told_by_identity(entries)
    _check_entries_against_chain(told, events, report)
    deeds = deeds_of(steward, events, history)
    _check_chain_against_entries(told, deeds, anchors, report)
    if with_private_parts:
        auditor = OpeningsAuditor(chain, history, anchors, report.decisions, report.add, tell)
        _decide_again(auditor, source, entries, progress, report)
    return report


def _attested(entries: Mapping[int, Entry]) -> dict[str, int]:
    """Return how many statements of each type the ledger attests."""
    kinds = (entry.text("type") for entry in entries.values() if entry.kind == "attested")
    return dict(Counter(kinds))


def _decide_again(
    auditor: OpeningsAuditor,
    source: LedgerSource,
    entries: dict[int, Entry],
    progress: ShowProgress,
    report: AuditReport,
) -> None:
    """Decide all openings again; raise no ServiceUnavailable once something was found.

    Each look at private parts is an entry, which a ledger that was changed may not take.
    """
    try:
        auditor.check(source, entries, progress)
    except ServiceUnavailable:
        if report.is_clean:
            raise


def _read_chain(
    chain: ChainReader, first_block: int, report: AuditReport, progress: ShowProgress
) -> tuple[list[ChainEvent], ChainHistory]:
    """Return the chain's events in their order, and what follows from them; nothing if some lack."""
    try:
        chain.check_deployment()
        head = chain.head()
        progress("reading the chain", 0, head.number)
        events, _ = complete_events(chain, first_block, head.number, {})
        progress("reading the chain", head.number, head.number)
        report.blocks, report.events = head.number, len(events)
        return events, ChainHistory.of(events)
    except VerificationError as exc:
        report.add(Fault.CHAIN_INCOMPLETE.of(why=exc.reason))
        return [], ChainHistory()


def _check_policy(
    policy: Policy, note: str, check_signature: CheckSignature, report: AuditReport
) -> None:
    try:
        policy.check(note, check_signature)
        keys = [witness.key for witness in policy.witnesses]
        report.cosigned_by = [
            held.key.name for held in cosignatures_of(note, keys, check_signature)
        ]
    except QuorumNotMet as exc:
        report.add(Fault.QUORUM_NOT_MET.of(why=exc.reason))
    except VerificationError as exc:
        report.add(Fault.COSIGNATURE.of(why=exc.reason))


def _stated_roots(
    checkpoint: Checkpoint, anchors: list[AnchorFact], report: AuditReport
) -> dict[int, str]:
    """Return the root, as hex, that chain or checkpoint state for a size, after comparing the two."""
    roots = {anchor.size: anchor.root for anchor in anchors}
    largest = max(roots, default=0)
    if largest > checkpoint.size:
        report.add(Fault.ANCHOR_BEYOND_CHECKPOINT.of(anchored=largest, size=checkpoint.size))
    if roots.setdefault(checkpoint.size, checkpoint.root.hex()) != checkpoint.root.hex():
        report.add(Fault.FORK.of(size=checkpoint.size))
    report.anchors = len(anchors)
    if not anchors and checkpoint.size:
        report.add(Fault.NO_ANCHOR.of())
    return roots


def _check_entries_against_chain(
    told: Mapping[Identity, dict[int, Place]], events: list[ChainEvent], report: AuditReport
) -> None:
    """Every public fact in the ledger that names a transaction stands on chain as it is told.

    Where it stood when it was told is evidence, and no fact: a reorganization moves it. But what stands once
    is told once, wherever the other entry says that it stood.
    """
    found = places_by_identity(events)
    for identity, named in told.items():
        places = found.get(identity, set())
        elsewhere = sorted(index for index, place in named.items() if place not in places)
        untold = len(places - set(named.values()))
        report.moved += len(elsewhere[:untold])
        for index in elsewhere[untold:]:
            report.add(Fault.ENTRY_NOT_ON_CHAIN.of(entry=index, kind=identity[0]))


def _check_chain_against_entries(
    told: Mapping[Identity, dict[int, Place]],
    deeds: Iterable[Deed],
    anchors: list[AnchorFact],
    report: AuditReport,
) -> None:
    """Everything this steward has done on chain, long enough ago, is in the ledger."""
    if len(anchors) < 2:
        return
    settled_before = anchors[-2].block  # what is younger may still be on its way into the ledger
    for unrecorded, at, identity in deeds:
        if at.block < settled_before and identity not in told:
            report.add(unrecorded)
