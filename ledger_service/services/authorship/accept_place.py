"""Authors answer: they say who they are and by which key they sign, or decline.

When the last one has accepted, the statement's bytes are fixed, with everybody's key and a random salt: from
then on nobody can change anything, and all sign the same bytes. Whoever declines ends the statement, and a
statement of other authors is a new one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger_service.domain.authorship.author import (
    SALT_BYTES,
    AuthorKey,
    KeyKind,
    Name,
    checked_name,
)
from ledger_service.domain.authorship.authors_statement import AuthorsStatement, check_keys
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.chain.account import parse_account
from ledger_service.domain.errors import InvalidAuthors, StatementClosed, StatementNotFound
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.authorship import KeptPlace, KeptStatement, PlaceState, StatementState
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.find_statement import (
    check_state,
    own_place,
    taking_part,
)
from ledger_service.services.authorship.sealed_parts import (
    Said,
    open_said,
    open_statement,
    seal_said,
    seal_statement,
)
from ledger_service.services.library import Library
from ledger_service.services.people.notices import tell
from ledger_service.services.people.sign_in.passkeys import keys_of_passkeys

WAITING = (StatementState.GATHERING, StatementState.SIGNING)


class Invitation(NamedTuple):
    """What somebody is asked who has a link. place: from 1; of: how many authors there are."""

    statement: str
    title: str
    place: int
    of: int


@dataclass(frozen=True)
class Accepted:
    """What an author says of themselves. wallet: an account as a person writes it; "" for a passkey.

    passkey: which of the author's own, as `own_passkeys` names it; origin: of this library's pages.
    """

    name: str
    roles: tuple[CreditRole, ...]
    wallet: str = ""
    passkey: str = ""
    origin: str = ""


def find_invitation(library: Library, caller: Caller, code: str) -> Invitation:
    """Return what the link with this secret asks; raise StatementNotFound, StatementClosed."""
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.read() as transaction:
        place, kept = _invited(library, transaction, code)
        of = len(transaction.authors.places(kept.id))
    return Invitation(kept.id, open_statement(library, kept)[0], place.place, of)


def join_statement(library: Library, caller: Caller, code: str) -> str:
    """Give the caller the place of a link, which then leads nobody else there; return the statement's id.

    Raises:
        StatementNotFound, StatementClosed: the link does not hold any more.
        InvalidAuthors: the caller has a place in the statement already.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.write() as transaction:
        place, kept = _invited(library, transaction, code)
        if any(one.reader == caller.subject for one in transaction.authors.places(kept.id)):
            raise InvalidAuthors("same-author")
        transaction.authors.keep_place(replace(place, reader=caller.subject, code=None))
    return kept.id


def accept_place(library: Library, caller: Caller, statement: str, accepted: Accepted) -> None:
    """Keep who the caller is in a statement and by which key they sign; fix it once all have accepted.

    Until then the caller may say so anew.

    Raises:
        StatementNotFound, StatementClosed: it is not the caller's, or has gone on.
        InvalidAuthors: name, roles or key are none, or another author signs by the same key.
        InvalidAccount: the wallet's account is mistyped.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    name = Name(checked_name(accepted.name), secrets.token_bytes(SALT_BYTES))
    key, credential = _key(library, caller, accepted)
    state = StatementState.GATHERING
    with library.store.write() as transaction:
        kept, places, own = own_place(library, transaction, caller, statement, state)
        said = Said(accepted.roles, open_said(library, own).share, name, key, credential)
        _check_other_keys(library, places, own, key)
        mine = seal_said(library, replace(own, state=PlaceState.ACCEPTED), said)
        transaction.authors.keep_place(mine)
        places = [mine if one.place == own.place else one for one in places]
        if all(one.state is PlaceState.ACCEPTED for one in places):
            _fix(library, transaction, kept, places)


def end_statement(library: Library, caller: Caller, statement: str) -> None:
    """Decline as an author, or take back what one began; all others are told, and nobody can sign it.

    Raises:
        StatementNotFound, StatementClosed: it is not the caller's, or all have signed, or it has ended.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.write() as transaction:
        kept, places = taking_part(transaction, caller, statement)
        check_state(library, kept, *WAITING)
        transaction.authors.keep(replace(kept, state=StatementState.ENDED))
        for place in places:
            if place.reader == caller.subject:
                transaction.authors.keep_place(replace(place, state=PlaceState.DECLINED))
        transaction.authors.set_file(statement, None)
        tell_others(library, transaction, kept, places, caller.subject, NoticeKind.AUTHORS_ENDED)


def tell_others(
    library: Library,
    transaction: Transaction,
    kept: KeptStatement,
    places: list[KeptPlace],
    but: str,
    kind: NoticeKind,
) -> None:
    """Tell all who take part, but one reader, how a statement went on."""
    readers = {place.reader for place in places} | {kept.reader}
    for reader in sorted(one for one in readers if one not in (None, but)):
        tell(transaction, reader, kind, kept.digest.hex(), library.clock())


def _fix(
    library: Library, transaction: Transaction, kept: KeptStatement, places: list[KeptPlace]
) -> None:
    """Fix the bytes that all sign, and tell everybody."""
    title, _ = open_statement(library, kept)
    authors = tuple(open_said(library, place).author() for place in places)
    check_keys(authors)
    salt = secrets.token_bytes(SALT_BYTES)
    origin, now = library.key.name, library.clock()
    fixed = AuthorsStatement(kept.digest, title, authors, origin, now, salt)
    signing = replace(kept, state=StatementState.SIGNING)
    transaction.authors.keep(seal_statement(library, signing, title, fixed))
    for reader in sorted({place.reader for place in places if place.reader is not None}):
        tell(transaction, reader, NoticeKind.AUTHORS_SIGN, kept.digest.hex(), now)


def _key(library: Library, caller: Caller, accepted: Accepted) -> tuple[AuthorKey, str]:
    if accepted.wallet:
        return AuthorKey(KeyKind.WALLET, parse_account(accepted.wallet.strip())), ""
    for own in keys_of_passkeys(library, caller):
        if own.id == accepted.passkey:
            key = AuthorKey(KeyKind.PASSKEY, own.public_key.hex(), accepted.origin)
            return AuthorKey.from_json(key.to_json()), own.credential
    raise InvalidAuthors("key")


def _check_other_keys(
    library: Library, places: list[KeptPlace], own: KeptPlace, key: AuthorKey
) -> None:
    others = (open_said(library, one).key for one in places if one.place != own.place)
    if any(one is not None and (one.kind, one.value) == (key.kind, key.value) for one in others):
        raise InvalidAuthors("same-key")


def _invited(
    library: Library, transaction: Transaction, code: str
) -> tuple[KeptPlace, KeptStatement]:
    place = transaction.authors.invited(secret_digest(code))
    if place is None or place.reader is not None:
        raise StatementNotFound("link")
    kept = transaction.authors.find(place.statement)
    if kept is None:
        raise StatementClosed("over")
    check_state(library, kept, StatementState.GATHERING)
    return place, kept
