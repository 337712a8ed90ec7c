"""Routes of services that notifications are taken from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs, once
from ledger_service.domain.people.permission import Permission
from reading_room.tidings.rules.peer import Peer
from reading_room.tidings.sql import SqlChanges, SqlHooks, SqlLetters, SqlPeers
from reading_room.tidings.verbs.keep_peers import PeerTables, allow_peer, list_peers, remove_peer

router = APIRouter(prefix="/peers", tags=["tidings"], route_class=JsonRoute)
TABLES = PeerTables(SqlPeers, SqlHooks, SqlChanges, SqlLetters)
Word = Annotated[str, Field(max_length=50)]


class PeerShape(Shape):
    """A service. networks: that it asks from, any if there is none; hook: the receiver that its inbox is."""

    id: str
    uri: str
    name: str
    networks: list[str]
    hook: str | None
    made_at: int

    @classmethod
    def of(cls, peer: Peer) -> PeerShape:
        return cls(
            id=peer.id,
            uri=peer.uri,
            name=peer.name,
            networks=list(peer.networks),
            hook=peer.hook or None,
            made_at=peer.made_at,
        )


class NewPeer(Shape):
    """uri: by which the service names itself; inbox: where it is told of changes of these kinds, or empty."""

    uri: str = Field(max_length=500)
    name: str = Field(max_length=200)
    networks: list[Word] = Field(default=[], max_length=20)
    inbox: str = Field(default="", max_length=1000)
    kinds: list[Word] = Field(default=[], max_length=20)


@router.get("", response_model=list[PeerShape], openapi_extra=needs(Permission.PEER_KEEP))
def list_(library: InLibrary, caller: InCaller) -> list[PeerShape]:
    """List the services; at most some hundred."""
    return [PeerShape.of(peer) for peer in list_peers(library, TABLES, caller)]


@router.post(
    "", status_code=201, response_model=PeerShape, openapi_extra=needs(Permission.PEER_KEEP)
)
@once
def allow(library: InLibrary, caller: InCaller, new: NewPeer) -> PeerShape:
    """Take notifications from a service, and tell it of changes if its inbox is named."""
    peer = allow_peer(
        library,
        TABLES,
        caller,
        new.uri,
        new.name,
        networks=new.networks,
        inbox=new.inbox,
        kinds=new.kinds,
    )
    return PeerShape.of(peer)


@router.delete("/{peer}", response_model=PeerShape, openapi_extra=needs(Permission.PEER_KEEP))
def remove(library: InLibrary, caller: InCaller, peer: str) -> PeerShape:
    """Take nothing from a service any more, and tell it nothing."""
    return PeerShape.of(remove_peer(library, TABLES, caller, peer))
