"""What is wrong with the quorum, the rules, and what members announce."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ledger_service.domain.consortium.alarm import Alarm, AlarmKind
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidCheckpoint, QuorumNotMet, VerificationError
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import CheckSignature
from ledger_service.domain.publication.policy import Log, Policy
from ledger_service.ports.store import Store
from ledger_service.services.consortium.list_members import KnownMember
from ledger_service.services.consortium.member_policy import FILES_PATH, policy_of, witness_keys
from ledger_service.services.library import Library

MOST_CHECKPOINTS = 400  # of a ledger that are looked at for cosignatures
_NOT_ITS_OWN = frozenset({"invalid-member", "member-address-of-other"})


def alarms_of_quorum(
    library: Library, charter: Charter, members: Sequence[KnownMember]
) -> list[Alarm]:
    """Return whose checkpoints lacked cosignatures for too long, and whether there are too few witnesses."""
    if charter.quorum == 0:
        return []
    found, others = [], [one for one in members if not one.is_own]
    own = policy_of(charter, Log(library.key, library.public_url + FILES_PATH), others)
    if len(own.witnesses) < charter.quorum:
        values = {"quorum": charter.quorum, "count": len(own.witnesses)}
        kind = AlarmKind.QUORUM_TOO_LARGE
        found.append(Alarm(library.steward, kind, values, library.clock()))
    found += _missed(library, library.steward, library.store, own, library.clock())
    for one in others:
        mirrored = library.mirrors.of_ledger(one.member.key.name)
        if one.is_suspended or mirrored is None or mirrored.key != one.member.key:
            continue
        log = Log(one.member.key, one.member.url + FILES_PATH)
        policy = policy_of(charter, log, [other for other in members if other is not one])
        copy = library.mirrors.store(mirrored.id)
        found += _missed(library, one.member.steward, copy, policy, mirrored.held_at)
    return found


def alarms_of_announcements(library: Library, members: Sequence[KnownMember]) -> list[Alarm]:
    """Return whose announcement counts no more, or names a witness that another announced."""
    found, now = [], library.clock()
    counted = {one.member.steward for one, _ in witness_keys(members)}
    for one in members:
        steward = one.member.steward
        if one.fault is not None and one.fault.name.partition(".")[0] in _NOT_ITS_OWN:
            found.append(Alarm(steward, AlarmKind.ANNOUNCEMENT, {"why": one.fault}, now))
        if one.member.witness and one.is_heard and steward not in counted:
            values = {"witness": one.member.witness}
            found.append(Alarm(steward, AlarmKind.WITNESS_SHARED, values, now))
    return found


def _missed(
    library: Library, steward: StewardId, store: Store, policy: Policy, as_of: int
) -> list[Alarm]:
    """Return whether no checkpoint of a ledger has met its policy for too long.

    as_of: when it was seen last; what others signed since then cannot be known.
    """
    if not policy.groups:
        return []
    before = as_of - library.limits.lag_seconds
    text, least, check = policy.format(), policy.groups[0].threshold, library.check_signature
    with store.read() as transaction:
        checkpoints = transaction.checkpoints.recent(MOST_CHECKPOINTS)
    for signed, at in checkpoints:
        if _meets(text, signed.note, check):
            return []
        if at <= before:
            return [Alarm(steward, AlarmKind.QUORUM_MISSED, {"quorum": least}, at)]
    return []


@lru_cache(maxsize=4096)
def _meets(policy: bytes, note: str, check_signature: CheckSignature) -> bool:
    try:
        Policy.parse(policy).check(note, check_signature)
    except (QuorumNotMet, VerificationError, InvalidCheckpoint):
        return False
    return True
