"""Begin a session of a token, know who acts in a session, and end it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import identify
from reading_room.desk.ports import DeskTables
from reading_room.desk.rules import KEY_BYTES, MOST_SESSIONS, Session, ends_at, name_of

Tables = Callable[[Any], DeskTables]
"""Makes the room's tables of a connection."""


@dataclass(frozen=True)
class Visitor:
    """Who works at the desk. until: when the session ends, in seconds since 1970 UTC."""

    caller: Caller
    until: int


def sign_in(library: Library, tables: Tables, caller: Caller, secret: str) -> tuple[str, Visitor]:
    """Return the key for the browser, and who it lets act. secret: the token that the caller sent.

    Raises:
        RoleNotHeld: it is a reader's, who has no desk.
        NotAuthenticated: the token was revoked meanwhile.
    """
    check_permitted(caller, Permission.DESK_ENTER)
    token, now, key = secret_digest(secret), library.clock(), secrets.token_hex(KEY_BYTES)
    with library.store.write() as transaction:
        found = transaction.access.find_token(token)
        if found is None:
            raise NotAuthenticated()
        session = Session(name_of(key), token, ends_at(now, found.expires_at))
        transaction.room(tables).add(session, now, MOST_SESSIONS)
    return key, Visitor(caller, session.until)


def visitor_of(library: Library, tables: Tables, key: str) -> Visitor:
    """Return who acts in the session of this key.

    Raises:
        NotAuthenticated: there is none, it has ended, or its token was revoked.
    """
    now = library.clock()
    with library.store.read() as transaction:
        session = transaction.room(tables).find(name_of(key))
        if session is None or session.until <= now:
            raise NotAuthenticated("session-ended")
        token = transaction.access.find_token(session.token)
    if token is None:
        raise NotAuthenticated("session-ended")
    return Visitor(identify(token, now, library.steward), session.until)


def sign_out(library: Library, tables: Tables, caller: Caller, key: str) -> None:
    """End the session of this key, if there is one; raise RoleNotHeld for whoever has no desk."""
    check_permitted(caller, Permission.DESK_ENTER)
    with library.store.write() as transaction:
        transaction.room(tables).remove(name_of(key))
