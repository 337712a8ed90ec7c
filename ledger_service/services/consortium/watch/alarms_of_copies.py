"""What is wrong with a member's ledger, by our own copy of it and our own index of the chain."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from ledger_service.domain.consortium.alarm import Alarm, AlarmKind
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.reasons import Value
from ledger_service.ports.publication import Mirrored
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.list_members import KnownMember
from ledger_service.services.library import Library

BEHIND_TIMES = 6  # so often `lag_seconds` that a copy may take that is under way
MOST_ANCHORS = 1000
MOST_CHECKPOINTS = 200
_DOES_NOT_ANSWER = frozenset({"service-unavailable", "tile-not-found", "invalid-receiver"})


def alarms_of_copy(
    library: Library, transaction: Transaction, known: KnownMember, *, is_following: bool
) -> list[Alarm]:
    """Return what is wrong now. is_following: whether our own index keeps up with the chain."""
    mirrored = library.mirrors.of_ledger(known.member.key.name)
    if mirrored is None:
        return []
    if mirrored.key != known.member.key:
        values = {"copied": mirrored.key.format(), "announced": known.member.key.format()}
        return [_alarm(known, AlarmKind.KEY_DIFFERS, library.clock(), **values)]
    found = [*_forks(library, known, mirrored), *_faults(library, known, mirrored)]
    if is_following:
        found += _anchors(library, transaction, known, mirrored)
    return found


def _forks(library: Library, known: KnownMember, mirrored: Mirrored) -> list[Alarm]:
    found, now = [], library.clock()
    if mirrored.fork is not None:
        size = Checkpoint.of_note(mirrored.fork).size
        evidence = mirrored.proof or mirrored.fork
        alarm = _alarm(known, AlarmKind.FORK, now, size=size)
        found.append(replace(alarm, evidence=evidence))
    if mirrored.against is not None:
        found.append(_alarm(known, AlarmKind.AGAINST_ANCHOR, now, **mirrored.against.values))
    return found


def _faults(library: Library, known: KnownMember, mirrored: Mirrored) -> list[Alarm]:
    """Return why the copy is not brought up to date, if that goes on for too long."""
    now, lag = library.clock(), library.limits.lag_seconds
    since = mirrored.held_at or known.heard_at
    fault = mirrored.fault
    if fault is None:
        if now - since <= BEHIND_TIMES * lag:
            return []
        with library.mirrors.store(mirrored.id).read() as copied:
            size = copied.ledger.size()
        return [_alarm(known, AlarmKind.BEHIND, since, size=size)]
    if now - since <= lag:
        return []
    slug, kind = fault.name.partition(".")[0], AlarmKind.WRONG_FILES
    if slug in _DOES_NOT_ANSWER:
        kind = AlarmKind.AWAY
    elif slug == "storage-full":
        return [_alarm(known, AlarmKind.NO_ROOM, since)]
    return [_alarm(known, kind, since, why=fault)]


def _anchors(
    library: Library, transaction: Transaction, known: KnownMember, mirrored: Mirrored
) -> list[Alarm]:
    """Return whether the ledger grows without anchors, or anchors what it does not hand out."""
    if known.is_suspended or mirrored.has_forked:
        return []
    now, lag = library.clock(), library.limits.lag_seconds
    with library.mirrors.store(mirrored.id).read() as copied:
        size = copied.ledger.size()
        checkpoints = copied.checkpoints.recent(MOST_CHECKPOINTS)
    anchored, beyond = 0, None
    anchors = transaction.chain_index.newest_of(known.member.ledger.hex(), "CheckpointAnchored")
    for event in islice(anchors, MOST_ANCHORS):
        anchored = max(anchored, event.number("size"))
        if event.number("size") <= size:
            break
        beyond = event.block_time
    if beyond is not None:
        if now - beyond <= lag:
            return []
        return [_alarm(known, AlarmKind.WITHHELD, beyond, anchored=anchored, size=size)]
    waiting = [at for signed, at in checkpoints if signed.size > anchored]
    if not waiting or now - min(waiting) <= lag:
        return []
    count = checkpoints[0][0].size - anchored
    return [_alarm(known, AlarmKind.NOT_ANCHORED, min(waiting), count=count, size=anchored)]


def _alarm(known: KnownMember, kind: AlarmKind, since: int, **values: Value) -> Alarm:
    return Alarm(known.member.steward, kind, values, since)
