"""Begin a session, know who acts in one, and end it.

The secret is 256 random bits, new at each sign-in; what a browser had before opens nothing from then on.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.session import (
    MOST_SESSIONS,
    SESSION_PREFIX,
    Subject,
    ends_at,
)
from ledger_service.domain.people.way import Way
from ledger_service.ports.people import KeptToken, Token
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify_by


@dataclass(frozen=True)
class Session:
    """Who acts in a browser. kept: the token that the session is, whose id opens nothing; secret: it does."""

    caller: Caller
    kept: KeptToken
    secret: str = field(repr=False)

    @property
    def until(self) -> int:
        """When it ends, in seconds since 1970 UTC."""
        return self.kept.token.expires_at


def begin_session(
    library: Library,
    subject: Subject,
    way: Way,
    parent: bytes | None = None,
    instead_of: str = "",
) -> tuple[str, int]:
    """Return the secret of a new session, and when it ends, in seconds since 1970 UTC.

    Whoever calls this has found out who the person is.

    Args:
        parent: the digest of the token that lets them in, if one does: the session ends with it, and may do
            no more than it.
        instead_of: the secret that the browser had before, whose session ends.

    Raises:
        NotAuthenticated: the token was revoked meanwhile, the reader erased, or the role taken away.
    """
    secret, now = SESSION_PREFIX + secrets.token_urlsafe(32), library.clock()
    with library.store.write() as transaction:
        by = _parent(transaction, parent, now)
        until = ends_at(subject.role, now, None if by is None else by.expires_at)
        scopes = None if by is None else by.scopes
        if not _stands(transaction, subject):
            raise NotAuthenticated("role-ended")
        if instead_of.startswith(SESSION_PREFIX):
            transaction.access.remove_token(secret_digest(instead_of))
        transaction.access.end_sessions(subject, now, MOST_SESSIONS - 1)
        token = Token(subject.role, subject.name, until, way, now, parent, scopes)
        transaction.access.add_token(secret_digest(secret), token)
    return secret, until


def find_session(library: Library, secret: str) -> Session:
    """Return who acts in the session of this secret.

    Raises:
        NotAuthenticated: there is none, it has ended, or what it was begun with was revoked.
    """
    if not secret.startswith(SESSION_PREFIX):  # nothing need be asked
        raise NotAuthenticated("session-ended")
    with library.store.read() as transaction:
        return session_in(library, transaction, secret)


def session_in(library: Library, transaction: Transaction, secret: str) -> Session:
    """Return the same as `find_session`, as this transaction sees it; raise likewise."""
    if not secret.startswith(SESSION_PREFIX):
        raise NotAuthenticated("session-ended")
    digest = secret_digest(secret)
    token, now = transaction.access.find_token(digest), library.clock()
    if token is None or token.expires_at <= now:
        raise NotAuthenticated("session-ended")
    caller = identify_by(transaction, token, now, library.steward)
    return Session(caller, KeptToken(digest, token), secret)


def nobody(library: Library) -> Caller:
    """Return the caller who is not signed in."""
    return Caller.anybody(library.steward)


def end_session(library: Library, secret: str) -> None:
    """End the session of this secret, if there is one; whoever has the secret may."""
    if secret.startswith(SESSION_PREFIX):
        with library.store.write() as transaction:
            transaction.access.remove_token(secret_digest(secret))


def end_sessions_of(transaction: Transaction, subject: Subject) -> None:
    """End all that lets somebody in, in this role: sessions and tokens, and what was made with them."""
    transaction.access.remove_all_of(subject)


def _stands(transaction: Transaction, subject: Subject) -> bool:
    """Return whether there is such a reader, or a colleague who has this role now."""
    if subject.role is Role.READER:
        return transaction.access.reader_key(subject.name) is not None
    colleague = transaction.colleagues.named(subject.name)
    return colleague is not None and subject.role in colleague.since


def standing_parent(transaction: Transaction, secret: str, now: int) -> KeptToken | None:
    """Return the token with which all ends that somebody makes whom this secret lets in.

    None: it stands by itself, as after signing in by a card.

    Raises:
        NotAuthenticated: the secret lets nobody in any more.
    """
    digest: bytes | None = secret_digest(secret)
    found = _parent(transaction, digest, now)
    if found is not None and found.way is not Way.TOKEN:  # a session, which its token outlives
        digest = found.parent
        found = _parent(transaction, digest, now)
    return None if digest is None or found is None else KeptToken(digest, found)


def _parent(transaction: Transaction, digest: bytes | None, now: int) -> Token | None:
    if digest is None:
        return None
    found = transaction.access.find_token(digest)
    if found is None or found.expires_at <= now:
        raise NotAuthenticated()
    return found
