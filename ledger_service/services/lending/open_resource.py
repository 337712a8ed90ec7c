"""Open a resource: decide on the chain, write the decision down, and only then let bytes go.

Every opening and every denial is an entry before the first byte is sent. The decision names the
grant and the block it relied on, so that an auditor can decide it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.chain.block import Block
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentNotFound,
    NoLiveGrant,
    OpeningNotFound,
    ResourceNotFound,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.lending.commitment import pseudonym
from ledger_service.domain.lending.grant import Grant, GrantState, Scope
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import STATES_READABLE, Metadata, Registration
from ledger_service.ports.lending import Opening
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_private_entries
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told


@dataclass(frozen=True)
class OpenedContent:
    """What an opening lets a reader fetch."""

    cid: ContentId
    metadata: Metadata
    digest: Digest


@dataclass(frozen=True)
class _Decision:
    """Whether a reader may have a resource. now: seconds since 1970 UTC, as the decision took it."""

    registration: Registration
    reader: str
    key: bytes
    live: Grant | None
    grants: list[Grant]
    head: Block
    now: int

    @property
    def kind(self) -> str:
        return "opened" if self.live else "denied"

    def private_part(self, steward: StewardId) -> dict[str, object]:
        """Return all that an auditor needs to decide the same question again."""
        named = self.live or (self.grants[0] if self.grants else None)
        return {
            "v": 1,
            "kind": self.kind,
            "at": self.now,
            "digest": self.registration.digest.hex(),
            "steward": self.registration.steward.hex(),
            "block": self.head.number,
            "block_hash": self.head.hash.hex(),
            "block_time": self.head.time,
            "grant": named.id.hex() if named else "",
            "grant_salt": named.salt.hex() if named else "",
            "grant_state": named.state.value if named else "",
            "reader": pseudonym(self.key, steward).hex(),
        }

    def opening(self, entry: int, seconds: int) -> Opening | None:
        """Return the opening that it gives, which this entry tells of; None for a denial."""
        if self.live is None:
            return None
        return Opening(
            secret=secrets.token_hex(32),
            entry=entry,
            digest=self.registration.digest,
            grant=self.live.id,
            reader=self.reader,
            expires_at=min(self.now + seconds, self.live.until),
        )


def open_resource(library: Library, caller: Caller, *, digest: Digest) -> Opening:
    """Return an opening under a live grant of the calling reader, after its entry is durable.

    Raises:
        NoLiveGrant: after the denial's entry is durable.
        ResourceNotFound: no such resource here; nothing is decided, so nothing is written.
        ContentNotFound: the library took it in by reference; likewise.
        ChainUnavailable, ChainHeadStale: it could not be decided, so nothing is released.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    reader = caller.subject
    with library.store.read() as transaction:
        registration = _registered(transaction, library, digest)
        grants = transaction.grants.of_reader(reader, digest)
        key = transaction.access.reader_key(reader)
    _check_kept(library, registration)
    if key is None:
        raise UnknownReader("gone")
    head = library.chain.fresh_head()
    # The chain's clock may run ahead of ours; neither may make a grant live too early or too long.
    now = max(library.clock(), head.time)
    live = _first_live(library, grants, head, now)
    decision = _Decision(registration, reader, key, live, grants, head, now)
    index, opening = library.append(_write_down, decision)
    if opening is not None:
        return opening
    raise NoLiveGrant(digest=str(digest), entry=index)


def _write_down(
    library: Library, transaction: Transaction, decisions: Sequence[_Decision]
) -> list[tuple[int, Opening | None]]:
    """Return for each decision the index of its entry, and the opening if it allows one."""
    standing = [_asked_again(transaction, decision) for decision in decisions]
    first = append_private_entries(
        transaction,
        [
            (decision.kind, decision.now, decision.private_part(library.steward))
            for decision in standing
        ],
    )
    written = [
        (index, decision.opening(index, library.limits.opening_seconds))
        for index, decision in enumerate(standing, first)
    ]
    for _, opening in written:
        if opening is not None:
            transaction.access.add_opening(opening)
    return written


def _asked_again(transaction: Transaction, decision: _Decision) -> _Decision:
    """Return the decision by the local deny set, under the lock: a revocation may have come between."""
    if decision.live is not None:
        standing = transaction.grants.find(decision.live.id)
        assert standing is not None  # grants are never deleted
        if standing.state is not GrantState.ISSUED:
            # The denial tells why, to whoever audits it.
            return replace(decision, live=None, grants=[standing])
    return decision


def opened_content(library: Library, caller: Caller, secret: str) -> OpenedContent:
    """Return what an opening lets the calling reader fetch; asked before each request for bytes.

    Raises:
        OpeningNotFound: not this reader's, or its time has run out.
        NoLiveGrant: the grant has been revoked since.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    with library.store.read() as transaction:
        opening = transaction.access.find_opening(secret)
        is_theirs = opening is not None and caller.is_reader(opening.reader)
        if opening is None or not is_theirs or opening.expires_at <= library.clock():
            raise OpeningNotFound()
        grant = transaction.grants.find(opening.grant)
        registration = _registered(transaction, library, opening.digest)
    if grant is None or grant.state is not GrantState.ISSUED:
        raise NoLiveGrant("revoked")
    return OpenedContent(registration.cid, registration.record, opening.digest)


def _registered(transaction: Transaction, library: Library, digest: Digest) -> Registration:
    registration = transaction.registrations.find(digest, library.steward)
    if registration is None or registration.state not in STATES_READABLE:
        raise ResourceNotFound("here", digest=str(digest))
    check_told(transaction, [registration])
    return registration


def _check_kept(library: Library, registration: Registration) -> None:
    """Check that the library has the resource's content; raise ContentNotFound if it took it by reference."""
    try:
        library.content.size(registration.cid)
    except ContentNotFound as exc:
        raise ContentNotFound("kept-elsewhere", digest=str(registration.digest)) from exc


def _first_live(library: Library, grants: list[Grant], head: Block, now: int) -> Grant | None:
    for grant in grants:
        if (
            grant.state is GrantState.ISSUED
            and Scope.READ in grant.scopes
            and library.chain.grant_is_live(grant, head, now)
        ):
            return grant
    return None
