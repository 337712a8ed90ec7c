"""Look at all members now and then, and keep which alarms there are: begun once, told once, ended once.

Only what was checked here counts: our own copies, our own index of the chain, signatures. What a member says
of another raises nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ledger_service.domain.consortium.alarm import FOR_EVER, Alarm, AlarmKind
from ledger_service.domain.identifiers import StewardId
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.list_members import KnownMember, list_members
from ledger_service.services.consortium.watch.alarms_of_accounts import ClosedAccounts
from ledger_service.services.consortium.watch.alarms_of_copies import alarms_of_copy
from ledger_service.services.consortium.watch.alarms_of_rules import (
    alarms_of_announcements,
    alarms_of_quorum,
)
from ledger_service.services.consortium.watch.compare_rules import Rules
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.alarms")

WATCH_SECONDS = 10.0
ANCHOR_KINDS = frozenset({AlarmKind.NOT_ANCHORED, AlarmKind.WITHHELD})


@dataclass
class Watch:
    """The worker's step. rules: what was heard of the members' rules."""

    library: Library
    rules: Rules
    _accounts: ClosedAccounts = field(default_factory=ClosedAccounts)
    _due_at: float = 0.0

    def work(self, stops: Callable[[], bool]) -> None:
        """Do what is due now: nothing for a library that is alone."""
        if stops() or time.monotonic() < self._due_at or self.library.charter is None:
            return
        self._due_at = time.monotonic() + WATCH_SECONDS
        self.look()

    def look(self) -> None:
        """Find what is wrong now, and keep it."""
        library, charter = self.library, self.library.charter
        assert charter is not None
        members = list_members(library)
        with library.store.read() as transaction:
            is_following = _is_following(library, transaction)
            kept = transaction.alarms.all()
            found = self._found(transaction, members, is_following=is_following)
        found += alarms_of_quorum(library, charter, members)
        found += alarms_of_announcements(library, members)
        unsure = {(steward, kind) for steward, kind in self._unsure(members)}
        if not is_following:
            unsure |= {(one.member.steward, kind) for one in members for kind in ANCHOR_KINDS}
        _settle(library, kept, found, unsure)

    def _found(
        self, transaction: Transaction, members: list[KnownMember], *, is_following: bool
    ) -> list[Alarm]:
        library, found = self.library, []
        for one in members:
            if not one.is_own:
                found += alarms_of_copy(library, transaction, one, is_following=is_following)
        stewards = {library.steward, *(one.member.steward for one in members)}
        found += self._accounts.alarms(transaction, stewards, library.clock())
        for steward in stewards:
            if values := self.rules.differing(steward):
                kind = AlarmKind.RULES_DIFFER
                found.append(Alarm(steward, kind, values, library.clock()))
        return found

    def _unsure(self, members: list[KnownMember]) -> Iterable[tuple[StewardId, AlarmKind]]:
        """Yield of whose rules nothing was heard since this process began."""
        for one in members:
            if self.rules.differing(one.member.steward) is None:
                yield one.member.steward, AlarmKind.RULES_DIFFER


def _is_following(library: Library, transaction: Transaction) -> bool:
    """Return whether our own index keeps up with the chain, by what the worker told last."""
    state = transaction.worker_state.read()
    rests = None if state.last_round is None else library.clock() - state.last_round
    return rests is not None and rests <= library.limits.rest_seconds and state.waits is None


def _settle(
    library: Library,
    kept: list[Alarm],
    found: list[Alarm],
    unsure: set[tuple[StewardId, AlarmKind]],
) -> None:
    """Keep what is new, as of when it began; end what is no more."""
    before = {alarm.name: alarm for alarm in kept}
    now = {alarm.name: alarm for alarm in found}
    changed = []
    for name, alarm in now.items():
        known = before.get(name)
        as_known = alarm if known is None else replace(alarm, since=min(known.since, alarm.since))
        if known is not None and known.kind in FOR_EVER and known.evidence is not None:
            as_known = replace(known, evidence=_better(known.evidence, alarm.evidence))
        if as_known != known:
            changed.append((known, as_known))
    ended = [
        alarm
        for name, alarm in before.items()
        if name not in now and alarm.kind not in FOR_EVER and (name[0], name[1]) not in unsure
    ]
    if not changed and not ended:
        return
    with library.store.write() as transaction:
        for _, alarm in changed:
            transaction.alarms.keep(alarm)
        for alarm in ended:
            transaction.alarms.end(alarm)
    for known, alarm in changed:
        if known is None:
            logger.error("alarm about steward %s begins: %s", alarm.steward.hex(), alarm.reason)
    for alarm in ended:
        logger.warning("alarm about steward %s ends: %s", alarm.steward.hex(), alarm.reason)


def _better(kept: str, found: str | None) -> str:
    """Return the evidence that proves more: a proof is JSON, a mere note is not."""
    return found if found is not None and found.startswith("{") > kept.startswith("{") else kept
