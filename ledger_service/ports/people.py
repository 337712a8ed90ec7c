"""What the services need of people: readers, tokens and openings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.people.caller import Role
from ledger_service.ports.lending import Opening


@dataclass(frozen=True)
class Token:
    """An access token. subject: a reader's random name, or the name of the colleague who holds it."""

    role: Role
    subject: str
    expires_at: int


class AccessTable(Protocol):
    """Readers, tokens and openings: the only table in which a reader has a key."""

    def add_reader(self, reader: str, key: bytes) -> None: ...
    def reader_key(self, reader: str) -> bytes | None: ...
    def add_token(self, token_digest: bytes, token: Token) -> None: ...
    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]: ...
    def find_token(self, token_digest: bytes) -> Token | None: ...
    def add_opening(self, opening: Opening) -> None: ...
    def find_opening(self, secret: str) -> Opening | None: ...
