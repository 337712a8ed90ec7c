"""Act by the accounts that the contracts let act: a new one is taken up as soon as the index has it.

Nothing is stored of a rotation. The index says which accounts may act, the folder of the keys says which of
them are ours, and the newest of these signs. So a fork that takes a rotation back takes this back too.
Whether the ledger may be anchored is asked of the newest blocks as well, which the index has not read yet:
the contracts count an act from its block on (ADR 0162).
"""

from __future__ import annotations

import logging
from dataclasses import replace

from ledger_service.domain.chain.accounts.acting_accounts import (
    EVENTS,
    SIGNING_ROLES,
    ActingAccounts,
)
from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import ChainEvidenceMissing, LedgerError, Unavailable
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import EventTotals
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10  # after a key that did not open
WAITING_FOR = {
    "registrar": Reason("no-live-account.registrar"),
    "service": Reason("no-live-account.service"),
    "anchorer": Reason("no-live-account.anchorer"),
}
"""Why a job waits that nobody of ours may sign for now, by the role."""
SUSPENDED = Reason("own-steward-suspended")


def acting_accounts(library: Library, transaction: Transaction) -> ActingAccounts:
    """Return which accounts may act for this library, as the index has it."""
    found = ActingAccounts()
    for event in transaction.chain_index.events_named(EVENTS, _subjects(library)):
        found.apply(event)
    return found


def _subjects(library: Library) -> list[str]:
    return [library.steward.hex(), library.ledger.hex()]


class OwnAccounts:
    """What a worker knows of its library's accounts, kept up to date with the index."""

    def __init__(self) -> None:
        self._as_of: Block | None = None
        self._acting = ActingAccounts()
        self._looked_at: tuple[Block, Block] | None = None
        self._unconfirmed = ActingAccounts()
        self._used: dict[str, str] = {}
        self._again_at: dict[str, int] = {}
        self.lacks: list[Reason] = []
        self.holds_anchors = False

    def follow(self, library: Library) -> int:
        """Return how many roles are acted in by another account from now on.

        `lacks` tells afterwards of the roles in which nobody of ours may act. `holds_anchors`: what is first
        anchored now may never count, since the steward is suspended or has no registrar.

        Raises:
            ChainUnavailable: the node does not answer.
        """
        with library.store.read() as transaction:
            cursor = transaction.chain_index.cursor()
            if cursor is None:
                return 0
            self._read(library, transaction, cursor[0])
        now = max(cursor[0].time, library.clock())
        changed = [role for role in SIGNING_ROLES if self._take_up(library, role, now)]
        self.lacks = [reason for role in SIGNING_ROLES for reason in self._lack(library, role, now)]
        newest = self._newest(library, *cursor)
        if self._acting.is_suspended or (newest is not None and newest.is_suspended):
            self.lacks.insert(0, SUSPENDED)
        both = (self._acting, newest)
        self.holds_anchors = any(one is None or one.keeps_from_registering(now) for one in both)
        return len(changed)

    def _newest(
        self, library: Library, confirmed: Block, totals: EventTotals
    ) -> ActingAccounts | None:
        """Return who may act once the newest blocks count, too; None while the node's answer has a gap.

        That nothing is missing is not checked: the node may take up a fork meanwhile, and what it leaves out
        is noticed when the blocks are confirmed.
        """
        head = library.chain.head()
        if head.number <= confirmed.number:
            return self._acting
        if (confirmed, head) == self._looked_at:
            return self._unconfirmed
        acting = replace(self._acting, agents=dict(self._acting.agents))
        subjects = _subjects(library)
        try:
            parts = library.chain.read_events(confirmed.number + 1, head.number, totals)
            for event in (event for events, _ in parts for event in events):
                if event.name in EVENTS and event.subject in subjects:
                    acting.apply(event)
        except (
            ChainEvidenceMissing,
            KeyError,
        ) as exc:  # it may mix both sides of a fork, for a while
            logger.warning("nothing is anchored until the newest blocks can be read: %r", exc)
            return None
        self._looked_at, self._unconfirmed = (confirmed, head), acting
        return acting

    def _read(self, library: Library, transaction: Transaction, head: Block) -> None:
        """Fold in what came since the last look; all of it if a fork has taken the block of that look."""
        if head == self._as_of:
            return
        since = self._as_of
        if since is None or not transaction.chain_index.has(since):
            self._acting, since = ActingAccounts(), None
        above = -1 if since is None else since.number
        for event in transaction.chain_index.events_named(EVENTS, _subjects(library), above):
            self._acting.apply(event)
        self._as_of = head

    def _take_up(self, library: Library, role: str, now: int) -> bool:
        live = self._acting.live(role, now)
        if not live or live[-1] == self._used.get(role) or now < self._again_at.get(role, 0):
            return False
        held = library.chain.accounts(role)
        account = next((one for one in reversed(live) if one in held), None)
        if account is None or account == self._used.get(role):
            return False
        try:
            library.chain.act_by(role, account)
        except Unavailable:
            raise
        except LedgerError as exc:  # such as a password that is not in its place yet
            logger.warning("the key of %s 0x%s is not taken up: %s", role, account, exc.reason.name)
            self._again_at[role] = now + RETRY_SECONDS
            return False
        is_other = role in self._used
        self._used[role] = account
        if is_other:
            logger.warning("%s acts by 0x%s from now on", role, account)
            _wake(library, role)
        return is_other

    def _lack(self, library: Library, role: str, now: int) -> list[Reason]:
        live = self._acting.live(role, now)
        if not self._acting.is_known(role) or self._used.get(role) in live:
            return []
        if set(live) & set(library.chain.accounts(role)):
            return []  # it is ours, and is taken up as soon as its key opens
        return [WAITING_FOR[role]]


def _wake(library: Library, role: str) -> None:
    """Let what waited for somebody to sign be tried at once."""
    with library.store.write() as transaction:
        transaction.jobs.wake(WAITING_FOR[role].format(), library.clock())
