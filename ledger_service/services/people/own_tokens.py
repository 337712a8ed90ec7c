"""Make a token of one's own that may do less and ends, and end everything but the browser in which one is."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from ledger_service.domain.errors import InvalidInput, RoleNotHeld
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import HELD, Permission, reach
from ledger_service.domain.people.way import Way
from ledger_service.ports.paging import PageRequest, every
from ledger_service.ports.people import KeptToken, Token, TokenFilter
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.services.people.begin_session import standing_parent
from ledger_service.services.people.grant_access import LONGEST_LIFE_SECONDS, TOKEN_PREFIX
from ledger_service.services.people.record_act import record_act

MOST_OWN = 50  # tokens and sessions of one person that do not end by themselves soon
MOST_LISTED = 100


def own_scopes(roles: Collection[Role], scopes: Collection[str] | None) -> list[Permission]:
    """Return the permissions that a token may have that is made by whoever has these roles and scopes."""
    held = frozenset[Permission]().union(*(HELD[role] for role in roles))
    return [item for item in Permission if item in held and (scopes is None or item in scopes)]


def make_token(
    store: Store, clock: Clock, caller: Caller, by: str, scopes: Collection[str], seconds: int
) -> tuple[str, KeptToken]:
    """Return the secret of a new token of the caller's own, which is shown this once, and the token.

    It ends with the token by which it is made, and no later; one made by who signed in with a card, a passkey
    or the like stands by itself.

    Args:
        by: the secret that lets the caller in now. scopes: all that it may do, by the names of permissions.

    Raises:
        InvalidInput: no scope, a life not between a second and 366 days, or too many tokens.
        RoleNotHeld: a scope that the caller does not have. NotAuthenticated: `by` was revoked meanwhile.
    """
    reach(caller, Permission.TOKEN_MAKE)
    if not 1 <= seconds <= LONGEST_LIFE_SECONDS:
        raise InvalidInput("token-lifetime")
    wanted = frozenset(scopes)
    _check_scopes(caller, wanted)
    secret, now = TOKEN_PREFIX + secrets.token_urlsafe(32), clock()
    with store.write() as transaction:
        parent = standing_parent(transaction, by, now)
        _check_room(transaction, caller)
        until = now + seconds if parent is None else min(now + seconds, parent.token.expires_at)
        [role] = caller.roles
        token = Token(
            role,
            caller.subject,
            until,
            Way.TOKEN,
            now,
            None if parent is None else parent.digest,
            wanted,
        )
        kept = KeptToken(secret_digest(secret), token)
        transaction.access.add_token(*kept)
        record_act(transaction, caller, now, ActKind.TOKEN_ISSUED, kept.id)
    return secret, kept


def list_own(store: Store, caller: Caller) -> list[KeptToken]:
    """Return the tokens and sessions of the caller in this role, what ends last first."""
    reach(caller, Permission.TOKEN_REVOKE)
    with store.read() as transaction:
        found = transaction.access.page_of_tokens(_own(caller), PageRequest("", MOST_LISTED)).items
    return sorted(found, key=lambda kept: -kept.token.expires_at)


def end_all_others(store: Store, clock: Clock, caller: Caller, kept_secret: str) -> int:
    """End all that lets the caller in but this secret and what it was begun with; return how many."""
    reach(caller, Permission.TOKEN_REVOKE)
    with store.write() as transaction:
        mine = transaction.access.find_token(secret_digest(kept_secret))
        standing = {secret_digest(kept_secret)} | ({mine.parent} if mine else set())
        found = list(every(lambda page: transaction.access.page_of_tokens(_own(caller), page)))
        ended = [kept for kept in found if kept.digest not in standing]
        for kept in ended:
            transaction.access.remove_token(kept.digest)
            record_act(transaction, caller, clock(), ActKind.TOKEN_REVOKED, kept.id)
    return len(ended)


def _own(caller: Caller) -> TokenFilter:
    [role] = caller.roles
    return TokenFilter(frozenset(), caller.subject, frozenset({role}), role, caller.subject)


def _check_scopes(caller: Caller, wanted: frozenset[str]) -> None:
    may = frozenset(item.value for item in own_scopes(caller.roles, caller.scopes))
    if not wanted:
        raise InvalidInput("token-scopes", scopes=", ".join(sorted(may)))
    beyond = sorted(wanted - may)
    if beyond:
        raise RoleNotHeld("scopes", beyond=", ".join(beyond)[:200], scopes=", ".join(sorted(may)))


def _check_room(transaction: Transaction, caller: Caller) -> None:
    found = transaction.access.page_of_tokens(_own(caller), PageRequest("", MOST_LISTED)).items
    made = sum(kept.token.way is Way.TOKEN for kept in found)
    if made >= MOST_OWN:
        raise InvalidInput("token-count", most=MOST_OWN)
