"""Erase a reader: what names them is destroyed, and what others rely on stays.

Key, tokens, openings, and what rooms keep are deleted; private parts lose their salts, and grants whose they
are. Loans that run are given back, so that their seats are free. Entries, roots, and what the chain has are
as they were: they hold commitments that nobody can open any more (ADR 0119).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.chain.intent import ReturnGrant
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import ErasureUnfinished, Unavailable, UnknownReader
from ledger_service.domain.lending.commitment import pseudonyms
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, Grant, GrantState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.erasure import erasure_tag
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import every
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act

AT_ONCE = 500


@dataclass(frozen=True)
class Held:
    """What is destroyed of a reader. grants: lose whose they are; live: of them, given back; decisions: of
    openings and denials, whose private parts are destroyed; tokens: end.
    """

    grants: int
    live: int
    decisions: int
    tokens: int


def find_held(library: Library, caller: Caller, reader: str) -> Held:
    """Return what `erase_reader` would destroy; raise as it does."""
    check_permitted(caller, Permission.READER_ERASE, Thing.of_reader(reader))
    key = key_of(library, reader)
    with library.store.read() as transaction:
        return _Known(library, transaction, reader, key).held


def erase_reader(library: Library, caller: Caller, reader: str) -> Held:
    """Return what was destroyed, after the reader is on the list of the erased and in no table any more.

    Raises:
        UnknownReader: there is none of this name, or not any more.
        RoleNotHeld: the caller erases nobody, or only themselves.
        ErasuresUnreachable: the list cannot be written, so nothing was erased.
        ErasureUnfinished: the reader is on the list, and the next start erases them if nobody asks again.
    """
    check_permitted(caller, Permission.READER_ERASE, Thing.of_reader(reader))
    key = key_of(library, reader)
    library.erasures.add(erasure_tag(key))
    try:
        with library.store.write() as transaction:
            held = destroy(library, transaction, reader)
            if held is None:
                raise UnknownReader("gone")
            record_act(transaction, caller, library.clock(), ActKind.READER_ERASED, "")
    except Unavailable as exc:
        raise ErasureUnfinished("database") from exc
    return held


def key_of(library: Library, reader: str) -> bytes:
    """Return the reader's key; raise UnknownReader."""
    with library.store.read() as transaction:
        key = transaction.access.reader_key(reader)
    if key is None:
        raise UnknownReader(reader=reader[:80])
    return key


def destroy(library: Library, transaction: Transaction, reader: str) -> Held | None:
    """Destroy all that names a reader; return what it was, None if there is no such reader."""
    key = transaction.access.reader_key(reader)
    if key is None:
        return None
    known = _Known(library, transaction, reader, key)
    for grant in known.live:
        transaction.grants.set_state(grant.id, GrantState.RETURNING)
        intent = ReturnGrant(grant.id, grant.digest, grant.steward, grant.seat)
        ask_chain(transaction, JobName.of(intent), intent, library.clock())
    for start in range(0, len(known.entries), AT_ONCE):
        some = known.entries[start : start + AT_ONCE]
        transaction.retirements.add_of_erased(transaction.ledger.erase_private_parts(some))
    transaction.requests.forget_reader(reader)
    transaction.cohorts.forget(reader, library.clock())
    transaction.authors.forget(reader)
    transaction.reviews.forget(reader)
    for room in library.reader_data().values():
        room.erase(transaction, reader)
    transaction.access.erase_reader(reader)
    transaction.access.note_erasure(library.clock())
    return known.held


class _Known:
    """What the ledger's own tables have of a reader."""

    def __init__(self, library: Library, transaction: Transaction, reader: str, key: bytes) -> None:
        now, which = library.clock(), GrantFilter(reader=reader)
        self.grants = list(every(lambda page: transaction.grants.page(which, page, now)))
        names = {*pseudonyms(key, library.steward, now).values()}
        names |= {grant.pseudonym for grant in self.grants}
        self.entries: Sequence[int] = [
            part.entry for part in transaction.ledger.private_parts_of(names)
        ]
        self.live: Sequence[Grant] = [
            grant
            for grant in self.grants
            if grant.state in GRANT_STATES_STANDING and grant.until > now
        ]
        tokens = transaction.access.count_tokens(reader)
        self.held = Held(len(self.grants), len(self.live), len(self.entries), tokens)
