"""Find what is near to a resource, each with its reasons; anybody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import STATES_GONE, Metadata
from ledger_service.ports.resources import NearReason, NearWork, Reason
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.recommendations.ports import RecommendationTables
from reading_room.recommendations.rules.nearness import Near, people_of, subjects_of

Tables = Callable[[Any], RecommendationTables]
"""Makes the room's tables of a connection."""


def find_near(library: Library, tables: Tables, digest: Digest) -> list[NearWork]:
    """Return what is near to a resource, nearest first; empty if that is switched off or not known.

    What was withdrawn since, or is a newer version of itself, is left out.
    """
    if not library.limits.recommends:
        return []
    with library.store.read() as transaction:
        kept = transaction.room(tables).near(digest)
        itself = _record(transaction, digest) if kept else None
        if itself is None:
            return []
        found = ((one, _record(transaction, one.digest)) for one in kept)
        return [_work(itself, one, record) for one, record in found if record is not None]


def _record(transaction: Transaction, digest: Digest) -> Metadata | None:
    """Return what is said of a work that stands, None of one that is gone."""
    held = transaction.registrations.of_digest(digest)
    return next((item.record for item in held if item.state not in STATES_GONE), None)


def _work(itself: Metadata, near: Near, record: Metadata) -> NearWork:
    return NearWork(near.digest, record, tuple(_reasons(itself, near, record)))


def _reasons(itself: Metadata, near: Near, record: Metadata) -> list[NearReason]:
    """Return why a work is near, by its record and the other's as they are now."""
    found = [NearReason(Reason.TOGETHER)] if near.is_together else []
    for reason, told in ((Reason.SUBJECT, subjects_of), (Reason.PERSON, people_of)):
        others = told(itself)
        shared = next((text for key, text in told(record).items() if key in others), None)
        if shared is not None:
            found.append(NearReason(reason, shared))
    return found or [NearReason(Reason.WORDS)]
