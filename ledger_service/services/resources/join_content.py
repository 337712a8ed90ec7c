"""Give a registration its content: a catalog was registered by digests, and its files come later.

The registration stays as it is, also where the file is called otherwise. That the library keeps the bytes is
a statement in its ledger, of type `kept`, so that an auditor sees from when on nobody may be told that they
are kept elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.chain.telling import name_of
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.act import Doer
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    Registration,
    Route,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement, statement_facts
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_kept
from ledger_service.services.resources.closed.keep_sealed import check_form
from ledger_service.services.resources.find_content import find_kept


class Kept(NamedTuple):
    """Bytes that the library keeps, on whose digest a registration stands. cid: in base16.

    is_same: whether they came with the claim that stands; is_new: whether they were not kept before;
    is_sealed: whether they are kept encrypted.
    """

    digest: Digest
    cid: str
    is_same: bool
    is_new: bool
    is_sealed: bool


class Content(NamedTuple):
    """Whether a registration's content is kept here, sound or not; None if nobody can tell now.

    since: the entry that says so, if it came later.
    """

    is_kept: bool | None
    since: int | None


def content_of(library: Library, registration: Registration) -> Content:
    """Return whether this library has the content of a registration; nodes may have to be asked."""
    with library.store.read() as transaction:
        since = kept_since(transaction, registration.digest, registration.steward)
    return Content(find_kept(library, registration), since)


def join_content(library: Library, transaction: Transaction, doer: Doer, kept: Kept) -> int | None:
    """Return the index of the entry that says that the library keeps what it had registered without.

    None if these bytes are no such content. doer: the colleague by whom they came.

    What came with another claim is taken for such content also if it is not new: a kill may have come between
    the bytes and their entry, and else nobody could have brought them.

    Raises:
        ContentKeptOtherwise: the license of the registration asks for another form.
    """
    found = transaction.registrations.find(kept.digest, library.steward)
    if found is None or not may_join(found) or found.cid.base16() != kept.cid:
        return None
    check_form(transaction, found, is_sealed=kept.is_sealed)
    told = kept_since(transaction, kept.digest, library.steward)
    if told is not None or (kept.is_same and not kept.is_new):
        return told
    now = library.clock()
    statement = StatementType.KEPT, kept.digest, library.steward
    index, _ = append_statement(transaction, *statement, now)
    record_kept(transaction, doer, now, kept.digest, index)
    return index


def may_join(registration: Registration) -> bool:
    """Return whether a registration may have come without its content, and still stands."""
    return registration.route is Route.BULK and registration.state not in STATES_GONE


def kept_since(transaction: Transaction, digest: Digest, steward: StewardId) -> int | None:
    """Return the index of the entry that says so, None if there is none."""
    facts = statement_facts(StatementType.KEPT, digest, steward)
    return transaction.ledger.find_told(name_of("attested", facts))
