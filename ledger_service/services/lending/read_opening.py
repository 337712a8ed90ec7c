"""Read what an opening lets a reader fetch: asked before each request for bytes."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import NoLiveGrant, OpeningNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import Denial, why_not_readable
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Metadata
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import registered_here


@dataclass(frozen=True)
class OpenedContent:
    """What an opening lets a reader fetch."""

    cid: ContentId
    metadata: Metadata
    digest: Digest


def opened_content(library: Library, caller: Caller, secret: str) -> OpenedContent:
    """Return what an opening lets the calling reader fetch.

    Raises:
        OpeningNotFound: not this reader's, or its time has run out.
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    with library.store.read() as transaction:
        opening = transaction.access.find_opening(secret)
        is_theirs = opening is not None and caller.is_reader(opening.reader)
        if opening is None or not is_theirs or opening.expires_at <= library.clock():
            raise OpeningNotFound()
        grant = transaction.grants.find(opening.grant)
        assert grant is not None  # grants are never deleted
        registration = registered_here(transaction, library, opening.digest)
    is_withdrawn = registration.state in STATES_WITHDRAWN
    why = Denial.WITHDRAWN if is_withdrawn else why_not_readable(grant)
    if why is not None:
        raise NoLiveGrant("since-opened", why=why.reason)
    return OpenedContent(registration.cid, registration.record, opening.digest)
