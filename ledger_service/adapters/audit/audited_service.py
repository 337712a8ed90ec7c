"""All that an auditor recomputes a library's ledger by, read from its service, which is not trusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_service.adapters.remote import API, RemoteService, understood
from ledger_service.domain.authorship.signed_statement import LARGEST_BYTES
from ledger_service.domain.credentials.credential import STATUS_PATH
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.ports.credentials.tables import MOST_STATES
from ledger_service.ports.paging import MOST_ITEMS


class AuditedService:
    """Implements ports.LedgerSource over a service."""

    def __init__(self, service: RemoteService) -> None:
        self._service = service

    def checkpoint(self) -> str:
        return self._service.checkpoint()

    def tile(self, name: TileName) -> bytes:
        return self._service.tile(name)

    def receipts(self, digest: Digest) -> list[Receipt]:
        return self._service.receipts(digest)

    def descriptions(self) -> Iterator[dict[str, Any]]:
        yield from self._service.pages("/resources", limit=MOST_ITEMS)

    def licenses(self) -> Iterator[dict[str, Any]]:
        yield from self._service.pages("/licenses", limit=MOST_ITEMS)

    def signed_statement(self, digest: Digest) -> bytes:
        with self._service.asked("GET", f"{API}/statements/{digest}") as answer:
            return answer.read(LARGEST_BYTES + 1)

    def attendance(self, statement: Digest) -> Any:
        with understood():
            return self._service.get(f"/credentials/attendances/{statement}")["attendance"]

    def list_states(self, number: int, below: int | None) -> list[str]:
        asked = {} if below is None else {"below": below}
        with understood():
            told = self._service.get(f"/credentials/lists/{number}", limit=MOST_STATES, **asked)
            return [str(state["body"]) for state in told]

    def status_list(self, number: int) -> bytes:
        return self._service.published(f"{STATUS_PATH}{number}")

    def private_parts(self, start: int, limit: int) -> list[dict[str, Any]]:
        with understood():
            answer = self._service.get("/ledger/private-parts", start=start, limit=limit)
            return [dict(part, entry=int(part["entry"])) for part in answer["items"]]

    def destroyed_parts(self) -> tuple[Any, list[dict[str, Any]]]:
        path = "/ledger/destroyed-parts"
        with understood():
            of_erased = self._service.get(path, limit=1)["of_erased"]
            return of_erased, [dict(one) for one in self._service.pages(path, limit=MOST_ITEMS)]
