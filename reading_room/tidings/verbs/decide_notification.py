"""Decide what others notify the library of: librarians accept or refuse it, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import (
    NotificationDecided,
    NotificationNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.tidings.ports import (
    HookTable,
    KeptNotification,
    LetterTable,
    NotificationTable,
    PeerTable,
)
from reading_room.tidings.rules.announcement import Addressee, Sender, format_reply
from reading_room.tidings.rules.endorsement import Endorsement
from reading_room.tidings.rules.notification import OFFERS, NotificationState, Pattern

MOST_ENDORSEMENTS = 100  # of one resource that are shown


class NotificationTables(NamedTuple):
    """Make tables of a connection."""

    notifications: Callable[[Any], NotificationTable]
    peers: Callable[[Any], PeerTable]
    hooks: Callable[[Any], HookTable]
    letters: Callable[[Any], LetterTable]


def list_notifications(
    library: Library,
    tables: NotificationTables,
    caller: Caller,
    page: PageRequest,
    state: NotificationState | None = None,
) -> Page[KeptNotification]:
    """Return a page of notifications, newest first; raise InvalidCursor."""
    check_permitted(caller, Permission.NOTIFICATION_DECIDE)
    with library.store.read() as transaction:
        return transaction.room(tables.notifications).page(page, state)


def show_notification(
    library: Library, tables: NotificationTables, caller: Caller, number: int
) -> KeptNotification:
    """Return a notification; raise NotificationNotFound."""
    check_permitted(caller, Permission.NOTIFICATION_DECIDE)
    with library.store.read() as transaction:
        return _find(transaction.room(tables.notifications), number)


def list_endorsements(
    library: Library, tables: NotificationTables, digest: Digest
) -> list[tuple[Endorsement, int]]:
    """Return who endorses a resource, newest first, each with the entry that attests it; anybody may."""
    with library.store.read() as transaction:
        found = transaction.room(tables.notifications).accepted_about(digest, MOST_ENDORSEMENTS)
    return [(endorsement_of(item), item.entry) for item in found if item.entry is not None]


def decide_notification(
    library: Library,
    tables: NotificationTables,
    caller: Caller,
    number: int,
    *,
    is_accepted: bool,
) -> KeptNotification:
    """Accept or refuse a notification that waits, and return it.

    An endorsement that is accepted becomes a statement, which the ledger attests. Whoever offered something
    is answered, if they have an inbox that is told.

    Raises:
        NotificationNotFound: there is none. NotificationDecided: it waits no more.
    """
    check_permitted(caller, Permission.NOTIFICATION_DECIDE)
    with library.store.write() as transaction:
        room, now = transaction.room(tables.notifications), library.clock()
        item = _find(room, number)
        if item.state is not NotificationState.PENDING:
            raise NotificationDecided(number=number)
        state = NotificationState.ACCEPTED if is_accepted else NotificationState.REFUSED
        statement = entry = None
        if is_accepted and item.says.pattern is Pattern.ANNOUNCE_ENDORSEMENT:
            statement = Digest.of(endorsement_of(item).statement())
            entry, _ = append_statement(
                transaction, StatementType.ENDORSEMENT, statement, library.steward, now
            )
        room.decide(number, state, now, statement, entry)
        if item.says.pattern in OFFERS:
            _answer(library, transaction, tables, item, is_accepted=is_accepted)
        kinds = (ActKind.NOTIFICATION_REFUSED, ActKind.NOTIFICATION_ACCEPTED)
        record_act(transaction, caller, now, kinds[is_accepted], number, entry)
        return _find(room, number)


def endorsement_of(item: KeptNotification) -> Endorsement:
    """Return what is stated of an announcement of an endorsement."""
    assert item.says.digest is not None  # of its pattern
    body = foreign_json.parse(item.body)
    return Endorsement(
        resource=item.says.digest,
        by=str(body["origin"]["id"]).rstrip("/"),  # as it was checked when it came
        endorsement=item.says.object,
        notification=Digest.of(item.body),
        at=item.received_at,
    )


def _answer(
    library: Library,
    transaction: Transaction,
    tables: NotificationTables,
    item: KeptNotification,
    *,
    is_accepted: bool,
) -> None:
    peer = transaction.room(tables.peers).find(item.peer)
    hook = None if peer is None else transaction.room(tables.hooks).find(peer.hook)
    if peer is None or hook is None:
        return
    sender = Sender(library.public_url, library.key.name)
    offer = foreign_json.parse(item.body)
    reply = format_reply(sender, Addressee(peer.uri, hook.url), offer, is_accepted=is_accepted)
    transaction.room(tables.letters).add(hook.id, reply)


def _find(room: NotificationTable, number: int) -> KeptNotification:
    found = room.find(number)
    if found is None:
        raise NotificationNotFound(number=number)
    return found
