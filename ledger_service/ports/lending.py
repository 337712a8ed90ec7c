"""What the services need of lending: grants, and openings as stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.ports.paging import Page, PageRequest


@dataclass(frozen=True)
class Opening:
    """A permission to fetch bytes for a short while, made by a granted opening.

    secret: 64 hex, in the URL of the bytes; expires_at: seconds since 1970 UTC.
    """

    secret: str
    entry: int
    digest: Digest
    grant: GrantId
    reader: str
    expires_at: int


class GrantTable(Protocol):
    def find(self, grant: GrantId) -> Grant | None: ...
    def of_reader(self, reader: str, digest: Digest) -> list[Grant]: ...
    def page(self, request: PageRequest) -> Page[Grant]: ...
    def page_of_reader(self, reader: str, request: PageRequest) -> Page[Grant]: ...
    def seats_taken(self, digest: Digest, steward: StewardId, now: int) -> set[int]: ...
    def last_turn(self, digest: Digest, steward: StewardId, seat: int) -> int: ...
    def set_until(self, grant: GrantId, until: int) -> None: ...
    def add(self, grant: Grant) -> None: ...
    def set_state(
        self, grant: GrantId, state: GrantState, *, rejection: str | None = None
    ) -> None: ...
