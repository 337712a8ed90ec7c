"""The policy of a member's ledger: the other members' witnesses, and how many the charter asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.domain.publication.policy import NO_QUORUM, Group, Log, Policy, Witness
from ledger_service.services.consortium.list_members import KnownMember, list_members
from ledger_service.services.library import Library

QUORUM = "members"
"""The group's name in a policy."""
FILES_PATH = "/muhr"  # behind the address of a member's service


def own_member_policy(library: Library) -> Policy | None:
    """Return the policy of this library's own ledger; None for a library that is alone."""
    charter = library.charter
    if charter is None:
        return None
    log = Log(library.key, library.public_url + FILES_PATH)
    others = list_members(library, but_own=True)
    return policy_of(charter, log, others)


def policy_of(charter: Charter, log: Log, others: Iterable[KnownMember]) -> Policy:
    """Return the policy of a member's ledger. others: the members but this one.

    A member that is suspended, or whose announcement counts no more, does not count. If fewer have a witness
    than the charter asks for, all of them must have cosigned: a policy cannot ask for more, and `list_alarms`
    tells of it.
    """
    witnesses = [
        Witness(key.name, key, one.member.witness_url) for one, key in witness_keys(others)
    ]
    least = min(charter.quorum, len(witnesses))
    if least == 0:
        return Policy((log,), tuple(witnesses))
    group = Group(QUORUM, least, tuple(witness.name for witness in witnesses))
    return Policy((log,), tuple(witnesses), (group,), QUORUM)


def witness_keys(members: Iterable[KnownMember]) -> list[tuple[KnownMember, WitnessKey]]:
    """Return the members whose witness counts, each with its key.

    An announcement proves that its sender has the witness's key. So a key that two members announce is one
    that both have, and counts for neither: nobody counts twice.
    """
    told = [(one, one.member.witness_key) for one in members if one.is_heard]
    found = [(one, key) for one, key in told if key is not None]
    keys = Counter(key.public_key for _, key in found)
    names = Counter(key.name for _, key in found)
    return [
        (one, key)
        for one, key in found
        if (keys[key.public_key], names[key.name]) == (1, 1) and key.name not in (QUORUM, NO_QUORUM)
    ]
