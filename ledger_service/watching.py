"""Composition: what a library does to watch others, and has others watch it, beside the worker's rounds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.adapters.remote_witness import RemoteWitness
from ledger_service.adapters.signer import check_ed25519
from ledger_service.config import Config
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.domain.publication.policy import Policy
from ledger_service.ports.publication import Mirrored
from ledger_service.services.consortium.copy_members import MemberCopies
from ledger_service.services.consortium.member_policy import own_member_policy
from ledger_service.services.consortium.watch.compare_anchors import compare_anchors
from ledger_service.services.consortium.watch.compare_rules import Rules
from ledger_service.services.consortium.watch.watch_members import Watch
from ledger_service.services.library import Library
from ledger_service.services.publication.copy_ledgers import TURN_SECONDS, Copying, Lane, Reach
from ledger_service.services.publication.gather_cosignatures import (
    AskedWitness,
    Gathering,
    Name,
)
from ledger_service.setup import load_policy

logger = logging.getLogger("muhr.worker")

SILENT_SECONDS = {Lane.QUICK: 5, Lane.PATIENT: 10}
WAIT_SECONDS = {Lane.QUICK: 0, Lane.PATIENT: 30}  # for a service that says when to ask again
FILE_BYTES = 2 * 2**20  # twice of what 256 entries of Muhr's have

Stops = Callable[[], bool]


def watch_steps(config: Config, library: Library) -> dict[str, Callable[[Stops], object]]:
    """Return the worker's steps, by name; raise InvalidInput, InvalidCheckpoint for a wrong setting."""
    guard = Guard(config.told_hosts)
    own = own_witness_of(config.own_witness) if config.own_witness else None
    rules = Rules(library)

    def look(mirrored: Mirrored) -> None:
        compare_anchors(library, mirrored)
        rules.ask(mirrored)

    copying = Copying(library, reach_files(guard), check_ed25519, own, look)
    gathering = make_gathering(library, PolicyInForce(config, library), guard)
    return {
        "copies of members": MemberCopies(library).work,
        "alarms": Watch(library, rules).work,
        **copying.steps(),
        **gathering.steps(),
    }


def reach_files(guard: Guard) -> Reach:
    """Return what opens the files of a ledger that is copied.

    What an operator added may be anywhere. A member's address is what the member says, and is asked only if
    the guard lets it through.
    """

    def reach(mirrored: Mirrored, lane: Lane) -> RemoteTiles:
        check = None
        if mirrored.member is not None:
            guard.check(mirrored.prefix)
            if refusal := guard.refusal(mirrored.prefix):
                raise ServiceUnavailable("ledger", url=mirrored.prefix, cause=refusal)
            check = guard.address_check(mirrored.prefix)
        return RemoteTiles(
            mirrored.prefix,
            silent_seconds=SILENT_SECONDS[lane],
            longest_wait=WAIT_SECONDS[lane],
            largest_bytes=FILE_BYTES,
            check_address=check,
            until=time.monotonic() + TURN_SECONDS[lane] + SILENT_SECONDS[lane],
        )

    return reach


class PolicyInForce:
    """Returns, when it is called, the policy of the library's ledger as it is then.

    The operator's own file wins. Without one, a member of a consortium has the policy that follows from its
    charter and from who the members are; any other library has no witness.
    """

    def __init__(self, config: Config, library: Library) -> None:
        self._config, self._library = config, library

    def __call__(self) -> Policy:
        """Return it; raise InvalidPolicy for a file that is malformed."""
        return self.read()[0]

    def read(self) -> tuple[Policy, bool]:
        """Return it, and whether it is the operator's own."""
        told = load_policy(self._config)
        if told.witnesses or told.unread or told.groups:
            return told, True
        of_members = own_member_policy(self._library)
        return (told, True) if of_members is None else (of_members, False)


def make_gathering(library: Library, policy: PolicyInForce, guard: Guard) -> Gathering:
    """Return what asks the witnesses of a policy, as it is then, so that a slow one delays nobody.

    Witnesses that announced themselves are asked only where the guard lets it.
    """
    told: set[str] = set()

    def names() -> list[Name]:
        in_force, is_operators = policy.read()
        for unread in in_force.unread:
            if unread.name not in told:
                logger.warning("no cosignature by %s: its key is of another algorithm", unread.name)
                told.add(unread.name)
        asked = [(one.key, one.url) for one in in_force.witnesses if one.url is not None]
        return [Name(key, url, not is_operators) for key, url in asked]

    def reach(name: Name) -> RemoteWitness:
        return RemoteWitness(name.url, guard if name.is_announced else None)

    return Gathering(library, names, reach, check_ed25519)


def own_witness_of(setting: str) -> AskedWitness:
    """Return the witness of a setting `KEY ADDRESS`; raise InvalidInput, InvalidCheckpoint."""
    key, _, address = setting.strip().partition(" ")
    return AskedWitness(WitnessKey.parse(key), RemoteWitness(address.strip()))
