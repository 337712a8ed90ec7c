"""The parts of a ledger that tell of contracts which the library has left.

An entry of type `moved` begins each part but the first. It counts only if the ledger was never anchored on
the contracts that are joined before that entry: so a library cannot put away what it did there. What became
of works on the contracts that were left must stand on those joined before the ledger's first anchor there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import AnchorFact, ChainEvent, ChainHistory
from ledger_service.domain.consortium.move import move_digest, standing_changes
from ledger_service.domain.errors import VerificationError
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.entry import PRIVATE_KINDS, Entry, StatementType
from ledger_service.ports.chain import ChainReader
from ledger_service.services.audit.chain_facts import (
    deeds_of,
    identity_of,
    identity_of_event,
    told_by_identity,
)
from ledger_service.services.audit.compare_chain import compare_deeds, compare_entries
from ledger_service.services.audit.faults import Fault, Report
from ledger_service.services.chain.complete_events import complete_events


class Former(NamedTuple):
    """Contracts that a library has left. chain: a node of theirs to ask, None if there is none."""

    deployment: Deployment
    chain: ChainReader | None = None


@dataclass(frozen=True)
class Contracts:
    """deployment: of the contracts of today; former: of those that the library has left, in any order."""

    deployment: Deployment
    former: Sequence[Former] = ()


class AskedChain(NamedTuple):
    """What a chain of former contracts says, complete."""

    chain: ChainReader
    events: list[ChainEvent]
    history: ChainHistory


class Part(NamedTuple):
    """Entries `first` to `end` - 1, or to the last. asked: what their contracts say, None if nobody did."""

    first: int
    end: int | None
    asked: AskedChain | None


@dataclass(frozen=True)
class Parts:
    """former: the parts that tell of contracts that were left; first: where that of today begins."""

    first: int = 0
    former: list[Part] = field(default_factory=list)


def ask_former(contracts: Contracts | None, add: Report) -> dict[str, AskedChain]:
    """Return what the chains of former contracts say, by the digest of their deployment.

    Raises ChainUnavailable. One that leaves events out, or is another chain, is found, and says nothing.
    """
    asked: dict[str, AskedChain] = {}
    for deployment, chain in () if contracts is None else contracts.former:
        if chain is None:
            continue
        try:
            chain.check_deployment()
            head = chain.head().number
            events, _ = complete_events(chain, deployment.first_block, head, {})
            asked[deployment.digest.hex()] = AskedChain(chain, events, ChainHistory.of(events))
        except VerificationError as exc:
            add(Fault.CHAIN_INCOMPLETE.of(why=exc.reason))
    return asked


def part_ledger(
    entries: Mapping[int, Entry],
    steward: StewardId,
    anchors: Sequence[AnchorFact],
    contracts: Contracts | None,
    asked: Mapping[str, AskedChain],
    add: Report,
) -> Parts:
    """Return the parts of a ledger. anchors: on the contracts of today."""
    moves = [index for index, entry in entries.items() if _is_move(entry, steward)]
    if not moves:
        return Parts()
    if anchors and anchors[0].size <= moves[-1]:
        add(Fault.MOVED_THOUGH_ANCHORED.of(entry=moves[-1], size=anchors[0].size))
        return Parts()
    known = {} if contracts is None else {one.digest: one for one, _ in contracts.former}
    later = None if contracts is None else contracts.deployment
    found: list[Part] = []
    for number in range(len(moves) - 1, -1, -1):
        end, first = moves[number], moves[number - 1] if number else 0
        stated = entries[end].text("statement")
        before = later and next(
            (
                one
                for digest, one in known.items()
                if move_digest(digest, later.digest).hex() == stated
            ),
            None,
        )
        if before is None:
            add(Fault.MOVE_UNKNOWN.of(entry=end))
        part = Part(first, end, asked.get(before.digest.hex()) if before else None)
        found.append(part)
        later = before
    return Parts(moves[-1], found[::-1])


def check_former(
    parts: Parts, entries: Mapping[int, Entry], ledger: LedgerId, steward: StewardId, add: Report
) -> tuple[int, int]:
    """Return how many entries tell of former contracts, and how many of them nobody could be asked about."""
    total = unasked = 0
    for part in parts.former:
        own = {
            index: entry
            for index, entry in entries.items()
            if part.first <= index and (part.end is None or index < part.end)
        }
        count = sum(e.place is not None or e.kind in PRIVATE_KINDS for e in own.values())
        total += count
        if part.asked is None:
            unasked += count
            continue
        told = told_by_identity(own)
        _, events, history = part.asked
        compare_entries(told, events, add)
        deeds = deeds_of(steward, events, history)
        compare_deeds(told, deeds, history.anchors.get(ledger, []), add)
    return total, unasked


def check_carried(
    parts: Parts,
    entries: Mapping[int, Entry],
    steward: StewardId,
    events: Iterable[ChainEvent],
    anchors: Sequence[AnchorFact],
    add: Report,
) -> None:
    """Add a finding for each change that these contracts did not have when they took the first anchor."""
    if not parts.former or not anchors:
        return
    before = ((index, entry) for index, entry in entries.items() if index < parts.first)
    wanted = standing_changes(before, steward.hex())
    there = {identity_of_event(event) for event in events if event.block <= anchors[0].block}
    for index, entry in wanted.items():
        if identity_of(entry) not in there:
            digest = entry.text("digest")
            add(Fault.NOT_CARRIED.of(entry=index, kind=entry.kind, digest=digest))


def entries_of_part(entries: Mapping[int, Entry], first: int, end: int | None) -> dict[int, Entry]:
    """Return the public entries of all parts, and the private ones of this part alone."""
    return {
        index: entry
        for index, entry in entries.items()
        if entry.kind not in PRIVATE_KINDS or (first <= index and (end is None or index < end))
    }


def _is_move(entry: Entry, steward: StewardId) -> bool:
    if entry.kind != "attested" or entry.text("type") != StatementType.MOVED:
        return False
    return entry.text("attester") == steward.hex()
