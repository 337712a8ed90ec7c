"""Hash passphrases, and check them in the same time whether somebody has the account or not.

Argon2id (RFC 9106) over the HMAC of the passphrase under the people key: from the database alone nobody can
try out passphrases, and with the key only slowly.
"""

from __future__ import annotations

import hmac
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

MEMORY_KIB = 65_536
TIME_COST = 3
LANES = 1  # one thread each, so that those of the pool are all there are
SALT_BYTES = 16
HASH_BYTES = 32
_PURPOSE = b"muhr: passphrase\n"


def hash_passphrase(people_key: bytes, passphrase: str) -> bytes:
    """Return what is kept of a passphrase in its normal form; it takes 0.1 seconds of a core, and 64 MiB."""
    return _hasher().hash(_keyed(people_key, passphrase)).encode()


def check_hash(people_key: bytes, kept: bytes | None, passphrase: str) -> bool:
    """Return whether this passphrase was kept so.

    kept: None for an account that nobody has, which takes as long and is False.
    """
    wanted = _nobodys() if kept is None else kept.decode()
    try:
        _hasher().verify(wanted, _keyed(people_key, passphrase))
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: bytes) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(kept.decode())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(TIME_COST, MEMORY_KIB, LANES, HASH_BYTES, SALT_BYTES, type=Type.ID)


@cache
def _nobodys() -> str:
    """Return the hash against which an account that nobody has is checked."""
    return _hasher().hash(bytes(HASH_BYTES))


def _keyed(people_key: bytes, passphrase: str) -> bytes:
    return hmac.digest(people_key, _PURPOSE + passphrase.encode("utf-8", "replace"), "sha256")
