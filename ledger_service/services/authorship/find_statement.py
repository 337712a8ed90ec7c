"""Show those who take part in a statement how far it is, and what is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import AuthorKey
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.authorship.signed_statement import AuthorSignature, SignedStatement
from ledger_service.domain.errors import StatementClosed, StatementNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.authorship import KeptPlace, KeptStatement, PlaceState, StatementState
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.sealed_parts import Said, open_said, open_statement
from ledger_service.services.library import Library

_CLOSED: Mapping[StatementState, Callable[[], StatementClosed]] = {
    StatementState.GATHERING: lambda: StatementClosed("gathering"),
    StatementState.SIGNING: lambda: StatementClosed("signing"),
    StatementState.SIGNED: lambda: StatementClosed("signed"),
    StatementState.ENDED: lambda: StatementClosed("ended"),
}


@dataclass(frozen=True)
class OwnPlace:
    """One author as the others see them. name: None until they accept, and of one who left.

    key: by which they sign; signature: once they have; is_own: of whoever looks.
    """

    place: int
    state: PlaceState
    is_own: bool
    name: str | None
    roles: tuple[CreditRole, ...]
    share: int | None
    key: AuthorKey | None
    signature: AuthorSignature | None


@dataclass(frozen=True)
class OwnStatement:
    """A statement as those who take part see it. fixed: what is signed, once all have accepted.

    signed, entry: what the ledger attests, and where, once all have signed. is_over: its time has passed.
    is_registered: the library has registered the work, so that there is a page of it.
    """

    kept: KeptStatement
    title: str
    is_lead: bool
    is_over: bool
    places: tuple[OwnPlace, ...]
    fixed: AuthorsStatement | None
    signed: SignedStatement | None
    has_file: bool
    is_registered: bool

    @property
    def id(self) -> str:
        return self.kept.id

    @property
    def state(self) -> StatementState:
        return self.kept.state

    @property
    def own(self) -> OwnPlace | None:
        """The place of whoever looks; None for who only began it."""
        return next((place for place in self.places if place.is_own), None)

    @property
    def is_waiting(self) -> bool:
        """Whether authors are still asked for something."""
        return not self.is_over and self.state in (StatementState.GATHERING, StatementState.SIGNING)


def find_statement(library: Library, caller: Caller, statement: str) -> OwnStatement:
    """Return a statement that the caller began or has a place in.

    Raises:
        StatementNotFound: there is none, or it is not the caller's.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.read() as transaction:
        kept, places = taking_part(transaction, caller, statement)
        has_file = transaction.authors.file(statement) is not None
        work = transaction.registrations.find(kept.digest, library.steward)
    found = _own(library, caller, kept, places, has_file)
    return replace(found, is_registered=work is not None)


def own_statements(library: Library, caller: Caller) -> list[OwnStatement]:
    """Return the statements that the caller began or has a place in, newest first."""
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.read() as transaction:
        found = transaction.authors.of_reader(caller.subject)
        placed = [(kept, transaction.authors.places(kept.id)) for kept in found]
    return [_own(library, caller, kept, places, has_file=False) for kept, places in placed]


def taking_part(
    transaction: Transaction, caller: Caller, statement: str
) -> tuple[KeptStatement, list[KeptPlace]]:
    """Return a statement and its places; raise StatementNotFound as `find_statement`."""
    reach(caller, Permission.STATEMENT_SIGN)
    kept = transaction.authors.find(statement)
    places = [] if kept is None else transaction.authors.places(statement)
    if kept is None or not (
        kept.reader == caller.subject or any(one.reader == caller.subject for one in places)
    ):
        raise StatementNotFound()
    return kept, places


def own_place(
    library: Library,
    transaction: Transaction,
    caller: Caller,
    statement: str,
    state: StatementState,
) -> tuple[KeptStatement, list[KeptPlace], KeptPlace]:
    """Return a statement in this state, its places, and the caller's.

    Raises:
        StatementNotFound: there is none, or the caller is no author of it.
        StatementClosed: it is in another state, or its time is over.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    kept, places = taking_part(transaction, caller, statement)
    own = next((one for one in places if one.reader == caller.subject), None)
    if own is None:
        raise StatementNotFound()
    check_state(library, kept, state)
    return kept, places, own


def check_state(library: Library, kept: KeptStatement, *states: StatementState) -> None:
    """Check that a statement is in one of these states, in its time; raise StatementClosed."""
    if kept.state not in states:
        raise _CLOSED[kept.state]()
    if kept.ends_at <= library.clock():
        raise StatementClosed("over")


def signature_of(place: KeptPlace) -> AuthorSignature | None:
    """Return what an author signed; None before."""
    if place.signature is None:
        return None
    return AuthorSignature.from_json(canonical_json.parse(place.signature))


def _own(
    library: Library,
    caller: Caller,
    kept: KeptStatement,
    places: list[KeptPlace],
    has_file: bool,
) -> OwnStatement:
    title, fixed = open_statement(library, kept)
    shown = tuple(_shown(place, open_said(library, place), caller) for place in places)
    return OwnStatement(
        kept,
        title,
        kept.reader == caller.subject,
        kept.entry is None and kept.ends_at <= library.clock(),
        shown,
        fixed,
        None if kept.signed is None else SignedStatement.parse(kept.signed),
        has_file,
        is_registered=False,
    )


def _shown(place: KeptPlace, said: Said, caller: Caller) -> OwnPlace:
    return OwnPlace(
        place.place,
        place.state,
        place.reader == caller.subject,
        None if said.name is None else said.name.text,
        said.roles,
        said.share,
        said.key,
        signature_of(place),
    )
