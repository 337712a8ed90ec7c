"""Hand out access tokens, and know who calls by one. A token is shown once and kept as a digest."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from ledger_service.domain.errors import InvalidInput, NotAuthenticated, RoleNotHeld, UnknownReader
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.ports.people import Token
from ledger_service.ports.store import Clock, Store

ROLES = ("registrar", "reader", "auditor")
TOKEN_PREFIX = "muhr_"
LONGEST_LIFE_SECONDS = 366 * 86_400


def enroll_reader(store: Store) -> str:
    """Return the random name of a new reader, who is known only by it and by a key."""
    reader = secrets.token_hex(16)
    with store.write() as transaction:
        transaction.access.add_reader(reader, secrets.token_bytes(32))
    return reader


def issue_token(store: Store, clock: Clock, role: str, subject: str, seconds: int) -> str:
    """Return a new token for this role; subject is the reader's name for the role reader.

    Raises:
        InvalidInput: unknown role, or a life not between a second and 366 days.
        UnknownReader: a reader token for nobody.
    """
    if role not in ROLES:
        raise InvalidInput(f"“{role[:40]}” is not a role; choose one of {', '.join(ROLES)}.")
    if not 1 <= seconds <= LONGEST_LIFE_SECONDS:
        raise InvalidInput("A token lives between one second and 366 days.")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.write() as transaction:
        if role == "reader" and transaction.access.reader_key(subject) is None:
            raise UnknownReader(f"“{subject[:80]}” is not a reader of this library.")
        transaction.access.add_token(secret_digest(secret), Token(role, subject, clock() + seconds))
    return secret


def authenticate(store: Store, clock: Clock, secret: str, roles: Sequence[str] = ROLES) -> Token:
    """Return whose token this is, if it is of one of these roles; raise as `check_token` otherwise.

    Tokens are 256 random bits and looked up by their SHA-256, so the time of a look-up tells
    nothing about a token.
    """
    with store.read() as transaction:
        token = transaction.access.find_token(secret_digest(secret))
    return check_token(token, clock(), roles)


def check_token(token: Token | None, now: int, roles: Sequence[str]) -> Token:
    """Return the token that was found.

    Raises:
        NotAuthenticated: none was found, or it has expired.
        RoleNotHeld: it is of none of these roles.
    """
    if token is None or token.expires_at <= now:
        raise NotAuthenticated("The access token is unknown or has expired; ask for a new one.")
    if token.role not in roles:
        raise RoleNotHeld(
            f"This needs the role {' or '.join(roles)}; the token's role is {token.role}."
        )
    return token
