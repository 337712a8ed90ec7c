"""Decide every opening and every denial again, from the chain and the private parts shown.

An opening holds if its private part opens the entry's commitment, and the grant that it names was live at
the block that it names, for this very reader and resource. A denial holds if its reason does
(check_denials.py). The block must have been new when it was decided, and the time cannot lie before an
anchor that stood already. If a reorganization has replaced the block, the times of the grant decide. A part
that was destroyed leaves its entry in the ledger, and is counted, not judged (attested/check_destroyed.py).
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import (
    FOR_EVER,
    AnchorFact,
    ChainHistory,
    GrantFact,
    RegistrationFact,
)
from ledger_service.domain.errors import (
    CommitmentMismatch,
    DeploymentMismatch,
    LedgerError,
    Unavailable,
)
from ledger_service.domain.identifiers import Commitment, Digest, GrantId, StewardId
from ledger_service.domain.ledger.entry import PRIVATE_KINDS, SECONDS_PER_HOUR, Entry, StatementType
from ledger_service.domain.lending.commitment import check_opened
from ledger_service.domain.lending.decision import Decision
from ledger_service.domain.lending.denial import (
    DENIALS_BELIEVED,
    DENIALS_OF_REQUEST,
    DENIALS_OF_RESOURCE,
    Denial,
)
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Scope
from ledger_service.domain.people.caller import PROGRAMS
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.ports.audit import LedgerSource
from ledger_service.ports.chain import ChainReader
from ledger_service.services.audit.attested.check_destroyed import PartsSeen
from ledger_service.services.audit.check_denials import ReadersGrants, is_true, were_seats_taken
from ledger_service.services.audit.check_looks import look_fault
from ledger_service.services.audit.faults import Fault, Report

PARTS_A_READ = 500
TellDecision = Callable[[int, Decision], None]
"""Is told each decision that is of its entry, with the entry's index; whether it holds is told apart."""


@dataclass
class Decisions:
    """How many entries of private kinds were decided again, and how many are erased; looks: of auditors.

    moved: how many of those that were decided again name a block that a reorganization has replaced.
    elsewhere: how many denials say that the library does not keep the content, for which it is believed.
    believed: how many refused requests tell a reason that the chain does not know; likewise.
    programs: how many of those that were decided again a program brought about. unattested: how many of the
    erased are destroyed by their age, which no entry says yet.
    """

    openings: int = 0
    denials: int = 0
    looks: int = 0
    erased: int = 0
    moved: int = 0
    elsewhere: int = 0
    believed: int = 0
    programs: int = 0
    unattested: int = 0


class OpeningsAuditor:
    """Decides private entries again; what does not hold goes to `report`.

    Args:
        anchors: of this ledger, in chain order; they tell the earliest time of each entry.
        seen: is told which private parts are there, and which are gone.
    """

    def __init__(
        self,
        chain: ChainReader,
        history: ChainHistory,
        anchors: Sequence[AnchorFact],
        decisions: Decisions,
        report: Report,
        tell: TellDecision,
        seen: PartsSeen,
    ) -> None:
        self._chain = chain
        self._history = history
        self._anchors = anchors
        self._anchored_sizes = [fact.size for fact in anchors]
        self._decisions = decisions
        self._report = report
        self._tell = tell
        self._seen = seen
        self._readers = ReadersGrants()
        self._now = 0
        self._kept: dict[tuple[str, str], int] = {}
        """When the ledger said that content is kept, by its digest and steward."""

    def check(
        self,
        source: LedgerSource,
        entries: dict[int, Entry],
        progress: Callable[[str, int, int], None],
    ) -> None:
        """Decide each private entry again, from the parts that the source shows."""
        waiting = {index for index, entry in entries.items() if entry.kind in PRIVATE_KINDS}
        total, start, last = len(waiting), 0, max(waiting, default=0)
        self._kept = {
            (entry.text("statement"), entry.text("attester")): entry.at
            for entry in entries.values()
            if entry.kind == "attested" and entry.text("type") == StatementType.KEPT
        }
        self._now = self._chain.head().time if waiting else 0
        while waiting:
            parts, first = source.private_parts(start, PARTS_A_READ), start
            for part in parts:
                index = int(part["entry"])
                start = max(start, index + 1)
                if index in waiting:
                    waiting.discard(index)
                    self._check_part(index, entries[index], part)
            if start == first or first > last:  # nothing more, the same again, or what came since
                break
            progress("deciding openings again", total - len(waiting), total)
        for index in sorted(waiting):
            self._report(Fault.PRIVATE_PART_MISSING.of(entry=index))
        self._readers.check(self._report)

    def _check_part(self, index: int, entry: Entry, part: dict[str, Any]) -> None:
        if part["salt"] is None or part["body"] is None:
            self._decisions.erased += 1
            self._seen.gone.add(index)
            return
        self._seen.there.add(index)
        try:
            salt, body = bytes.fromhex(part["salt"]), str(part["body"]).encode()
            check_opened(Commitment.parse(entry.text("commitment")), salt, body)
        except (CommitmentMismatch, TypeError, ValueError):
            self._report(Fault.PRIVATE_PART_DIFFERS.of(entry=index))
            return
        try:
            judge = look_fault if entry.kind == "looked" else self._fault
            fault = judge(index, entry, canonical_json.parse(body))
        except Unavailable:
            raise
        except (LedgerError, KeyError, TypeError, ValueError):
            self._report(Fault.PRIVATE_PART_MALFORMED.of(entry=index))
            return
        if entry.kind == "opened":
            self._decisions.openings += 1
        elif entry.kind == "looked":
            self._decisions.looks += 1
        else:
            self._decisions.denials += 1
        if fault is not None:
            self._report(fault)

    def _fault(self, index: int, entry: Entry, private: dict[str, Any]) -> Reason | None:
        """Return what is wrong with a decision, or None.

        A denial on a block that was replaced is not judged: nobody can tell what stood there. Of any other,
        the reason is decided again.
        """
        at, number = int(private["at"]), int(private["block"])
        if private["kind"] != entry.kind or at - at % SECONDS_PER_HOUR != entry.at:
            return Fault.PRIVATE_PART_OF_OTHER_HOUR.of(entry=index)
        decision = Decision.of(private)
        self._decisions.programs += decision.actor in PROGRAMS
        self._tell(index, decision)
        block = self._block(number)
        if block is None:
            return Fault.DECISION_ON_OTHER_CHAIN.of(entry=index, block=number)
        has_moved = block.hash.hex() != private["block_hash"]
        self._decisions.moved += has_moved
        if not has_moved and not 0 <= at - block.time <= OLDEST_HEAD_SECONDS:
            return Fault.STALE_DECISION.of(entry=index, block=number, age=at - block.time)
        if at + OLDEST_HEAD_SECONDS < self._earliest(index):
            return Fault.BACK_DATED_DECISION.of(entry=index)
        grant = self._grant_of(private)
        judged_at = None if has_moved else number
        why_not = _why_not_live(index, grant, private, self._history, judged_at, at)
        if entry.kind == "opened":
            return why_not
        return None if has_moved else self._denial_fault(index, private, grant, why_not)

    def _grant_of(self, private: dict[str, Any]) -> GrantFact | None:
        """Return the grant that a decision names, after taking note whose it is."""
        if not private["grant"]:
            return None
        grant = self._history.grants.get(GrantId.parse(private["grant"]))
        if grant is not None and _is_of_reader(grant, private):
            self._readers.hold(private["reader"], grant)
        return grant

    def _denial_fault(
        self,
        index: int,
        private: dict[str, Any],
        grant: GrantFact | None,
        why_not: Reason | None,
    ) -> Reason | None:
        """Return what is wrong with a denial on a block that stands, or None."""
        at, number = int(private["at"]), int(private["block"])
        if private["v"] == 1:  # told no reason, but the state of the grant
            if why_not is None and private["grant_state"] == "issued":
                return Fault.WRONGFUL_DENIAL.of(entry=index, grant=private["grant"])
            return None
        why, digest = Denial(private["reason"]), Digest.parse(private["digest"])
        self._decisions.elsewhere += why is Denial.ELSEWHERE
        self._decisions.believed += why in DENIALS_BELIEVED
        if why is Denial.NO_GRANT:
            self._readers.lacks(index, private["reader"], digest, number, at)
        registration = self._history.registrations.get(
            (digest, StewardId.parse(private["steward"]))
        )
        is_named = bool(private["grant"]) and (grant is None or _is_of_reader(grant, private))
        if why in DENIALS_OF_REQUEST:
            return self._refusal_fault(index, why, grant, private, registration)
        is_told = is_named is not (why is Denial.NO_GRANT) or why in DENIALS_OF_RESOURCE
        kept_at = self._kept.get((private["digest"], private["steward"]), FOR_EVER)
        is_kept = kept_at + OLDEST_HEAD_SECONDS < at  # it may have come while this was decided
        if is_told and is_true(why, grant, registration, number, at, self._now, is_kept=is_kept):
            return None
        if why_not is None:
            return Fault.WRONGFUL_DENIAL.of(entry=index, grant=private["grant"])
        return Fault.DENIED_FOR_OTHER_REASON.of(entry=index, told=why.value)

    def _refusal_fault(
        self,
        index: int,
        why: Denial,
        grant: GrantFact | None,
        private: dict[str, Any],
        registration: RegistrationFact | None,
    ) -> Reason | None:
        """Return what is wrong with the refusal of a request, or None; it names any grant or none."""
        is_of_reader = grant is None or _is_of_reader(grant, private)
        terms = None if registration is None else self._history.licenses.get(registration.license)
        is_so = why is not Denial.SEATS_TAKEN or were_seats_taken(
            self._history.grants.values(),
            registration,
            UNLIMITED_SEATS if terms is None else terms.seats,
            int(private["at"]),
        )
        return (
            None
            if is_of_reader and is_so
            else Fault.DENIED_FOR_OTHER_REASON.of(entry=index, told=why.value)
        )

    def _block(self, number: int) -> Block | None:
        try:
            return self._chain.block(number)
        except DeploymentMismatch:  # the chain has no such block
            return None

    def _earliest(self, index: int) -> int:
        """Return the time of the last anchor that does not cover the entry: it came after that."""
        before = bisect.bisect_right(self._anchored_sizes, index)
        return self._anchors[before - 1].time if before else 0


def _is_of_reader(grant: GrantFact, private: dict[str, Any]) -> bool:
    salt, reader = bytes.fromhex(private["grant_salt"]), bytes.fromhex(private["reader"])
    try:
        check_opened(grant.grantee, salt, reader)
    except CommitmentMismatch:
        return False
    return True


def _why_not_live(
    index: int,
    grant: GrantFact | None,
    private: dict[str, Any],
    history: ChainHistory,
    block: int | None,
    at: int,
) -> Reason | None:
    """Return why the grant did not permit reading then, or None if it did.

    block: that of the decision; None if it was replaced, so that the times of grant and resource decide.
    """
    if grant is None:
        return Fault.NO_GRANT.of(entry=index)
    if (grant.digest.hex(), grant.steward.hex()) != (private["digest"], private["steward"]):
        return Fault.GRANT_FOR_OTHER_RESOURCE.of(entry=index)
    if not _is_of_reader(grant, private):
        return Fault.GRANT_OF_OTHER_READER.of(entry=index)
    if Scope.READ not in grant.scopes:
        return Fault.GRANT_WITHOUT_READING.of(entry=index)
    if not grant.is_live(block, at):
        return Fault.GRANT_NOT_LIVE.of(entry=index, block=int(private["block"]))
    registration = history.registrations.get((grant.digest, grant.steward))
    if registration is None:
        return Fault.RESOURCE_NOT_REGISTERED.of(entry=index)
    if registration.was_withdrawn(block, at):
        return Fault.RESOURCE_WITHDRAWN.of(entry=index)
    return None
