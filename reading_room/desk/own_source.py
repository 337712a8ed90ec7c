"""The library's own ledger as an audit reads it: by the same verbs that serve it to others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.ports.paging import every
from ledger_service.services.authorship.show_signed import statement_file
from ledger_service.services.credentials.publish import (
    attendance_value,
    find_attendance,
    list_states,
    status_token,
)
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_licenses, list_resources


class OwnSource:
    """Implements ports.audit.LedgerSource over a library's own store."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def checkpoint(self) -> str:
        return published_checkpoint(self._library).note

    def tile(self, name: TileName) -> bytes:
        return read_tile(self._library, name.format())[1]

    def receipts(self, digest: Digest) -> list[Receipt]:
        raise NotImplementedError(f"an audit asks for no receipt, such as of {digest}")

    def descriptions(self) -> Iterator[dict[str, Any]]:
        for item in every(partial(list_resources, self._library)):
            yield {
                **item.record.to_json(),
                "digest": item.digest.hex(),
                "steward": item.steward.hex(),
                "accepted_entry": item.accepted_entry,
                "described_entry": None if item.described is None else item.described.entry,
            }

    def licenses(self) -> Iterator[dict[str, Any]]:
        for item in every(partial(list_licenses, self._library)):
            yield {
                "license": item.id.hex(),
                "checkouts": item.checkouts,
                "marked": item.is_marked,
            }

    def signed_statement(self, digest: Digest) -> bytes:
        return statement_file(self._library, digest).format()

    def attendance(self, statement: Digest) -> dict[str, object]:
        return attendance_value(find_attendance(self._library, statement))

    def list_states(self, number: int, below: int | None) -> list[str]:
        found = list_states(self._library, number, below=below)
        return [kept.state.format().decode() for kept in found]

    def status_list(self, number: int) -> bytes:
        return status_token(self._library, number).encode()

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        with self._library.store.read() as transaction:
            found = transaction.ledger.private_parts(start, limit)
        return [
            {
                "entry": part.entry,
                "salt": None if part.salt is None else part.salt.hex(),
                "body": None if part.body is None else part.body.decode(),
            }
            for part in found
        ]

    def destroyed_parts(self) -> tuple[Any, list[dict[str, Any]]]:
        with self._library.store.read() as transaction:
            told = transaction.retirements
            return told.of_erased(), [vars(one) for one in every(told.page)]
