"""Read what an opening lets a reader fetch: asked before each request for bytes, and while they leave.

While bytes leave, the index decides as long as a worker keeps it fresh: revocations of this library stand
in it at once, and those past the library as soon as they are confirmed. Else the chain itself is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger_service.domain.errors import NoLiveGrant, OpeningNotFound
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS, Grant
from ledger_service.domain.lending.lent_copy import LentCopy
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, check_permitted, reaches
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.lending import Opening
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.find_grants import standing_grant
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import registered_here

BYTES_A_QUESTION = 2**20  # that may leave before it is asked again whether more may


@dataclass(frozen=True)
class OpenedContent:
    """What an opening lets a reader fetch. until: when its time runs out, in seconds since 1970 UTC.

    lent_until: when its grant ends, as the grant says now; copy: what the reader gets in place of the
    registered bytes, if anything.
    """

    registration: Registration
    grant: GrantId
    until: int
    lent_until: int
    copy: LentCopy | None

    @property
    def digest(self) -> Digest:
        """Of the resource."""
        return self.registration.digest


def opened_content(library: Library, caller: Caller, secret: str) -> OpenedContent:
    """Return what an opening lets the calling reader fetch.

    Raises:
        OpeningNotFound: not this reader's, or its time has run out.
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    with library.store.read() as transaction:
        opening = transaction.access.find_opening(secret)
        if opening is None or not reaches(
            caller, Permission.CONTENT_OPEN, Thing.of_reader(opening.reader)
        ):
            raise OpeningNotFound()
        return still_opened(library, transaction, opening)


def still_opened(library: Library, transaction: Transaction, opening: Opening) -> OpenedContent:
    """Return what an opening lets its reader fetch now.

    Raises:
        OpeningNotFound: its time has run out.
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
    """
    if opening.expires_at <= library.clock():
        raise OpeningNotFound()
    registration = registered_here(transaction, library, opening.digest)
    grant = _standing(transaction, library, opening.digest, opening.grant)
    copy = transaction.copies.of_grant(grant.id)
    return OpenedContent(registration, grant.id, opening.expires_at, grant.until, copy)


def while_open(library: Library, opened: OpenedContent, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and ask before more than a MiB has left since the last question whether more may.

    What the index answered holds for the rest of that second, while nothing is committed.

    Raises:
        NoLiveGrant, ChainUnavailable, ChainHeadStale: see check_still_open.
    """
    left, answered = 0, None
    for piece in pieces:
        if left + len(piece) > BYTES_A_QUESTION:
            seen = (
                library.store.changes(),
                library.clock(),
            )  # before the answer, which may be younger
            if seen != answered:
                answered = seen if check_still_open(library, opened) else None
            left = 0
        left += len(piece)
        yield piece


def check_still_open(library: Library, opened: OpenedContent) -> bool:
    """Check that more of what was opened may leave; return whether the index told it, and not the chain.

    Raises:
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
        ChainUnavailable, ChainHeadStale: the index is not fresh, and the chain does not tell.
    """
    now = library.clock()
    with library.store.read() as transaction:
        grant = _standing(transaction, library, opened.digest, opened.grant)
        worker = transaction.worker_state.read()
    last = worker.last_round
    is_fresh = last is not None and now - last <= OLDEST_HEAD_SECONDS and worker.waits is None
    if is_fresh:
        why = Denial.EXPIRED if grant.until <= now else None
    else:
        head = library.chain.fresh_head()
        why = library.chain.why_not_live(grant, head, max(now, head.time))
    if why is not None:
        raise NoLiveGrant("since-opened", why=why.reason)
    return is_fresh


def _standing(
    transaction: Transaction, library: Library, digest: Digest, grant_id: GrantId
) -> Grant:
    """Return the grant of an opening; raise NoLiveGrant if index or registration speak against it now."""
    grant, why = standing_grant(transaction, digest, library.steward, grant_id)
    if why is not None:
        raise NoLiveGrant("since-opened", why=why.reason)
    return grant
