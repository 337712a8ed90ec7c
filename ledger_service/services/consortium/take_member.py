"""Take what a member of the consortium said of itself: from anybody, and believed by its signatures only.

The cheap checks come first, since anybody may send any number: what our own index of the chain says, then
the ledger's signature, then the account's, and then the database is written.
"""

from __future__ import annotations

from ledger_service.domain.consortium.charter import MOST_MEMBERS, Charter
from ledger_service.domain.consortium.member import Announcement, Member
from ledger_service.domain.errors import InvalidMember
from ledger_service.ports.consortium.members import KeptMember
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.list_members import (
    KnownMember,
    charter_of,
    members_in,
)
from ledger_service.services.consortium.standing import (
    OnChain,
    keeps_ledger,
    stewards_on_chain,
)
from ledger_service.services.library import Library

AHEAD_SECONDS = 300  # by which another's clock may be ahead of ours


def take_member(library: Library, text: str) -> KnownMember:
    """Return the member whose announcement this is; it is kept if it is newer than the one before.

    What is known already is taken without a check, and changes nothing.

    Raises:
        NoConsortium: this library is alone.
        InvalidMember: no announcement of a member of this consortium; or an older one than is known.
    """
    charter = charter_of(library)
    announced = Announcement.parse(text)
    with library.store.read() as transaction:
        if _is_known(transaction, announced):
            return _found(library, transaction, charter, announced)
        _check(library, transaction, charter, announced)
    announced.check(library.check_signature, library.chain.is_signed_by_key)
    with library.store.write() as transaction:
        if _is_known(transaction, announced):
            return _found(library, transaction, charter, announced)
        _check(library, transaction, charter, announced)
        _check_ledger(transaction, announced)
        member = announced.member
        kept = KeptMember(member.steward, announced.format(), member.at, library.clock())
        transaction.members.keep(kept)
        return _found(library, transaction, charter, announced)


def _is_known(transaction: Transaction, announced: Announcement) -> bool:
    kept = transaction.members.find(announced.member.steward)
    return kept is not None and kept.text == announced.format()


def _check(
    library: Library, transaction: Transaction, charter: Charter, announced: Announcement
) -> None:
    """Check all that needs no signature."""
    member = announced.member
    if member.charter != charter.digest:
        raise InvalidMember("other-charter", charter=charter.digest.hex())
    if member.at > library.clock() + AHEAD_SECONDS:
        raise InvalidMember("time")
    kept = transaction.members.find(member.steward)
    if kept is not None and member.at <= kept.at:
        raise InvalidMember("older", uri=member.uri)
    on_chain = stewards_on_chain(transaction, [member.steward]).get(member.steward)
    if on_chain is None:
        raise InvalidMember("not-accredited", uri=member.uri)
    on_chain.check_signer(member)
    _check_key(library, on_chain, member, kept)
    if kept is None and len(transaction.members.all()) >= MOST_MEMBERS:
        raise InvalidMember("too-many", most=MOST_MEMBERS)


def _check_ledger(transaction: Transaction, announced: Announcement) -> None:
    member = announced.member
    if not keeps_ledger(transaction, member.steward, member.ledger):
        raise InvalidMember("not-its-ledger", origin=member.key.name, uri=member.uri)


def _check_key(
    library: Library, on_chain: OnChain, member: Member, kept: KeptMember | None
) -> None:
    """Check that a ledger goes on under its key: who stole an account's key alone announces no other.

    What was announced by an account that is found to be stolen since holds nobody to it.
    """
    if member.steward == library.steward:
        known = library.key
    elif kept is None:
        return
    else:
        before = Announcement.parse(kept.text).member
        try:
            on_chain.check_signer(before)
        except InvalidMember:
            return
        known = before.key
    if known.name == member.key.name and known != member.key:
        raise InvalidMember("other-key", origin=known.name)


def _found(
    library: Library, transaction: Transaction, charter: Charter, announced: Announcement
) -> KnownMember:
    found = members_in(library, transaction, charter)
    return next(one for one in found if one.member.steward == announced.member.steward)
