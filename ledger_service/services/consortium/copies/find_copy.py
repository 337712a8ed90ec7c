"""Find what of members' open content is kept here and may be shown now, and who else keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger_service.domain.consortium.member import Member
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import CopyNotKept, ResourceNotFound
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.ports.consortium.copies import KeptCopy, MemberWork
from ledger_service.ports.store import Transaction
from ledger_service.services.consortium.copies.choose_copies import (
    Circle,
    Decision,
    circle_of,
    decide,
)
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.library import Library
from ledger_service.services.resources.read_content import Content


@dataclass(frozen=True)
class OpenWork:
    """An open work of members. owners: who registered it and stand by it; holders: who else keeps it.

    copy: what is kept of it here, None if that is nothing that may be shown. is_own: this library owns it.
    """

    cid: ContentId
    digest: Digest
    license: LicenseId
    owners: tuple[Member, ...]
    holders: tuple[Member, ...]
    copy: KeptCopy | None
    is_own: bool


def find_open_work(library: Library, digest: Digest) -> OpenWork:
    """Return what members' ledgers say of an open work that somebody stands by; raise ResourceNotFound."""
    with library.store.read() as transaction:
        circle = circle_of(library, transaction)
        works = [] if circle is None else transaction.member_copies.works_of(digest)
        for cid in dict.fromkeys(work.cid for work in works):
            assert circle is not None
            of_cid = [work for work in works if work.cid == cid]
            found = _standing(transaction, circle, cid, of_cid)
            if found is not None:
                return _told(transaction, circle, found, of_cid)
    raise ResourceNotFound("at-members", digest=str(digest))


def kept_works(library: Library, digests: Iterable[Digest]) -> frozenset[Digest]:
    """Return those of which an open work of another member is kept here and may be shown now."""
    with library.store.read() as transaction:
        circle = circle_of(library, transaction)
        if circle is None:
            return frozenset()
        cids = [
            (digest, cid)
            for digest in dict.fromkeys(digests)
            for cid in {work.cid for work in transaction.member_copies.works_of(digest)}
        ]
        copies = [(digest, transaction.member_copies.copy(cid)) for digest, cid in cids]
        kept = [one for digest, one in copies if one and one.is_kept and one.digest == digest]
        return frozenset(one.digest for one in _shown(transaction, circle, kept))


def copies_with(library: Library, cid: ContentId) -> list[KeptCopy]:
    """Return the copies that have a block, and may be shown to everybody."""
    with library.store.read() as transaction:
        found = transaction.member_copies.copies_with(cid)
        circle = circle_of(library, transaction) if found else None
        return [] if circle is None else list(_shown(transaction, circle, found))


def copy_content(library: Library, digest: Digest) -> Content:
    """Return the bytes of a work of others that is kept here; they are read as they are asked for.

    Raises:
        ResourceNotFound: no member stands by it. CopyNotKept: it is not kept here.
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    found = find_open_work(library, digest)
    if found.copy is None:
        raise CopyNotKept(digest=str(digest))
    cid = found.copy.cid
    size = library.content.size(cid)
    return Content(digest, size, lambda start, end: library.content.read(cid, start, end))


def _shown(transaction: Transaction, circle: Circle, copies: list[KeptCopy]) -> Iterator[KeptCopy]:
    for copy in copies:
        works = [
            one for one in transaction.member_copies.works_of(copy.digest) if one.cid == copy.cid
        ]
        found = _standing(transaction, circle, copy.cid, works)
        if found is not None and found.digest == copy.digest and not found.is_refused:
            yield copy


def _standing(
    transaction: Transaction, circle: Circle, cid: ContentId, works: list[MemberWork]
) -> Decision | None:
    found = decide(transaction, circle, OpenLicenses(transaction), cid, works)
    return next((one for one in found if one.stands), None)


def _told(
    transaction: Transaction, circle: Circle, found: Decision, works: list[MemberWork]
) -> OpenWork:
    copy = transaction.member_copies.copy(found.cid)
    is_shown = copy is not None and copy.is_kept and copy.digest == found.digest
    license = next(one.license for one in works if one.steward in found.owners or found.is_own)
    members = circle.members
    return OpenWork(
        found.cid,
        found.digest,
        license,
        tuple(members[one] for one in found.owners if one in members),
        tuple(members[one] for one in found.holders if one in members and one != circle.own),
        copy if is_shown and not found.is_refused else None,
        found.is_own,
    )
