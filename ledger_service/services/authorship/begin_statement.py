"""Begin a statement: which work it is about, and how many authors it has, in which order.

Each author is asked by a link, or is known already by the room that begins it. Once all have said who they
are and by which key they sign, the statement's bytes are fixed (accept_place).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.authorship.author import check_share
from ledger_service.domain.authorship.authors_statement import check_count, checked_title
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.errors import DigestDiffers, InvalidAuthors, OverLimit
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.authorship import KeptPlace, KeptStatement, PlaceState, StatementState
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.sealed_parts import (
    Said,
    seal_file,
    seal_said,
    seal_statement,
    statement_key,
)
from ledger_service.services.library import Library
from ledger_service.services.people.notices import tell

LIFE_SECONDS = 30 * 86_400
"""So long authors have to sign; what is not signed by all then is deleted."""
MOST_OPEN = 20  # statements that one reader began and that not all have signed
MOST_BEGUN = 40  # statements that one reader began within LIFE_SECONDS, in whichever state
LARGEST_FILE_BYTES = 16 * 1024 * 1024
_ID_BYTES = 16
_CODE_BYTES = 32


@dataclass(frozen=True)
class NewPlace:
    """An author who is asked. reader: who it is, if that is known; None: whoever gets the link.

    roles: what is proposed; the author decides. share: of the text, in thousandths, None to tell none.
    """

    roles: tuple[CreditRole, ...] = ()
    reader: str | None = None
    share: int | None = None


class Begun(NamedTuple):
    """A statement that was begun. codes: for each author the secret of their link, None if none is needed.

    Codes are kept as digests only, and are told this once.
    """

    id: str
    codes: tuple[str | None, ...]


def begin_statement(
    library: Library,
    caller: Caller,
    digest: Digest,
    title: str,
    places: Sequence[NewPlace],
    file: bytes | None = None,
) -> Begun:
    """Return the statement on the work of this digest, whose authors are asked now.

    Args:
        title: of the work, as the authors sign it.
        places: one for each author, in the order in which they are named.
        file: the work's bytes, if the library is to keep them, sealed, until it has decided to register it.

    Raises:
        InvalidAuthors: title, authors or their shares are none.
        DigestDiffers: the file has another digest.
        OverLimit: the caller began as many that not all have signed, or as many of late.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    told = checked_title(title)
    _check_places(places)
    _check_file(digest, file)
    now = library.clock()
    name = secrets.token_hex(_ID_BYTES)
    kept = KeptStatement(
        name,
        digest,
        caller.subject,
        StatementState.GATHERING,
        now,
        now + LIFE_SECONDS,
        statement_key(library, name),
        b"",
    )
    kept = seal_statement(library, kept, told)
    codes = [None if one.reader else secrets.token_urlsafe(_CODE_BYTES) for one in places]
    asked = [_place(library, name, *one) for one in enumerate(zip(places, codes, strict=True), 1)]
    sealed = None if file is None else seal_file(library, kept, file)
    with library.store.write() as transaction:
        _check_open(transaction, caller.subject, now)
        _check_known(transaction, places)
        transaction.authors.add(kept, asked)
        if sealed is not None:
            transaction.authors.set_file(name, sealed)
        for one in places:
            if one.reader is not None and one.reader != caller.subject:
                tell(transaction, one.reader, NoticeKind.AUTHORS_ASKED, digest.hex(), now)
    return Begun(name, tuple(codes))


def _place(
    library: Library, statement: str, number: int, given: tuple[NewPlace, str | None]
) -> KeptPlace:
    one, code = given
    digest = None if code is None else secret_digest(code)
    place = KeptPlace(statement, number, PlaceState.INVITED, one.reader, digest)
    return seal_said(library, place, Said(one.roles, one.share))


def _check_places(places: Sequence[NewPlace]) -> None:
    check_count(len(places))
    for one in places:
        check_share(one.share)
    readers = [one.reader for one in places if one.reader is not None]
    if len(set(readers)) < len(readers):
        raise InvalidAuthors("same-author")


def _check_file(digest: Digest, file: bytes | None) -> None:
    if file is None:
        return
    if len(file) > LARGEST_FILE_BYTES:
        raise InvalidAuthors("file", most=LARGEST_FILE_BYTES)
    found = Digest.of(file)
    if found != digest:
        raise DigestDiffers("announced", digest=str(found), announced=str(digest))


def _check_open(transaction: Transaction, reader: str, now: int) -> None:
    waiting = (StatementState.GATHERING, StatementState.SIGNING)
    own = [kept for kept in transaction.authors.of_reader(reader) if kept.reader == reader]
    if sum(kept.state in waiting for kept in own) >= MOST_OPEN:
        raise OverLimit("statements", most=MOST_OPEN)
    if sum(kept.made_at > now - LIFE_SECONDS for kept in own) >= MOST_BEGUN:
        raise OverLimit("statements-begun", most=MOST_BEGUN, days=LIFE_SECONDS // 86_400)


def _check_known(transaction: Transaction, places: Sequence[NewPlace]) -> None:
    readers = [one.reader for one in places if one.reader is not None]
    if len(transaction.access.reader_keys(readers)) < len(readers):
        raise InvalidAuthors("unknown-author")
