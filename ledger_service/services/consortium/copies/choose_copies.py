"""Decide for a content who stands by it and who keeps it, and whether that is this library.

Everything here follows from the charter, our index of the chain and our copies of members' ledgers, so that
all members come to the same by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.consortium.holders import holders_of
from ledger_service.domain.consortium.member import Member
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
    RegistrationState,
)
from ledger_service.ports.consortium.copies import MemberWork, WorkState
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.consortium.list_members import members_in
from ledger_service.services.library import Library


@dataclass(frozen=True)
class Circle:
    """Who may keep what. copies: that the council wants of each content; own: this library's steward.

    accredited: those that count. refused: digests and stewards of which nothing is kept here.
    """

    copies: int
    own: StewardId
    members: Mapping[StewardId, Member]
    accredited: frozenset[StewardId]
    refused: frozenset[Digest | StewardId] = frozenset()

    def name(self, steward: StewardId) -> str:
        """Return what people call a member."""
        known = self.members.get(steward)
        return steward.hex()[:12] if known is None else known.name


@dataclass(frozen=True)
class Decision:
    """What is to become of a content. owners: who stand by it; holders: who keep it beside them, best first.

    keeps: whether this library is one of the holders, and does not refuse. brings: whether it gets what it
    lacks, too: nobody who was suspended has others hand out what the chain never had of them. is_refused:
    nothing of it is to be here as a copy. is_own: it is an owner itself.
    """

    cid: ContentId
    digest: Digest
    owners: tuple[StewardId, ...]
    holders: tuple[StewardId, ...]
    keeps: bool
    brings: bool
    is_refused: bool
    is_own: bool

    @property
    def stands(self) -> bool:
        """Whether anybody stands by it, so that it may be shown."""
        return bool(self.owners)


def circle_of(library: Library, transaction: Transaction) -> Circle | None:
    """Return who may keep what now; None for a library that is alone."""
    charter = library.charter
    if charter is None:
        return None
    known = members_in(library, transaction, charter)
    return Circle(
        charter.copies,
        library.steward,
        {one.member.steward: one.member for one in known},
        frozenset(one.member.steward for one in known if not one.is_suspended),
        frozenset(one.subject for one in transaction.member_copies.refusals()),
    )


def decide(
    transaction: Transaction,
    circle: Circle,
    licenses: OpenLicenses,
    cid: ContentId,
    works: Sequence[MemberWork],
) -> list[Decision]:
    """Return what is to become of the content of a CID: a decision for each digest that it is said to have.

    works: all that members' ledgers say of this CID. Only one digest is that of the bytes, which is found out
    when they come.
    """
    found = []
    for digest in dict.fromkeys(work.digest for work in works):
        if cid.codec == RAW and cid.digest != digest.value:
            continue
        owners = {
            work.steward
            for work in works
            if work.digest == digest and _stands(transaction, licenses, work)
        }
        own = transaction.registrations.find(digest, circle.own)
        is_own = own is not None and own.cid == cid and _is_open_work(licenses, own)
        if is_own:
            owners.add(circle.own)
        # Nobody keeps for others what they do not answer for themselves any more, or hold closed.
        refused = own is not None and (
            own.state in STATES_WITHDRAWN or _is_closed_work(licenses, own)
        )
        refused = refused or digest in circle.refused or bool(owners & circle.refused)
        decision = _decision(circle, cid, digest, owners, refused, is_own)
        brings = decision.keeps and _may_come(transaction, circle, digest, owners)
        found.append(replace(decision, brings=brings))
    return found


def _decision(
    circle: Circle,
    cid: ContentId,
    digest: Digest,
    owners: set[StewardId],
    refused: bool,
    is_own: bool,
) -> Decision:
    holders = holders_of(cid, owners, circle.accredited, circle.copies) if owners else ()
    is_one = circle.own in holders
    ordered = tuple(sorted(owners, key=lambda one: one.hex()))
    keeps = is_one and not refused
    return Decision(cid, digest, ordered, holders, keeps, keeps, refused, is_own)


def _may_come(
    transaction: Transaction, circle: Circle, digest: Digest, owners: set[StewardId]
) -> bool:
    """Return whether an owner is accredited, or the chain took the work while it was."""
    if owners & circle.accredited:
        return True
    return any(
        event.name == "ResourceRegistered"
        and event.text("steward") in {one.hex() for one in owners}
        for event in transaction.chain_index.events_of([digest.hex()])
    )


def _stands(transaction: Transaction, licenses: OpenLicenses, work: MemberWork) -> bool:
    """Return whether its owner stands by an open work, by its ledger and by the chain, whichever is newer."""
    if work.state is not WorkState.STANDING or not licenses.is_open(work.license):
        return False
    return not any(
        event.name == "ResourceWithdrawn" and event.text("steward") == work.steward.hex()
        for event in transaction.chain_index.events_of([work.digest.hex()])
    )


def _is_closed_work(licenses: OpenLicenses, own: Registration) -> bool:
    return own.state is not RegistrationState.REJECTED and licenses.is_open(own.license) is False


def _is_open_work(licenses: OpenLicenses, own: Registration) -> bool:
    stands = own.state in STATES_READABLE or own.stands_in_bulk
    return stands and bool(licenses.is_open(own.license))
