"""Tell those who count that open content is used."""

from __future__ import annotations

from fastapi import Request

from ledger_service.api.requests import ADDRESS
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import OpenUse, UseCounter
from ledger_service.services.library import Library


def count_use(request: Request, digest: Digest) -> None:
    """Tell each counter of this process that a request begins to use an open resource."""
    library: Library = request.app.state.library
    host = request.client.host if request.client is not None else ""
    address = request.scope.get(ADDRESS, host)
    use = OpenUse(digest, library.clock(), address, request.headers.get("user-agent", ""))
    counters: list[UseCounter] = request.app.state.use_counters
    for counter in counters:
        counter.count(use)
