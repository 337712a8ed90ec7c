"""Say who this library is, anew whenever that has changed."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.consortium.member import Announcement, Member
from ledger_service.ports.consortium.members import Announcer
from ledger_service.services.consortium.list_members import KnownMember, charter_of
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.library import Library


def announce_self(library: Library, announcer: Announcer) -> KnownMember:
    """Return what this library says of itself, signed anew if name, address or keys are others than before.

    Without the witness's key, which may be at another service, the one that was told stands as long as all
    else does.

    Raises:
        NoConsortium: this library is alone.
        InvalidMember: as the index has it, the council did not accredit it or its account, or not yet.
    """
    charter = charter_of(library)
    with library.store.read() as transaction:
        steward = transaction.stewards.find(library.steward)
        kept = transaction.members.find(library.steward)
    assert steward is not None  # the ledger's first entry is of it
    before = None if kept is None else Announcement.parse(kept.text)
    now = library.clock()
    member = Member(
        charter=charter.digest,
        name=steward.name,
        uri=steward.uri,
        url=library.public_url,
        key=library.key,
        witness=announcer.witness,
        registrar=announcer.registrar,
        at=now if before is None else max(now, before.member.at + 1),
    )
    same = member
    if before is not None and not member.witness:
        same = replace(member, witness=before.member.witness)
    if before is not None and same.says_the_same(before.member):
        return take_member(library, before.format())
    signed = Announcement(
        member,
        announcer.sign(member.message),
        announcer.sign_digest(member.account_digest),
        announcer.sign_by_witness(member.witness_message),
    )
    return take_member(library, signed.format())
