"""Decide every opening and every denial again, from the chain and the private parts shown.

An opening holds if its private part opens the entry's commitment, and the grant that it names was
live at the block that it names, for this very reader and resource. A part that was erased leaves its
entry in the ledger, and is counted, not judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.chain import ChainHistory, GrantFact
from ledger_service.domain.commitment import check_opened
from ledger_service.domain.entry import PRIVATE_KINDS, SECONDS_PER_HOUR, Entry
from ledger_service.domain.errors import CommitmentMismatch, LedgerError
from ledger_service.domain.grant import Scope
from ledger_service.domain.identifiers import Commitment, GrantId
from ledger_service.ports import ChainReader, LedgerSource

PARTS_A_READ = 500
Report = Callable[[str, str], None]


@dataclass
class Decisions:
    """How many entries of private kinds were decided again, and how many are erased."""

    openings: int = 0
    denials: int = 0
    erased: int = 0


def check_openings(
    source: LedgerSource,
    chain: ChainReader,
    entries: dict[int, Entry],
    history: ChainHistory,
    decisions: Decisions,
    report: Report,
    progress: Callable[[str, int, int], None],
) -> None:
    """Decide each private entry again; what does not hold goes to `report`."""
    waiting = {index for index, entry in entries.items() if entry.kind in PRIVATE_KINDS}
    total, start = len(waiting), 0
    while waiting:
        parts = source.private_parts(start, PARTS_A_READ)
        if not parts:
            break
        for part in parts:
            index = int(part["entry"])
            start = max(start, index + 1)
            if index in waiting:
                waiting.discard(index)
                _check_part(chain, index, entries[index], part, history, decisions, report)
        progress("deciding openings again", total - len(waiting), total)
    for index in sorted(waiting):
        report("private-part-missing", f"entry {index}: its private part is not shown")


def _check_part(
    chain: ChainReader,
    index: int,
    entry: Entry,
    part: dict[str, Any],
    history: ChainHistory,
    decisions: Decisions,
    report: Report,
) -> None:
    if part["salt"] is None or part["body"] is None:
        decisions.erased += 1
        return
    try:
        salt, body = bytes.fromhex(part["salt"]), str(part["body"]).encode()
        check_opened(Commitment.parse(entry.text("commitment")), salt, body)
    except (CommitmentMismatch, ValueError):
        report("private-part-differs", f"entry {index}: the part shown is not the one committed to")
        return
    try:
        private = canonical_json.parse(body)
        fault = _fault(chain, entry, private, history)
    except (LedgerError, KeyError, TypeError, ValueError):
        report("private-part-malformed", f"entry {index}: the private part cannot be read")
        return
    if entry.kind == "opened":
        decisions.openings += 1
    else:
        decisions.denials += 1
    if fault is not None:
        report(fault[0], f"entry {index}: {fault[1]}")


def _fault(
    chain: ChainReader, entry: Entry, private: dict[str, Any], history: ChainHistory
) -> tuple[str, str] | None:
    """Return the name and detail of what is wrong with a decision, or None."""
    at, block = int(private["at"]), int(private["block"])
    if private["kind"] != entry.kind or at - at % SECONDS_PER_HOUR != entry.at:
        return "private-part-differs", "its kind or hour is not the entry's"
    if chain.block(block).hash.hex() != private["block_hash"]:
        return "decision-on-other-chain", f"block {block} has another hash on this chain"
    grant = history.grants.get(GrantId.parse(private["grant"])) if private["grant"] else None
    why_not = _why_not_live(grant, private, history, block, at)
    if entry.kind == "opened" and why_not is not None:
        return "unlicensed-opening", why_not
    if entry.kind == "denied" and why_not is None and private["grant_state"] == "issued":
        return "wrongful-denial", f"grant {private['grant']} was live"
    return None


def _why_not_live(
    grant: GrantFact | None,
    private: dict[str, Any],
    history: ChainHistory,
    block: int,
    at: int,
) -> str | None:
    """Return why the grant did not permit reading then, or None if it did."""
    if grant is None:
        return "the grant is not on chain"
    if (grant.digest.hex(), grant.steward.hex()) != (private["digest"], private["steward"]):
        return "the grant is for another resource"
    try:
        salt, reader = bytes.fromhex(private["grant_salt"]), bytes.fromhex(private["reader"])
        check_opened(grant.grantee, salt, reader)
    except CommitmentMismatch:
        return "the grant is another reader's"
    if Scope.READ not in grant.scopes:
        return "the grant does not include reading"
    if not grant.is_live(block, at):
        return f"the grant was not live at block {block}"
    registration = history.registrations.get((grant.digest, grant.steward))
    if registration is None:
        return "the resource is not registered"
    if registration.withdrawn is not None and registration.withdrawn.block <= block:
        return "the resource was withdrawn"
    return None
