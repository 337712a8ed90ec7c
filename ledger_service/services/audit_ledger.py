"""Audit a ledger in the auditor's own process: everything is recomputed, nothing is believed.

Steps: (1) the chain is the deployment's, and its events are complete by each contract's count and
accumulator; (2) the checkpoint is signed; (3) all entries are downloaded and every anchored root is
recomputed from them; (4) the service's consistency proofs between anchors hold; (5) entries and chain
tell the same facts, both ways; (6) every opening and denial is decided again (check_openings.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ledger_service.domain import merkle
from ledger_service.domain.chain import AnchorFact, ChainHistory
from ledger_service.domain.checkpoint import (
    Checkpoint,
    CheckSignature,
    VerifierKey,
    open_checkpoint,
)
from ledger_service.domain.entry import Entry
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidEntry,
    InvalidInput,
    NotFound,
    VerificationError,
)
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.ports import ChainReader, LedgerSource
from ledger_service.services.chain_facts import deeds_of, facts_on_chain
from ledger_service.services.check_openings import Decisions, OpeningsAuditor

ENTRIES_A_READ = 1000
Progress = Callable[[str, int, int], None]
"""(what is being done, how much is done, how much there is)."""


@dataclass(frozen=True)
class AuditFinding:
    """One thing that does not hold. name: a fixed word; detail: what, where."""

    name: str
    detail: str


@dataclass
class AuditReport:
    """What was looked at, and what does not hold; `findings` is empty for a clean audit."""

    findings: list[AuditFinding] = field(default_factory=list)
    blocks: int = 0
    events: int = 0
    entries: int = 0
    anchors: int = 0
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def add(self, name: str, detail: str) -> None:
        self.findings.append(AuditFinding(name, detail))


def audit_ledger(
    source: LedgerSource,
    chain: ChainReader,
    key: VerifierKey,
    check_signature: CheckSignature,
    *,
    steward: StewardId,
    first_block: int,
    with_private_parts: bool,
    progress: Progress,
) -> AuditReport:
    """Return what holds and what does not.

    with_private_parts: decide openings again, which needs an auditor's token at the source.

    Raises:
        ChainUnavailable, ServiceUnavailable: one of the two does not answer; nothing is concluded.
    """
    report = AuditReport()
    history = _read_chain(chain, first_block, report, progress)
    try:
        checkpoint = open_checkpoint(source.checkpoint(), key, check_signature)
    except (VerificationError, InvalidCheckpoint) as exc:
        report.add("checkpoint-signature", exc.detail)
        return report
    anchors = history.anchors.get(LedgerId.of_origin(key.name), [])
    entries = _read_entries(source, checkpoint, anchors, report, progress)
    _check_consistency(source, anchors, report, progress)
    _check_entries_against_chain(entries, history, report)
    _check_chain_against_entries(entries, history, steward, anchors, report)
    if with_private_parts:
        auditor = OpeningsAuditor(chain, history, anchors, report.decisions, report.add)
        auditor.check(source, entries, progress)
    return report


def _read_chain(
    chain: ChainReader, first_block: int, report: AuditReport, progress: Progress
) -> ChainHistory:
    try:
        chain.check_deployment()
        head = chain.head()
        progress("reading the chain", 0, head.number)
        events, _ = chain.events(first_block, head.number, {})
        progress("reading the chain", head.number, head.number)
        report.blocks, report.events = head.number, len(events)
        return ChainHistory.of(events)
    except VerificationError as exc:
        report.add("chain-incomplete", exc.detail)
        return ChainHistory()


def _read_entries(
    source: LedgerSource,
    checkpoint: Checkpoint,
    anchors: list[AnchorFact],
    report: AuditReport,
    progress: Progress,
) -> dict[int, Entry]:
    """Return the entries by index, after recomputing the root at every anchored size."""
    roots = {anchor.size: anchor.root for anchor in anchors}
    largest = max(roots, default=0)
    if largest > checkpoint.size:
        report.add(
            "anchor-beyond-checkpoint", f"size {largest} is anchored, {checkpoint.size} shown"
        )
    if roots.setdefault(checkpoint.size, checkpoint.root.hex()) != checkpoint.root.hex():
        report.add("fork", f"checkpoint and anchor of size {checkpoint.size} have different roots")
    report.anchors = len(anchors)
    if not anchors and checkpoint.size:
        report.add("no-anchor", "the chain has no anchor of this ledger: nothing vouches for it")
    frontier = merkle.Frontier()
    entries: dict[int, Entry] = {}
    for body in _bodies(source, checkpoint.size, progress):
        index = frontier.size
        try:
            entries[index] = Entry.parse(body)
        except InvalidEntry as exc:
            report.add("malformed-entry", f"entry {index}: {exc.detail}")
        frontier.append(merkle.leaf_hash(body))
        expected = roots.get(frontier.size)
        if expected is not None and frontier.root().hex() != expected:
            report.add(
                "root-mismatch", f"entries 0 to {index} do not have the root that was stated"
            )
    report.entries = frontier.size
    if frontier.size < checkpoint.size:
        report.add("missing-entries", f"{frontier.size} of {checkpoint.size} entries were served")
    return entries


def _bodies(source: LedgerSource, size: int, progress: Progress) -> Iterator[bytes]:
    start = 0
    while start < size:
        bodies = source.entries(start, min(ENTRIES_A_READ, size - start))[: size - start]
        if not bodies:
            return
        yield from bodies
        start += len(bodies)
        progress("reading entries", start, size)


def _check_consistency(
    source: LedgerSource, anchors: list[AnchorFact], report: AuditReport, progress: Progress
) -> None:
    for number, (old, new) in enumerate(itertools.pairwise(anchors), 1):
        roots = bytes.fromhex(old.root), bytes.fromhex(new.root)
        try:
            proof = source.consistency_proof(old.size, new.size)
            merkle.check_consistency(old.size, roots[0], new.size, roots[1], proof)
        except (VerificationError, InvalidInput, NotFound) as exc:
            report.add("inconsistent-anchors", f"{old.size} to {new.size}: {exc.detail}")
        progress("checking anchors", number, len(anchors) - 1)


def _check_entries_against_chain(
    entries: dict[int, Entry], history: ChainHistory, report: AuditReport
) -> None:
    """Every public fact in the ledger that names a transaction stands on chain as it is told."""
    for index, entry in entries.items():
        if "transaction" not in entry.facts:
            continue
        if dict(entry.facts) not in facts_on_chain(entry, history):
            report.add(
                "entry-not-on-chain", f"entry {index}, {entry.kind}: the chain says otherwise"
            )


def _check_chain_against_entries(
    entries: dict[int, Entry],
    history: ChainHistory,
    steward: StewardId,
    anchors: list[AnchorFact],
    report: AuditReport,
) -> None:
    """Everything this steward has done on chain, long enough ago, is in the ledger."""
    if len(anchors) < 2:
        return
    settled_before = anchors[-2].block  # what is younger may still be on its way into the ledger
    told = {entry.text("transaction") for entry in entries.values() if "transaction" in entry.facts}
    for name, what, at, transaction in deeds_of(steward, history):
        if at.block < settled_before and transaction not in told:
            report.add(name, f"{what} is only on chain")
