"""Find what is near to a resource, each with its reasons; anybody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Metadata, Registration
from ledger_service.ports.resources import NearReason, NearWork, Reason
from ledger_service.services.library import Library
from reading_room.recommendations.ports import RecommendationTables
from reading_room.recommendations.rules.nearness import LEFT_OUT, Near, people_of, subjects_of

Tables = Callable[[Any], RecommendationTables]
"""Makes the room's tables of a connection."""


def find_near(library: Library, tables: Tables, digest: Digest) -> list[NearWork]:
    """Return what is near to a resource, nearest first; empty if that is switched off or not known.

    What was withdrawn or superseded since is left out.
    """
    if not library.limits.recommends:
        return []
    with library.store.read() as transaction:
        kept = transaction.room(tables).near(digest)
        held = transaction.registrations.of_entries([one.entry for one in kept]) if kept else []
    standing = {item.accepted_entry: item for item in held if item.state not in LEFT_OUT}
    found = [(one, standing[one.entry]) for one in kept if one.entry in standing]
    if not found or found[0][1].digest != digest:
        return []
    itself = found[0][1].record
    return [_work(itself, one, item) for one, item in found[1:]]


def _work(itself: Metadata, near: Near, item: Registration) -> NearWork:
    return NearWork(item.digest, item.record, tuple(_reasons(itself, near, item.record)))


def _reasons(itself: Metadata, near: Near, record: Metadata) -> list[NearReason]:
    """Return why a work is near, by its record and the other's as they are now."""
    found = [NearReason(Reason.TOGETHER)] if near.is_together else []
    for reason, told in ((Reason.SUBJECT, subjects_of), (Reason.PERSON, people_of)):
        others = told(itself)
        shared = next((text for key, text in told(record).items() if key in others), None)
        if shared is not None:
            found.append(NearReason(reason, shared))
    return found or [NearReason(Reason.WORDS)]
