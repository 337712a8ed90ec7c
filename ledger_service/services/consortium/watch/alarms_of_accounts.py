"""What an account did on chain at or after the time as of which it was closed, as for a stolen key.

The contracts refuse whoever is outside of a window. So what there is to find was done between the time as
of which an account was closed and the block that closed it: a bounded part of the chain, read once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.history import AgentWindow
from ledger_service.domain.consortium.alarm import Alarm, AlarmKind
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.instant import instant
from ledger_service.domain.reasons import Value
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.standing import stewards_on_chain

MOST_KEPT = 1000  # digests and grants of one account that are looked at again
_REGISTERED, _GRANTED = "ResourceRegistered", "GrantIssued"


@dataclass
class _Deeds:
    """digests: that the account registered; grants: of its steward in that time, by end, whoever gave them.

    more: how many there are beyond what is kept.
    """

    digests: list[str] = field(default_factory=list)
    grants: dict[str, int] = field(default_factory=dict)
    more: int = 0
    first_at: int = 0


@dataclass
class ClosedAccounts:
    """Finds them, and remembers what each did: that part of the chain does not change."""

    _seen: dict[tuple[str, int, int], _Deeds] = field(default_factory=dict)

    def alarms(
        self, transaction: Transaction, stewards: Iterable[StewardId], now: int
    ) -> list[Alarm]:
        """Return an alarm for each account whose deeds still stand. now: seconds since 1970 UTC."""
        found = []
        for steward, on_chain in stewards_on_chain(transaction, stewards).items():
            for account, window in on_chain.agents.items():
                if window.closed_at is not None and window.until <= window.closed_at:
                    found += self._alarm(transaction, steward, account, window, now)
        return found

    def _alarm(
        self,
        transaction: Transaction,
        steward: StewardId,
        account: str,
        window: AgentWindow,
        now: int,
    ) -> list[Alarm]:
        deeds = self._deeds(transaction, steward, account, window)
        standing = _standing(transaction, steward, deeds.digests) + deeds.more
        grants = _live(transaction, deeds.grants, now)
        if not standing and not grants:
            return []
        values: dict[str, Value] = {
            "account": checksummed(account),
            "at": instant(window.until),
            "registrations": standing,
            "grants": grants,
        }
        kind = AlarmKind.CLOSED_ACCOUNT
        return [Alarm(steward, kind, values, deeds.first_at or window.until, about=account)]

    def _deeds(
        self, transaction: Transaction, steward: StewardId, account: str, window: AgentWindow
    ) -> _Deeds:
        assert window.closed_at is not None
        name = account, window.until, window.closed_at
        if name not in self._seen:
            self._seen[name] = _read(transaction, steward, account, window.until, window.closed_at)
        return self._seen[name]


def _read(
    transaction: Transaction, steward: StewardId, account: str, since: int, until: int
) -> _Deeds:
    deeds, names = _Deeds(), (_REGISTERED, _GRANTED)
    for event in transaction.chain_index.acted_in(names, since, until):
        if event.arguments.get("steward") != steward.hex():
            continue
        is_registration = event.name == _REGISTERED
        if is_registration and event.arguments.get("registrar") != account:
            continue
        deeds.first_at = deeds.first_at or event.block_time
        if len(deeds.digests) + len(deeds.grants) >= MOST_KEPT:
            deeds.more += is_registration
        elif is_registration:
            deeds.digests.append(event.subject)
        else:
            deeds.grants[event.subject] = event.number("until")
    return deeds


def _standing(transaction: Transaction, steward: StewardId, digests: list[str]) -> int:
    """Return how many of these the steward has not withdrawn."""
    events = transaction.chain_index.events_named(["ResourceWithdrawn"], digests) if digests else []
    gone = {event.subject for event in events if event.text("steward") == steward.hex()}
    return len(set(digests) - gone)


def _live(transaction: Transaction, grants: dict[str, int], now: int) -> int:
    """Return how many of these have not ended."""
    names = ["GrantReturned", "GrantRevoked"]
    events = transaction.chain_index.events_named(names, list(grants)) if grants else []
    ended = {event.subject for event in events}
    return sum(until > now for grant, until in grants.items() if grant not in ended)
