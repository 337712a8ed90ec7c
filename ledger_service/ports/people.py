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

    def add_reader(self, reader: str, key: bytes) -> None:
        """Add a reader by a random name that is new, with a key of 32 bytes."""

    def reader_key(self, reader: str) -> bytes | None:
        """Return the reader's key of 32 bytes; None for an unknown or an erased reader."""

    def add_token(self, token_digest: bytes, token: Token) -> None:
        """Add a token under the SHA-256 of its secret, which itself is never stored."""

    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]:
        """Return those of these tokens that there are, by digest, expired ones too; some hundreds at most."""

    def find_token(self, token_digest: bytes) -> Token | None:
        """Return the token of this digest, expired or not; None if there is none."""

    def add_opening(self, opening: Opening) -> None:
        """Add an opening; its secret is kept as a digest only."""

    def find_opening(self, secret: str) -> Opening | None:
        """Return the opening of this secret, expired or not; None if there is none."""
