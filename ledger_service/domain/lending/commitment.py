"""Commitments: how readers and private parts are named without being told.

A reader is a pseudonym, HMAC-SHA-256(key of that reader and period, steward id), and appears on chain only
as SHA-256(salt ‖ pseudonym). A period is a year in UTC. Destroying the reader's key and the salts ends
linkability and breaks no proof, since the ledger and the chain hold only the commitments. Normative text:
docs/formats.md §2.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import CommitmentMismatch
from ledger_service.domain.identifiers import Commitment, StewardId

SALT_BYTES = 32
FIRST_PERIOD = 2020  # before the first library was set up
PERIOD_LABEL = b"muhr reader period "


def secret_digest(secret: str) -> bytes:
    """Return the 32 bytes by which a token or an opening is kept; they have 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def pseudonym(reader_key: bytes, steward: StewardId, at: int) -> bytes:
    """Return the 32-byte name under which one steward knows a reader in the period of a time.

    at: seconds since 1970 UTC.
    """
    return _named(_period_key(reader_key, period_of(at)), steward)


def pseudonyms(reader_key: bytes, steward: StewardId, until: int) -> dict[int, bytes]:
    """Return all names under which a steward knew a reader, by period, to that of a time and the next.

    Period 0 has the name without a period, which earlier versions gave.
    """
    names = {0: _named(reader_key, steward)}
    for period in range(FIRST_PERIOD, period_of(until) + 2):
        names[period] = _named(_period_key(reader_key, period), steward)
    return names


def opening_pseudonym(
    reader_key: bytes, steward: StewardId, salt: bytes, grantee: Commitment, until: int
) -> bytes:
    """Return the name that opens a grantee, of whichever period to that of a time and the next.

    Raises:
        CommitmentMismatch: the grantee is not this reader.
    """
    for name in pseudonyms(reader_key, steward, until).values():
        if hmac.compare_digest(commit(salt, name).value, grantee.value):
            return name
    raise CommitmentMismatch()


def period_of(at: int) -> int:
    """Return the year in UTC of a time in seconds since 1970."""
    return datetime.fromtimestamp(at, UTC).year


def _period_key(reader_key: bytes, period: int) -> bytes:
    return hmac.digest(reader_key, PERIOD_LABEL + period.to_bytes(8, "big"), "sha256")


def _named(key: bytes, steward: StewardId) -> bytes:
    return hmac.digest(key, steward.value, "sha256")


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
