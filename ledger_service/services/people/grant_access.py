"""Hand out access tokens, and know who calls by one. A token is shown once and kept as a digest."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace

from ledger_service.domain.errors import InvalidInput, NotAuthenticated, RoleNotHeld, UnknownReader
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import TOKEN_ROLES, Caller, Role, check_holder
from ledger_service.domain.people.permission import HELD, Permission, Thing, check_permitted
from ledger_service.domain.people.way import Way
from ledger_service.ports.people import KeptToken, Token
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.keep_colleagues import give_role
from ledger_service.services.people.record_act import record_act

TOKEN_PREFIX = "muhr_"
LONGEST_LIFE_SECONDS = 366 * 86_400
READER_TOKEN_SECONDS = 90 * 86_400
"""For which the token holds that a reader gets when enrolled."""


def enroll_reader(store: Store, caller: Caller) -> str:
    """Return the random name of a new reader, who is known only by it and by a key."""
    check_permitted(caller, Permission.READER_ENROLL)
    reader = secrets.token_hex(16)
    with store.write() as transaction:
        transaction.access.add_reader(reader, secrets.token_bytes(32))
    return reader


def issue_token(
    store: Store,
    clock: Clock,
    caller: Caller,
    role: Role,
    subject: str,
    seconds: int,
    scopes: Collection[str] = (),
) -> str:
    """Return a new token. subject: a reader's random name, or the name by which staff are told apart.

    scopes: the only permissions that it has, by their names; by default all of the role.

    Raises:
        InvalidInput: a role that no token has, or a life not between a second and 366 days.
        InvalidHolder: staff cannot be named so.
        UnknownReader: a reader token for nobody.
        RoleNotHeld: the role has not all these permissions; or the caller makes no tokens of this role.
    """
    if role not in TOKEN_ROLES:
        raise InvalidInput("role-of-no-token", role=role, roles=", ".join(TOKEN_ROLES))
    if not 1 <= seconds <= LONGEST_LIFE_SECONDS:
        raise InvalidInput("token-lifetime")
    is_reader = role is Role.READER
    action = Permission.READER_ENROLL if is_reader else Permission.TOKEN_ISSUE
    check_permitted(caller, action, Thing.of_token(role, subject))
    if not is_reader:
        check_holder(subject)
    narrowed = frozenset(scopes) or None
    beyond = sorted((narrowed or frozenset()) - {item.value for item in HELD[role]})
    if beyond:
        raise RoleNotHeld("scopes", beyond=", ".join(beyond)[:200], scopes=", ".join(HELD[role]))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.write() as transaction:
        if is_reader and transaction.access.reader_key(subject) is None:
            raise UnknownReader(reader=subject[:80])
        now = clock()
        token = Token(role, subject, now + seconds, made_at=now, scopes=narrowed)
        kept = KeptToken(secret_digest(secret), token)
        transaction.access.add_token(*kept)
        if not is_reader:
            give_role(transaction, caller, subject, role, clock())
        record_act(transaction, caller, clock(), ActKind.TOKEN_ISSUED, kept.id)
    return secret


def known_token(store: Store, clock: Clock, secret: str) -> KeptToken:
    """Return the token of this secret, with which a session may begin; raise NotAuthenticated."""
    digest = secret_digest(secret)
    with store.read() as transaction:
        found = transaction.access.find_token(digest)
    if found is None or found.expires_at <= clock() or found.way is not Way.TOKEN:
        raise NotAuthenticated()
    return KeptToken(digest, found)


def authenticate(store: Store, clock: Clock, steward: StewardId, secret: str) -> Caller:
    """Return who calls with this token; raise as `identify` otherwise.

    Tokens are 256 random bits and looked up by their SHA-256, so the time of a look-up tells
    nothing about a token.
    """
    with store.read() as transaction:
        token = transaction.access.find_token(secret_digest(secret))
        return identify_by(transaction, token, clock(), steward)


def identify_again(library: Library, transaction: Transaction, token: bytes) -> Caller:
    """Return who holds a token now, whose SHA-256 this is; raise as `identify`.

    For who was let in by it and stays, such as by a WebSocket.
    """
    found = transaction.access.find_token(token)
    return identify_by(transaction, found, library.clock(), library.steward)


def identify_by(
    transaction: Transaction, token: Token | None, now: int, steward: StewardId
) -> Caller:
    """Return who holds the token, an auditor with the cases that stand now; raise as `identify`."""
    caller = identify(token, now, steward)
    if Role.AUDITOR not in caller.roles:
        return caller
    return replace(caller, cases=tuple(transaction.cases.standing(caller.subject, now)))


def identify(token: Token | None, now: int, steward: StewardId) -> Caller:
    """Return who holds the token that was found; raise NotAuthenticated for none, or an expired one."""
    if token is None or token.expires_at <= now:
        raise NotAuthenticated()
    return Caller.of_token(token.role, token.subject, steward, token.scopes)
