"""Get blocks again that were found lost here, from members that have them: of our own open works, and copies.

What is lost is noted where it is read or checked, so that a reader who meets a damaged block has to wait for
the next try only.
"""

from __future__ import annotations

import logging

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.errors import ContentCorrupt, ContentNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.consortium.copies import BlockSources, MemberWork
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.copies.choose_copies import Circle, Decision, decide
from ledger_service.services.consortium.copies.fetch_blocks import Pace, opened_finder
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.copies")

LOST_AT_A_TIME = 20


def repair_content(library: Library, sources: BlockSources, circle: Circle, pace: Pace) -> int:
    """Return how many files were made whole again. What nobody has stays noted for the next check only.

    Raises:
        Stopped: nothing more is to be got.
    """
    repaired = 0
    for cid in library.content.lost(LOST_AT_A_TIME):
        with library.store.read() as transaction:
            decision = _decision_of(library, transaction, circle, cid)
        if decision is not None:
            repaired += _repair(library, sources, circle, decision, pace)
        library.content.forget_lost(cid)
    return repaired


def _repair(
    library: Library, sources: BlockSources, circle: Circle, decision: Decision, pace: Pace
) -> bool:
    try:
        with opened_finder(sources, circle, pace, decision) as find:
            library.content.bring(decision.cid, decision.digest, find, lambda _: None)
    except (ContentNotFound, ContentCorrupt) as exc:
        logger.warning("%s is not repaired: %s", decision.cid, exc)
        return False
    logger.info("%s was repaired from another member's", decision.cid)
    return True


def _decision_of(
    library: Library, transaction: Transaction, circle: Circle, cid: ContentId
) -> Decision | None:
    """Return who may have what is lost, None for what is neither our own open work nor a copy."""
    copy = transaction.member_copies.copy(cid)
    licenses = OpenLicenses(transaction)
    if copy is not None and copy.is_kept:
        works = [one for one in transaction.member_copies.works_of(copy.digest) if one.cid == cid]
        found = decide(transaction, circle, licenses, cid, works)
        return next((one for one in found if one.digest == copy.digest and one.stands), None)
    digest = _own_digest(library, transaction, cid)
    if digest is None:
        return None
    works = [one for one in transaction.member_copies.works_of(digest) if one.cid == cid]
    license = transaction.registrations.find(digest, library.steward)
    assert license is not None
    own = MemberWork(library.steward, digest, cid, license.license, license.accepted_entry)
    found = decide(transaction, circle, licenses, cid, [*works, own])
    return next((one for one in found if one.is_own), None)


def _own_digest(library: Library, transaction: Transaction, cid: ContentId) -> Digest | None:
    """Return the digest of our own work with this CID, if there is one."""
    if cid.codec == RAW:
        own = transaction.registrations.find(Digest(cid.digest), library.steward)
        return None if own is None else own.digest
    return transaction.member_copies.digest_of(cid, library.steward)
