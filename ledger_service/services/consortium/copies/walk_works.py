"""Note what members' ledgers say of open works, out of our copies of these ledgers.

A copy holds nothing that its ledger did not sign. What is noted can be noted again from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import InvalidEntry, LedgerError
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Relation, WithdrawalReason
from ledger_service.ports.consortium.copies import MemberCopyTable, MemberWork, WorkState
from ledger_service.ports.publication import Mirrored
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.library import Library

ENTRIES_AT_A_TIME = 2000  # looked at in one transaction
LEGAL = WithdrawalReason.LEGAL
CORRECTION = Relation.CORRECTION

Stops = Callable[[], bool]


def walk_works(library: Library, steward: StewardId, mirrored: Mirrored, stops: Stops) -> int:
    """Return how many entries of a member's ledger were looked at: all new ones, unless it was stopped."""
    looked = 0
    while not stops():
        with library.store.read() as transaction:
            start = transaction.member_copies.walked_to(steward)
        with library.mirrors.store(mirrored.id).read() as copied:
            size = min(copied.ledger.size(), start + ENTRIES_AT_A_TIME)
            bodies = copied.ledger.entries(start, size - start) if size > start else []
        if not bodies:
            break
        with library.store.write() as transaction:
            table, licenses = transaction.member_copies, OpenLicenses(transaction)
            if table.walked_to(steward) != start:
                break  # another worker goes on with it
            for index, body in enumerate(bodies, start):
                _fold(table, licenses, steward, index, body)
            table.walk_to(steward, start + len(bodies))
        looked += len(bodies)
    return looked


def _fold(
    table: MemberCopyTable, licenses: OpenLicenses, steward: StewardId, index: int, body: bytes
) -> None:
    try:
        entry = Entry.parse(body)
        facts = entry.facts
        if facts.get("steward") != steward.hex() or "digest" not in facts:
            return
        digest = Digest.parse(str(facts["digest"]))
        before = table.work(steward, digest)
        if entry.kind in ("accepted", "registered"):
            after = _taken_in(steward, digest, index, facts, before, licenses)
        else:
            after = None if before is None else _changed(before, entry.kind, facts)
    except (InvalidEntry, LedgerError):  # an audit tells of it
        return
    if after is not None and after != before:
        table.keep_work(replace(after, entry=index))


def _taken_in(
    steward: StewardId,
    digest: Digest,
    index: int,
    facts: Mapping[str, str | int],
    before: MemberWork | None,
    licenses: OpenLicenses,
) -> MemberWork | None:
    license = LicenseId.parse(str(facts["license"]))
    if licenses.is_open(license) is False and before is None:
        return None
    work = MemberWork(steward, digest, ContentId.parse(str(facts["cid"])), license, index)
    if before is not None and before.state in (WorkState.LEGAL, WorkState.WITHDRAWN):
        return replace(work, state=before.state)  # a digest is withdrawn for good
    return work


def _changed(before: MemberWork, kind: str, facts: Mapping[str, str | int]) -> MemberWork | None:
    if kind == "withdrawn":
        is_legal = facts["code"] == LEGAL
        return replace(before, state=WorkState.LEGAL if is_legal else WorkState.WITHDRAWN)
    if kind == "rejected":
        return replace(before, state=WorkState.REJECTED)
    if kind == "superseded" and facts["relation"] == CORRECTION:
        is_standing = before.state is WorkState.STANDING
        return replace(before, state=WorkState.CORRECTED) if is_standing else None
    if kind == "taken-back" and facts["relation"] == CORRECTION:
        is_corrected = before.state is WorkState.CORRECTED
        return replace(before, state=WorkState.STANDING) if is_corrected else None
    return None
