"""Take a notification of another service: checked, kept as it came, and decided by nobody yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import PeerNotAllowed, ResourceNotFound, TooManyAtOnce
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.tidings.ports import NotificationTable, PeerTable
from reading_room.tidings.rules.notification import (
    LARGEST_BYTES,
    OF_RESOURCE,
    OFFERS,
    Notification,
    NotificationState,
    Pattern,
    read_notification,
)

MOST_PENDING = 1000  # of one service
MOST_AN_HOUR, MOST_KEPT = 1000, 20_000  # as well
HOUR_SECONDS = 3600

Peers = Callable[[Any], PeerTable]
Notifications = Callable[[Any], NotificationTable]


def take_notification(
    library: Library,
    tables: tuple[Peers, Notifications],
    caller: Caller,
    body: bytes,
    address: str,
) -> tuple[int, bool]:
    """Return the number of a notification, and whether it is new: the same id of a service is taken once.

    address: from which it was sent.

    Raises:
        InvalidJson, InvalidNotification: it is none that is taken.
        PeerNotAllowed: nobody allowed the service, or it does not send from this address.
        ResourceNotFound: it says something of a resource that is not here.
        TooManyAtOnce: too many of this service came within an hour, wait to be decided, or are kept.
    """
    check_permitted(caller, Permission.NOTIFICATION_SEND)
    says = read_notification(foreign_json.parse(body, LARGEST_BYTES), library.public_url)
    with library.store.read() as transaction:
        peer = transaction.room(tables[0]).named(says.origin)
    if peer is None or not peer.sends_from(address):
        raise PeerNotAllowed(uri=says.origin[:80])
    with library.store.write() as transaction:
        room = transaction.room(tables[1])
        known = room.sent(peer.id, says.uri)
        if known is not None:
            return known.number, False
        if says.pattern in OF_RESOURCE:
            _check_held(transaction, says)
        waits, now = says.pattern in (*OF_RESOURCE, *OFFERS), library.clock()
        _check_few(room, peer.id, now, waits=waits)
        if says.pattern is Pattern.UNDO:
            _undo(room, peer.id, says, now)
        state = NotificationState.PENDING if waits else NotificationState.NOTED
        return room.add(peer.id, says, body, now, state), True


def _check_few(room: NotificationTable, peer: str, now: int, *, waits: bool) -> None:
    is_many = room.count(peer, now - HOUR_SECONDS) >= MOST_AN_HOUR or room.count(peer) >= MOST_KEPT
    if is_many or (waits and room.count_pending(peer) >= MOST_PENDING):
        raise TooManyAtOnce()


def _check_held(transaction: Transaction, says: Notification) -> None:
    assert says.digest is not None  # of its pattern
    if not transaction.registrations.of_digest(says.digest):
        raise ResourceNotFound(digest=str(says.digest))


def _undo(room: NotificationTable, peer: str, says: Notification, now: int) -> None:
    """Let what the service takes back wait for nobody any more; what was decided stays."""
    undone = room.sent(peer, says.reply_to)
    if undone is not None and undone.state is NotificationState.PENDING:
        room.decide(undone.number, NotificationState.UNDONE, now)
