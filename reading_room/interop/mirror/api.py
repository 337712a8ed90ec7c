"""Routes for the ledgers of other libraries that are copied here."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.door import InLibrary, JsonRoute, Shape, needs
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.interop.mirror.rules import TrailEntry
from reading_room.interop.mirror.verbs import Copy, ToldWork, find_work, list_copies, show_copy

router = APIRouter(route_class=JsonRoute, prefix="/mirrors", tags=["mirrors"])


class MirrorShape(Shape):
    """A copy of another library's ledger. prefix: where its public files are, below our own address.

    entries: that are copied; size: of the newest checkpoint that is copied whole; held_at, tried_at: seconds
    since 1970 UTC, 0 for never; fault: name of why the last try did not succeed, null if it did; fork: what
    it signed for another history than the copy's, null if none was seen.
    """

    mirror: str
    name: str
    address: str
    origin: str
    key: str
    prefix: str
    entries: int
    size: int
    signed_by: list[str]
    held_at: int
    tried_at: int
    fault: str | None
    fork: str | None

    @classmethod
    def of(cls, item: Copy) -> MirrorShape:
        known = item.mirrored
        return cls(
            mirror=known.id,
            name=known.name,
            address=known.address,
            origin=known.key.name,
            key=known.key.format(),
            prefix=f"/mirrors/{known.id}",
            entries=item.entries,
            size=item.size,
            signed_by=list(item.signed_by),
            held_at=known.held_at,
            tried_at=known.tried_at,
            fault=None if known.fault is None else known.fault.name,
            fork=known.fork,
        )


class TrailShape(Shape):
    """An entry byte for byte, and hashes that prove that the checkpoint's root holds it."""

    index: int
    entry: str
    proof: list[str]

    @classmethod
    def of(cls, item: TrailEntry) -> TrailShape:
        proof = [node.hex() for node in item.proof]
        return cls(index=item.index, entry=item.body.decode(), proof=proof)


class ToldWorkShape(Shape):
    """What another library's ledger says of a digest, and the entries that say it.

    standing: accepted, registered, superseded, withdrawn or rejected; null if it says nothing. size, root: of
    the checkpoint to which the proofs lead.
    """

    digest: str
    standing: str | None
    successor: str | None
    size: int
    root: str
    trail: list[TrailShape]

    @classmethod
    def of(cls, item: ToldWork) -> ToldWorkShape:
        return cls(
            digest=item.digest.hex(),
            standing=None if item.standing is None else item.standing.value,
            successor=item.successor,
            size=item.checkpoint.size,
            root=item.checkpoint.root.hex(),
            trail=[TrailShape.of(entry) for entry in item.trail],
        )


@router.get("", response_model=list[MirrorShape], openapi_extra=needs(Permission.LEDGER_READ))
def mirrors(library: InLibrary) -> list[MirrorShape]:
    """List the ledgers of other libraries that are copied here."""
    return [MirrorShape.of(item) for item in list_copies(library)]


@router.get("/{mirror}", response_model=MirrorShape, openapi_extra=needs(Permission.LEDGER_READ))
def mirror(library: InLibrary, mirror: str) -> MirrorShape:
    """Show one of them."""
    return MirrorShape.of(show_copy(library, mirror))


@router.get(
    "/{mirror}/resources/{digest}",
    response_model=ToldWorkShape,
    openapi_extra=needs(Permission.LEDGER_READ),
)
def told(library: InLibrary, mirror: str, digest: str) -> ToldWorkShape:
    """Tell what another library's ledger says of a digest, with the proof of each entry."""
    return ToldWorkShape.of(find_work(library, mirror, Digest.parse(digest)))
