"""Who the members of the consortium are, as they said it and as our own index of the chain has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ledger_service.domain.consortium.charter import MOST_MEMBERS, Charter
from ledger_service.domain.consortium.member import Announcement, Member
from ledger_service.domain.errors import InvalidMember, MemberNotFound, NoConsortium
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.consortium.members import KeptMember
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.standing import OnChain, Standing, stewards_on_chain
from ledger_service.services.library import Library


@dataclass(frozen=True)
class KnownMember:
    """A member. since: when it was first accredited; heard_at: when its announcement was taken; seconds.

    is_own: whether it is this library. text: the announcement with both signatures, canonical JSON.
    void_because: why what it said counts no more, since the chain has changed; None while it counts.
    unanswered_because: why its service did not answer as it should when it was asked last, None if it did.
    """

    member: Member
    standing: Standing
    since: int
    is_own: bool
    heard_at: int
    void_because: Reason | None
    unanswered_because: Reason | None
    text: str

    @property
    def is_suspended(self) -> bool:
        """Whether the council suspended it."""
        return self.standing is Standing.SUSPENDED

    @property
    def counts(self) -> bool:
        """Whether its keys and its address may be taken of what it said."""
        return self.void_because is None

    @property
    def is_heard(self) -> bool:
        """Whether others act by what it says: cosign its ledger, and count its witness."""
        return self.counts and not self.is_suspended

    @property
    def fault(self) -> Reason | None:
        """What there is to tell people: why it does not count, else why its service did not answer."""
        return self.void_because or self.unanswered_because


def charter_of(library: Library) -> Charter:
    """Return the charter; raise NoConsortium for a library that is alone."""
    charter = library.charter
    if charter is None:
        raise NoConsortium()
    return charter


def list_members(library: Library, *, but_own: bool = False) -> list[KnownMember]:
    """Return the members that are known here, in the order in which they were accredited.

    None for a library that is alone. but_own: leave this library out.
    """
    charter = library.charter
    if charter is None:
        return []
    with library.store.read() as transaction:
        found = members_in(library, transaction, charter)
    return [one for one in found if not (but_own and one.is_own)]


def members_in(library: Library, transaction: Transaction, charter: Charter) -> list[KnownMember]:
    """Do as `list_members`, within a snapshot."""
    kept = transaction.members.all()
    on_chain = stewards_on_chain(transaction, [one.steward for one in kept])
    found = [_known(library, one, on_chain[one.steward]) for one in kept if one.steward in on_chain]
    own = [one for one in found if one.member.charter == charter.digest]
    return sorted(own, key=lambda one: (one.since, one.member.steward))[:MOST_MEMBERS]


def find_member(library: Library, steward: StewardId) -> KnownMember:
    """Return a member; raise MemberNotFound if nothing is known of it, or this library is alone."""
    for one in list_members(library):
        if one.member.steward == steward:
            return one
    raise MemberNotFound(steward=steward.hex())


def _known(library: Library, kept: KeptMember, on_chain: OnChain) -> KnownMember:
    member, void_because = _read(kept.text).member, None
    try:
        on_chain.check_signer(member)
    except InvalidMember as exc:  # since it was taken
        void_because = exc.reason
    return KnownMember(
        member,
        on_chain.standing,
        on_chain.since,
        is_own=member.steward == library.steward,
        heard_at=kept.heard_at,
        void_because=void_because,
        unanswered_because=kept.fault,
        text=kept.text,
    )


@lru_cache(maxsize=4 * MOST_MEMBERS)
def _read(text: str) -> Announcement:
    return Announcement.parse(text)
