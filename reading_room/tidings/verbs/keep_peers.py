"""Say from which services notifications are taken, and which of them are told of changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ledger_service.domain.errors import InvalidPeer, PeerNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.tidings.ports import ChangeTable, HookTable, LetterTable, PeerTable
from reading_room.tidings.rules.change import ChangeKind
from reading_room.tidings.rules.hook import ID_BYTES, Hook, HookForm, kinds_of
from reading_room.tidings.rules.peer import (
    LONGEST_NAME,
    MOST_PEERS,
    Peer,
    check_peer_id,
    check_uri,
    networks_of,
)
from reading_room.tidings.verbs.keep_hooks import put_new

USUAL = (ChangeKind.REGISTERED, ChangeKind.CONFIRMED, ChangeKind.ENDORSED)
"""What services are told if nobody says what."""


class PeerTables(NamedTuple):
    """Make tables of a connection."""

    peers: Callable[[Any], PeerTable]
    hooks: Callable[[Any], HookTable]
    changes: Callable[[Any], ChangeTable]
    letters: Callable[[Any], LetterTable]


def list_peers(library: Library, tables: PeerTables, caller: Caller) -> list[Peer]:
    """Return the services, oldest first."""
    check_permitted(caller, Permission.PEER_KEEP)
    with library.store.read() as transaction:
        return transaction.room(tables.peers).all()


def allow_peer(
    library: Library,
    tables: PeerTables,
    caller: Caller,
    uri: str,
    name: str,
    *,
    networks: Iterable[str] = (),
    inbox: str = "",
    kinds: Iterable[str] = (),
) -> Peer:
    """Take notifications from a service, and tell it of changes if its inbox is named.

    networks: that it asks from; without, everybody can write in its name. kinds: of changes.

    Raises:
        InvalidPeer: a part of it is not acceptable, or it is known.
        InvalidReceiver: its inbox cannot be told.
    """
    check_permitted(caller, Permission.PEER_KEEP)
    given, now = check_uri(uri.rstrip("/")), library.clock()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidPeer("name", most=LONGEST_NAME)
    told = [word for word in kinds if word.strip()]
    hook_id = secrets.token_hex(ID_BYTES) if inbox else ""
    peer = Peer(secrets.token_hex(ID_BYTES), given, name, now, networks_of(networks), hook_id)
    with library.store.write() as transaction:
        room = transaction.room(tables.peers)
        known = room.all()
        if len(known) >= MOST_PEERS:
            raise InvalidPeer("most", most=MOST_PEERS)
        if any(one.uri == given for one in known):
            raise InvalidPeer("known", uri=given[:80])
        if inbox:
            hook = Hook(
                id=hook_id,
                form=HookForm.COAR_NOTIFY,
                url=inbox,
                kinds=kinds_of(told) if told else frozenset(USUAL),
                made_at=now,
                told_to=transaction.room(tables.changes).newest(),
                peer=given,
            )
            put_new(library, transaction.room(tables.hooks), hook)
        room.add(peer)
        record_act(transaction, caller, now, ActKind.PEER_ALLOWED, peer.id)
    return peer


def remove_peer(library: Library, tables: PeerTables, caller: Caller, peer_id: str) -> Peer:
    """Take nothing from a service any more, and tell it nothing; raise PeerNotFound."""
    check_permitted(caller, Permission.PEER_KEEP)
    with library.store.write() as transaction:
        room = transaction.room(tables.peers)
        peer = room.find(check_peer_id(peer_id))
        if peer is None:
            raise PeerNotFound(name=peer_id)
        room.remove(peer.id)
        if peer.hook:
            transaction.room(tables.hooks).remove(peer.hook)
            transaction.room(tables.letters).forget(peer.hook)
        record_act(transaction, caller, library.clock(), ActKind.PEER_REMOVED, peer.id)
    return peer
