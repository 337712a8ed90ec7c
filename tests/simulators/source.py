"""A Muhr service as an auditor sees it, over the library's own store: implements ports.LedgerSource.

The lists of changes let a test serve something else than the store holds, as a lying operator would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ledger_service.api.resources.shapes import LicenseShape, RegistrationShape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName, format_bundle
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.ports.paging import PageRequest, every
from ledger_service.services.authorship.show_signed import statement_file
from ledger_service.services.credentials.publish import (
    attendance_value,
    find_attendance,
    list_states,
    status_token,
)
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.lending.forgetting.retire_parts import (
    count_of_erased,
    list_retirements,
)
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_licenses, list_resources
from ledger_service.services.verification.make_receipt import receipt_of

Change = Callable[[list[bytes]], list[bytes]]


class SourceSimulator:
    """Implements ports.LedgerSource.

    Attributes:
        change_entries: what is made of all entries before they are served.
        change_descriptions: what is made of each registration before it is listed.
        change_licenses: what is made of each license before it is listed.
        change_tile: what is made of a hash tile before it is served.
        change_parts: what is made of all private parts before they are served.
        change_statement: what is made of each file that authors signed before it is served.
        change_attendance, change_states, change_list: the same of what stands behind credentials.
        change_destroyed: what is made of how many parts went with readers, and of the statements of others.
        states_at_once: how many states of a list one answer has.
        note: a checkpoint to serve in place of the store's.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.change_entries: Change = lambda entries: entries
        self.change_parts: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda parts: (
            parts
        )
        self.change_tile: Callable[[TileName, bytes], bytes] = lambda _, data: data
        self.change_descriptions: Callable[[dict[str, Any]], dict[str, Any]] = lambda told: told
        self.change_licenses: Callable[[dict[str, Any]], dict[str, Any]] = lambda told: told
        self.change_statement: Callable[[bytes], bytes] = lambda data: data
        self.change_attendance: Callable[[Any], Any] = lambda told: told
        self.change_states: Callable[[list[str]], list[str]] = lambda told: told
        self.change_list: Callable[[str], str] = lambda token: token
        self.change_destroyed: Callable[..., tuple[Any, list[dict[str, Any]]]] = lambda *told: told
        self.states_at_once = 2
        self.note: str | None = None

    def checkpoint(self) -> str:
        return self.note or published_checkpoint(self._library).note

    def tile(self, name: TileName) -> bytes:
        if name.level is not None:
            return self.change_tile(name, read_tile(self._library, name.format())[1])
        with self._library.store.read() as transaction:
            entries = self.change_entries(transaction.ledger.entries(0, 1_000_000))
        return format_bundle(entries[name.first : name.first + name.width])

    def receipts(self, digest: Digest) -> list[Receipt]:
        return [receipt_of(self._library, digest)]

    def descriptions(self) -> Iterator[dict[str, Any]]:
        for item in list_resources(self._library, PageRequest(limit=1_000_000)).items:
            yield self.change_descriptions(RegistrationShape.of(item).model_dump())

    def licenses(self) -> Iterator[dict[str, Any]]:
        for item in list_licenses(self._library, PageRequest(limit=1_000)).items:
            yield self.change_licenses(LicenseShape.of(item).model_dump())

    def signed_statement(self, digest: Digest) -> bytes:
        return self.change_statement(statement_file(self._library, digest).format())

    def attendance(self, statement: Digest) -> Any:
        found = attendance_value(find_attendance(self._library, statement))
        return self.change_attendance(found)

    def list_states(self, number: int, below: int | None) -> list[str]:
        found = list_states(self._library, number, self.states_at_once, below)
        return self.change_states([kept.state.format().decode() for kept in found])

    def status_list(self, number: int) -> bytes:
        return self.change_list(status_token(self._library, number)).encode()

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        with self._library.store.read() as transaction:
            found = transaction.ledger.private_parts(0, 1_000_000)
        parts = [
            {
                "entry": part.entry,
                "salt": part.salt.hex() if part.salt else None,
                "body": part.body.decode() if part.body else None,
            }
            for part in found
        ]
        return [part for part in self.change_parts(parts) if part["entry"] >= start][:limit]

    def destroyed_parts(self) -> tuple[Any, list[dict[str, Any]]]:
        library, operator = self._library, Caller.operator(self._library.steward)
        stated = every(partial(list_retirements, library, operator))
        told = count_of_erased(library, operator), [dict(vars(one)) for one in stated]
        return self.change_destroyed(*told)
