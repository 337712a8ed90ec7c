"""Commitments: how readers and private parts are named without being told.

A reader is a pseudonym, HMAC-SHA-256(key of that reader, steward id), and appears on chain only as
SHA-256(salt ‖ pseudonym). Destroying the reader's key and the salts ends linkability and breaks no
proof, since the ledger and the chain hold only the commitments. Normative text: docs/formats.md §2.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import CommitmentMismatch
from ledger_service.domain.identifiers import Commitment, StewardId

SALT_BYTES = 32


def secret_digest(secret: str) -> bytes:
    """Return the 32 bytes by which a token or an opening is kept; they have 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def pseudonym(reader_key: bytes, steward: StewardId) -> bytes:
    """Return the 32-byte name under which one steward knows a reader."""
    return hmac.digest(reader_key, steward.value, "sha256")


def commit(salt: bytes, value: bytes) -> Commitment:
    """Return SHA-256(salt ‖ value); salt is 32 random bytes, used once."""
    return Commitment(hashlib.sha256(salt + value).digest())


def commit_private_part(salt: bytes, private_part: Mapping[str, object]) -> Commitment:
    """Return the commitment that stands in the entry of a private part."""
    return commit(salt, canonical_json.canonicalize(private_part))


def check_opened(commitment: Commitment, salt: bytes, value: bytes) -> None:
    """Check that salt and value open the commitment; raise CommitmentMismatch otherwise."""
    if len(salt) != SALT_BYTES or not hmac.compare_digest(
        commit(salt, value).value, commitment.value
    ):
        raise CommitmentMismatch()
