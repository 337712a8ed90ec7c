"""Open a resource: decide on the chain, write the decision down, and only then let bytes go.

Every opening and every denial is an entry before the first byte is sent. The decision names the
grant and the block it relied on, so that an auditor can decide it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.chain.block import Block
from ledger_service.domain.errors import ContentNotFound, LedgerError, NoLiveGrant, UnknownReader
from ledger_service.domain.identifiers import CopyId, Digest, GrantId, StewardId
from ledger_service.domain.lending.commitment import pseudonym
from ledger_service.domain.lending.denial import Denial, why_not_readable
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.lending.lent_copy import LentCopy
from ledger_service.domain.people.caller import ActorClass, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration
from ledger_service.ports.lending import Opening
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_private_entries
from ledger_service.services.lending.find_grants import standing_grant
from ledger_service.services.lending.lend_copy import is_lent_as_copy
from ledger_service.services.lending.part_of_decision import part_of_decision
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import is_kept, registered_here


@dataclass(frozen=True)
class _Decision:
    """Whether a reader may have a resource. grant: the one relied on, or the newest; why: the denial.

    actor: of what class is who asks. now: seconds since 1970 UTC, as the decision took it. secret, seconds:
    of the opening. lends_copy: whether the reader gets a marked copy; copy: its number, once it has one.
    """

    registration: Registration
    reader: str
    actor: ActorClass
    key: bytes
    grant: Grant | None
    why: Denial | None
    head: Block
    now: int
    secret: str
    seconds: int
    lends_copy: bool
    copy: CopyId | None = None

    @property
    def kind(self) -> str:
        return "denied" if self.why else "opened"

    def private_part(self, steward: StewardId) -> dict[str, object]:
        """Return all that an auditor needs to decide the same question again."""
        return part_of_decision(
            at=self.now,
            head=self.head,
            digest=self.registration.digest,
            steward=self.registration.steward,
            reader=pseudonym(self.key, steward, self.now),
            actor=self.actor,
            grant=self.grant,
            why=self.why,
            copy=self.copy,
        )

    def opening(self, entry: int) -> Opening | None:
        """Return the opening that it gives, which this entry tells of; None for a denial."""
        if self.why is not None or self.grant is None:
            return None
        return Opening(
            secret=self.secret,
            entry=entry,
            digest=self.registration.digest,
            grant=self.grant.id,
            reader=self.reader,
            expires_at=min(self.now + self.seconds, self.grant.until),
            is_marked=self.copy is not None,
        )

    def refusal(self, license_row: License, entry: int) -> LedgerError:
        """Return the error of a denial, whose entry is written."""
        assert self.why is not None  # only denials are refused
        digest = str(self.registration.digest)
        if self.why is Denial.ELSEWHERE:
            return ContentNotFound("kept-elsewhere", digest=digest)
        why = self.why.reason
        if self.why is Denial.NO_GRANT and license_row.terms.is_open:
            why = Reason("denied.open-license", {"license": license_row.name})
        return NoLiveGrant(digest=digest, entry=entry, why=why)


def open_resource(
    library: Library,
    caller: Caller,
    *,
    digest: Digest,
    secret: str | None = None,
    seconds: int | None = None,
) -> Opening:
    """Return an opening under a live grant of the calling reader, after its entry is durable.

    secret: of the opening, 64 hex digits; by default a new one. seconds: how long it may be resumed.

    Raises:
        NoLiveGrant: after the denial's entry is durable; it tells the denial's reason.
        ContentNotFound: the library took it in by reference; likewise.
        ResourceNotFound: no such resource here; nothing is decided, so nothing is written.
        ChainUnavailable, ChainHeadStale: it could not be decided, so nothing is released.
        CopyNotMade: the license asks for a marked copy, and it is too large for one; likewise.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    reader = caller.subject
    with library.store.read() as transaction:
        registration = registered_here(transaction, library, digest)
        license_row = transaction.licenses.find(registration.license)
        grants = transaction.grants.of_reader(reader, digest)
        key = transaction.access.reader_key(reader)
    assert license_row is not None  # licenses are never deleted
    if key is None:
        raise UnknownReader("gone")
    head = library.chain.fresh_head()
    # The chain's clock may run ahead of ours; neither may make a grant live too early or too long.
    now = max(library.clock(), head.time)
    grant, why = _decide(library, registration, grants, head, now)
    decision = _Decision(
        registration,
        reader,
        caller.actor_class,
        key,
        grant,
        why,
        head,
        now,
        secret or secrets.token_hex(32),
        seconds or library.limits.opening_seconds,
        lends_copy=why is None and is_lent_as_copy(library, registration, license_row),
    )
    index, opening, standing = library.append(_write_down, decision)
    if opening is not None:
        return opening
    raise standing.refusal(license_row, index)


def _decide(
    library: Library, registration: Registration, grants: list[Grant], head: Block, now: int
) -> tuple[Grant | None, Denial | None]:
    """Return the grant relied on, or the newest that there is and why nothing may be read."""
    newest = grants[0] if grants else None
    if registration.state in STATES_WITHDRAWN:
        return newest, Denial.WITHDRAWN
    if not is_kept(library, registration):
        return newest, Denial.ELSEWHERE
    reasons: list[Denial] = []
    for grant in grants:
        why = why_not_readable(grant) or library.chain.why_not_live(grant, head, now)
        if why is None:
            return grant, None
        reasons.append(why)
    return newest, reasons[0] if reasons else Denial.NO_GRANT


def _write_down(
    library: Library, transaction: Transaction, decisions: Sequence[_Decision]
) -> list[tuple[int, Opening | None, _Decision] | UnknownReader]:
    """Return for each decision the index of its entry, the opening if it allows one, and how it stands.

    Of a reader who was erased meanwhile nothing is written, not even a denial.
    """
    numbers = _Numbers(transaction)
    gone = [transaction.access.reader_key(decision.reader) is None for decision in decisions]
    standing = [
        numbers.given(_asked_again(transaction, decision))
        for decision, is_gone in zip(decisions, gone, strict=True)
        if not is_gone
    ]
    parts = [
        (decision.kind, decision.now, decision.private_part(library.steward))
        for decision in standing
    ]
    first = append_private_entries(transaction, parts) if parts else 0
    written = [
        (index, decision.opening(index), decision) for index, decision in enumerate(standing, first)
    ]
    for index, opening, _ in written:
        if opening is not None:
            transaction.access.add_opening(opening)
            numbers.keep(opening, index)
    told = iter(written)
    return [UnknownReader("gone") if is_gone else next(told) for is_gone in gone]


class _Numbers:
    """The numbers of copies, one for each grant, of which some are given for the first time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._new: dict[GrantId, CopyId] = {}

    def given(self, decision: _Decision) -> _Decision:
        """Return the decision with the number of the copy that it lends, if it lends one."""
        if decision.why is not None or decision.grant is None or not decision.lends_copy:
            return decision
        grant = decision.grant.id
        lent = self._transaction.copies.of_grant(grant)
        copy = self._new.setdefault(grant, CopyId.random()) if lent is None else lent.id
        return replace(decision, copy=copy)

    def keep(self, opening: Opening, entry: int) -> None:
        """Keep the number that was given for this opening, if it was new."""
        copy = self._new.pop(opening.grant, None)
        if copy is not None:
            self._transaction.copies.add(LentCopy(copy, opening.grant, entry))


def _asked_again(transaction: Transaction, decision: _Decision) -> _Decision:
    """Return the decision by what the library knows under the lock: an end may have come between."""
    if decision.why is not None or decision.grant is None:
        return decision
    held = decision.registration
    standing, why = standing_grant(transaction, held.digest, held.steward, decision.grant.id)
    # The denial tells why, to whoever audits it.
    return decision if why is None else replace(decision, grant=standing, why=why)
