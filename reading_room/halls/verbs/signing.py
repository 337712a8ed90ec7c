"""The key that signs the manifests of halls: its own, made when it is first needed.

The ledger's key is at the worker alone; a manifest is signed where it is published. The key rests wrapped by
the key keeper, and the ledger attests its public part.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey, sign_note
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from reading_room.halls.ports import HallTables, KeptKey
from reading_room.halls.rules.manifest import KEY_LINE

Tables = Callable[[Any], HallTables]
"""Makes the room's tables of a connection."""
NAME = "halls"
SEED_BYTES = 32


@dataclass(frozen=True)
class HallSigner:
    """Signs notes of halls. key: by which they are checked."""

    key: VerifierKey
    _private: Ed25519PrivateKey

    def sign(self, text: str) -> str:
        """Return the signed note of a text that ends with a newline."""
        return sign_note(text, self.key, self._private.sign)


def key_of(library: Library, public: bytes) -> VerifierKey:
    """Return the key by which notes of this library's halls are checked."""
    return VerifierKey(f"{library.key.name}/{NAME}", public)


def signer_in(library: Library, transaction: Transaction, tables: Tables) -> HallSigner:
    """Return the signer, in a write transaction; its key is made and attested if there is none.

    Raises:
        ContentKeyUnavailable, ContentKeyWrong: what wraps the key cannot be had, or is another one.
    """
    room = transaction.room(tables)
    bound = small_bound_to(library.key.name, NAME, "signing key")
    kept = room.key()
    if kept is None:
        seed = secrets.token_bytes(SEED_BYTES)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        statement = Digest.of(key_statement(key_of(library, public)))
        kind, now = StatementType.HALL, library.clock()
        entry, _ = append_statement(transaction, kind, statement, library.steward, now)
        kept = KeptKey(library.keeper.wrap(seed, bound), public, entry)
        room.add_key(kept)
    private = Ed25519PrivateKey.from_private_bytes(library.keeper.unwrap(kept.wrapped, bound))
    return HallSigner(key_of(library, kept.public), private)


def key_statement(key: VerifierKey) -> bytes:
    """Return the bytes whose digest the ledger attests of the key."""
    return f"{KEY_LINE}\n{key.format()}\n".encode()
