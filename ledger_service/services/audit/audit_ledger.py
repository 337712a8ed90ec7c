"""Audit a ledger in the auditor's own process: everything is recomputed, nothing is believed.

Steps: (1) the chain is the deployment's, and its events are complete by each contract's count and
accumulator; (2) the checkpoint is signed, and cosigned as the auditor's policy asks; (3) all tiles are
read, every anchored root is recomputed from the entries and every hash compared (recompute_ledger.py); (4)
the verifiable map is recomputed, and every `map` entry compared (check_map.py); (5) entries speak for the
ledger's own steward, and entries and chain tell the same facts, both ways; (6) what is said of each
resource is what its entry commits to (check_descriptions.py); (7) no resource was lent more often than its
license lets it be (check_licenses.py); (8) closed content has an entry for each epoch of its key
(check_stored.py); (9) every work that its authors signed has all their signatures, and attendances and
status lists are those that it attests (attested/); (10) every opening and denial is decided again
(check_openings.py); (11) private parts are gone only as it is attested, or with an erased reader
(attested/). A ledger that has gone from other contracts to these is compared in parts, each with its own
(former_parts.py).
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
from ledger_service.services.audit.attested.check_authors import check_authors
from ledger_service.services.audit.attested.check_credentials import check_credentials
from ledger_service.services.audit.attested.check_destroyed import PartsSeen, check_destroyed
from ledger_service.services.audit.chain_facts import deeds_of, told_by_identity
from ledger_service.services.audit.check_descriptions import check_descriptions
from ledger_service.services.audit.check_licenses import check_licenses
from ledger_service.services.audit.check_map import check_map
from ledger_service.services.audit.check_members import forked_members
from ledger_service.services.audit.check_openings import Decisions, OpeningsAuditor, TellDecision
from ledger_service.services.audit.check_stored import check_stored
from ledger_service.services.audit.compare_chain import compare_deeds, compare_entries
from ledger_service.services.audit.faults import Fault
from ledger_service.services.audit.former_parts import (
    AskedChain,
    Contracts,
    Part,
    Parts,
    ask_former,
    check_carried,
    check_former,
    entries_of_part,
    part_ledger,
)
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
    moved: how many entries name another place on chain than where their fact stands now. former: how many
    tell of contracts that the library has left; former_unasked: of how many of them nobody could be asked.
    forked: other members of the consortium that signed two histories, which is no fault of this library.
    """

    findings: list[AuditFinding] = field(default_factory=list)
    blocks: int = 0
    events: int = 0
    entries: int = 0
    anchors: int = 0
    described: int = 0
    attested: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    former: int = 0
    former_unasked: int = 0
    cosigned_by: list[str] = field(default_factory=list)
    decisions: Decisions = field(default_factory=Decisions)
    forked: list[Reason] = field(default_factory=list)

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
    contracts: Contracts | None = None,
    alarms: object = None,
) -> AuditReport:
    """Return what holds and what does not.

    policy: which witnesses must have cosigned; None asks for none. tell: is told each opening and denial.
    with_private_parts: decide openings again, which needs an auditor's token at the source.
    contracts: those of today and those that the library has left, for a ledger that has gone on from others.
    alarms: what the service tells of other members; see check_members.py.

    Raises:
        ChainUnavailable, ServiceUnavailable: one of the two does not answer; nothing is concluded.
    """
    report = AuditReport()
    events, history = _read_chain(chain, first_block, report, progress)
    report.forked = forked_members(alarms, history, check_signature, chain.is_signed_by_key)
    try:
        note = source.checkpoint()
        checkpoint = open_checkpoint(note, key, check_signature)
    except (VerificationError, InvalidCheckpoint, NotFound) as exc:
        report.add(Fault.CHECKPOINT_SIGNATURE.of(why=exc.reason))
        return report
    _check_policy(policy, note, check_signature, report)
    own = LedgerId.of_origin(key.name)
    anchors = history.anchors.get(own, [])
    asked = ask_former(contracts, report.add)
    roots = _stated_roots(checkpoint, anchors, asked.values(), report)
    ledger = recompute_ledger(source, checkpoint.size, roots, report.add, progress)
    report.entries, entries = ledger.size, ledger.entries
    check_map(entries, roots, report.add)
    report.described = check_descriptions(source, entries, ledger.size, report.add, progress)
    _check_rights(source, entries, history, steward, chain, report)
    parts = part_ledger(entries, steward, anchors, contracts, asked, report.add)
    today = Part(parts.first, None, AskedChain(chain, events, history))
    _compare_parts(parts, today, own, entries, steward, report)
    if with_private_parts:
        _decide_parts(parts, today, own, steward, entries, source, tell, progress, report)
    return report


def _check_rights(
    source: LedgerSource,
    entries: Mapping[int, Entry],
    history: ChainHistory,
    steward: StewardId,
    chain: ChainReader,
    report: AuditReport,
) -> None:
    """Count statements; check for whom entries speak, licenses, keys of closed content, authors."""
    _check_own(entries, steward, report)
    report.attested = _attested(entries)
    check_licenses(source, history, steward, report.add)
    check_stored(entries, history, report.add)
    check_authors(source, entries, steward, chain.is_signed_by_key, report.add)
    check_credentials(source, entries, steward, report.add)


def _check_own(entries: Mapping[int, Entry], steward: StewardId, report: AuditReport) -> None:
    """No entry claims or changes anything in the name of another steward."""
    own = steward.hex()
    for index, entry in entries.items():
        if entry.facts.get("steward", own) != own:
            report.add(Fault.ENTRY_OF_OTHER_STEWARD.of(entry=index, kind=entry.kind))


def _attested(entries: Mapping[int, Entry]) -> dict[str, int]:
    """Return how many statements of each type the ledger attests."""
    kinds = (entry.text("type") for entry in entries.values() if entry.kind == "attested")
    return dict(Counter(kinds))


def _compare_parts(
    parts: Parts,
    today: Part,
    ledger: LedgerId,
    entries: dict[int, Entry],
    steward: StewardId,
    report: AuditReport,
) -> None:
    """Compare entries and chains both ways, each part with its own. today: the contracts of today."""
    assert today.asked is not None
    _, events, history = today.asked
    anchors = history.anchors.get(ledger, [])
    told = told_by_identity({at: entry for at, entry in entries.items() if at >= parts.first})
    report.moved = compare_entries(told, events, report.add)
    compare_deeds(told, deeds_of(steward, events, history), anchors, report.add)
    counts = check_former(parts, entries, ledger, steward, report.add)
    report.former, report.former_unasked = counts
    check_carried(parts, entries, steward, events, anchors, report.add)


def _decide_parts(
    parts: Parts,
    today: Part,
    ledger: LedgerId,
    steward: StewardId,
    entries: dict[int, Entry],
    source: LedgerSource,
    tell: TellDecision,
    progress: ShowProgress,
    report: AuditReport,
) -> None:
    """Decide all openings again, each by the contracts that were asked when it was decided.

    What is gone of them is held against what is attested.
    """
    seen = PartsSeen()
    for part in (*parts.former, today):
        if part.asked is None:
            continue
        anchors = part.asked.history.anchors.get(ledger, [])
        chain, history = part.asked.chain, part.asked.history
        auditor = OpeningsAuditor(chain, history, anchors, report.decisions, report.add, tell, seen)
        own = entries_of_part(entries, part.first, part.end)
        _decide_again(auditor, source, own, progress, report)
    _check_destroyed(source, entries, steward, seen, report)


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


def _check_destroyed(
    source: LedgerSource,
    entries: dict[int, Entry],
    steward: StewardId,
    seen: PartsSeen,
    report: AuditReport,
) -> None:
    """Compare the parts that are gone with what is attested; raise as `_decide_again`."""
    try:
        to_come = check_destroyed(source, entries, steward, seen, report.add)
    except ServiceUnavailable:
        if report.is_clean:
            raise
    else:
        report.decisions.unattested = to_come


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
    policy: Policy | None, note: str, check_signature: CheckSignature, report: AuditReport
) -> None:
    if policy is None:
        return
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
    checkpoint: Checkpoint,
    anchors: list[AnchorFact],
    former: Iterable[AskedChain],
    report: AuditReport,
) -> dict[int, str]:
    """Return the root, as hex, that chains or checkpoint state for a size, after comparing them."""
    roots = {anchor.size: anchor.root for anchor in anchors}
    ledger = LedgerId.of_origin(checkpoint.origin)
    for anchor in (one for asked in former for one in asked.history.anchors.get(ledger, [])):
        if roots.setdefault(anchor.size, anchor.root) != anchor.root:
            report.add(Fault.FORK.of(size=anchor.size))
    largest = max(roots, default=0)
    if largest > checkpoint.size:
        report.add(Fault.ANCHOR_BEYOND_CHECKPOINT.of(anchored=largest, size=checkpoint.size))
    if roots.setdefault(checkpoint.size, checkpoint.root.hex()) != checkpoint.root.hex():
        report.add(Fault.FORK.of(size=checkpoint.size))
    report.anchors = len(anchors)
    if not anchors and checkpoint.size:
        report.add(Fault.NO_ANCHOR.of())
    return roots
