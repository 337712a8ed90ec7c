"""Authors ask the library to register what they signed; a registrar decides, with the statement at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import StatementClosed, StatementNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.domain.people.permission import Permission, check_permitted, reach
from ledger_service.domain.resources.registration import Metadata, Registration
from ledger_service.ports.authorship import KeptPlace, KeptStatement, StatementState
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.accept_place import tell_others
from ledger_service.services.authorship.find_statement import taking_part
from ledger_service.services.authorship.sealed_parts import open_file, open_said
from ledger_service.services.authorship.show_signed import SignedWork, signed_work
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.find_resources import show_license
from ledger_service.services.resources.register_resource import receive_resource, register_resource

PDF, UNKNOWN_TYPE = "application/pdf", "application/octet-stream"


@dataclass(frozen=True)
class AskedWork:
    """A signed work that its authors ask to be registered. id: of the statement."""

    id: str
    work: SignedWork


def ask_for_registration(library: Library, caller: Caller, statement: str) -> None:
    """Ask the library to register what all have signed; asked again, nothing changes.

    Raises:
        StatementNotFound: it is not the caller's, or the library does not keep the work.
        StatementClosed: not all have signed.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.write() as transaction:
        kept, _ = taking_part(transaction, caller, statement)
        if kept.state is not StatementState.SIGNED:
            raise StatementClosed("not-signed")
        if transaction.authors.file(statement) is None:
            raise StatementNotFound("file")
        transaction.authors.keep(replace(kept, is_asked=True))


def list_asked(library: Library, caller: Caller, request: PageRequest) -> Page[AskedWork]:
    """Return a page of what authors ask to be registered, oldest first; raise InvalidCursor."""
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    with library.store.read() as transaction:
        page = transaction.authors.asked(request)
        placed = {kept.id: transaction.authors.places(kept.id) for kept in page.items}
    return page.map(lambda kept: AskedWork(kept.id, signed_work(library, kept, placed[kept.id])))


def asked_file(library: Library, caller: Caller, statement: str) -> bytes:
    """Return the work that is to be registered; raise StatementNotFound."""
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    with library.store.read() as transaction:
        kept, _, sealed = _asked(transaction, statement)
    return open_file(library, kept, sealed)


def register_signed(
    library: Library, caller: Caller, statement: str, license_name: str
) -> Registration:
    """Register the work that authors ask for, by the names that they show; they are told.

    A work that the library has registered stays as it is. From now on its pages tell who signed it.

    Raises:
        StatementNotFound: it was decided already, or was never asked for.
        UnknownLicense, ResourceAlreadyRegistered, …: as `register_resource`; the question stands.
    """
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    with library.store.read() as transaction:
        kept, places, sealed = _asked(transaction, statement)
        standing = transaction.registrations.find(kept.digest, library.steward)
    if standing is not None:
        _decide(
            library, caller, statement, NoticeKind.AUTHORS_REGISTERED, ActKind.SIGNED_WORK_ACCEPTED
        )
        return standing
    data, work = open_file(library, kept, sealed), signed_work(library, kept, places)
    names = [name.text for name in (open_said(library, one).name for one in places) if name]
    kind = PDF if data.startswith(b"%PDF-") else UNKNOWN_TYPE
    title = work.signed.statement.title
    metadata = Metadata.claimed(title, kind, len(data), "; ".join(names), "")
    is_open = show_license(library, license_name).terms.is_open
    with receive_resource(library, is_open=is_open) as incoming:
        incoming.write(data)
        found = register_resource(
            library,
            caller,
            incoming,
            metadata=metadata,
            license_name=license_name,
            announced=kept.digest,
        )
    _decide(library, caller, statement, NoticeKind.AUTHORS_REGISTERED, ActKind.SIGNED_WORK_ACCEPTED)
    return found


def refuse_signed(library: Library, caller: Caller, statement: str) -> None:
    """Do not register what authors ask for; the file is deleted, the proof of their signatures stays.

    Raises:
        StatementNotFound: it was decided already, or was never asked for.
    """
    check_permitted(caller, Permission.RESOURCE_REGISTER)
    act = ActKind.SIGNED_WORK_REFUSED
    _decide(library, caller, statement, NoticeKind.AUTHORS_NOT_REGISTERED, act)


def _decide(
    library: Library, caller: Caller, statement: str, kind: NoticeKind, act: ActKind
) -> None:
    with library.store.write() as transaction:
        kept, places, _ = _asked(transaction, statement)
        accepted = act is ActKind.SIGNED_WORK_ACCEPTED
        transaction.authors.keep(replace(kept, is_asked=False, is_accepted=accepted))
        transaction.authors.set_file(statement, None)
        record_act(transaction, caller, library.clock(), act, kept.digest)
        tell_others(library, transaction, kept, places, "", kind)


def _asked(
    transaction: Transaction, statement: str
) -> tuple[KeptStatement, list[KeptPlace], bytes]:
    kept = transaction.authors.find(statement)
    sealed = transaction.authors.file(statement)
    if kept is None or not kept.is_asked or sealed is None:
        raise StatementNotFound("decided")
    return kept, transaction.authors.places(statement), sealed
