"""Say which file of the license server a resource is, so that its loans have licenses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from ledger_service.domain.errors import InvalidProtection, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.lcp.ports import LcpTables
from reading_room.lcp.rules import Bound

Tables = Callable[[Any], LcpTables]
LONGEST_TOLD = 40  # characters of a name that is none


def bind_file(
    library: Library, tables: Tables, caller: Caller, digest: Digest, publication: str
) -> tuple[Bound, str]:
    """Return that a resource is lent as an encrypted file, too, and that file's title at the license server.

    Raises:
        ResourceNotFound: it is not registered here.
        InvalidProtection: the library has no license server, this is no UUID, or the server has no such file.
        LicenseServerUnavailable: it does not answer.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    if library.license_server is None:
        raise InvalidProtection("no-server")
    try:
        name = str(UUID(publication))
    except ValueError as exc:
        raise InvalidProtection("publication", given=publication[:LONGEST_TOLD]) from exc
    with library.store.read() as transaction:
        if transaction.registrations.find(digest, library.steward) is None:
            raise ResourceNotFound("here", digest=str(digest))
    title = library.license_server.title_of(name)
    if title is None:
        raise InvalidProtection("unknown", publication=name)
    bound = Bound(digest, name, library.clock())
    with library.store.write() as transaction:
        transaction.room(tables).bind(bound)
        record_act(transaction, caller, bound.bound_at, ActKind.FILE_BOUND, digest)
    return bound, title


def unbind_file(library: Library, tables: Tables, caller: Caller, digest: Digest) -> Bound:
    """Return the file that a resource had: new loans have no license, those that run keep theirs.

    Raises:
        ResourceNotFound: it had none.
    """
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    with library.store.write() as transaction:
        room = transaction.room(tables)
        for bound in room.bound([digest]):
            room.unbind(digest)
            record_act(transaction, caller, library.clock(), ActKind.FILE_UNBOUND, digest)
            return bound
    raise ResourceNotFound("not-bound", digest=str(digest))


def list_bound(library: Library, tables: Tables, caller: Caller, limit: int) -> list[Bound]:
    """Return so many resources that have an encrypted file, the newest first."""
    check_permitted(caller, Permission.RESOURCE_CHANGE)
    with library.store.read() as transaction:
        return transaction.room(tables).page(limit)
