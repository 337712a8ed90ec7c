"""Make seals for closed content, and open those that were made: one random key a resource and epoch.

A key leaves memory only wrapped by the key keeper, bound to deployment, digest and epoch.
"""

from __future__ import annotations

import secrets

from ledger_service.domain.content.sealing import KEY_BYTES, bound_to, stream_bound_to
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import KeyKeeper, Seal


def new_seal(origin: str) -> Seal:
    """Return a seal with a new random key, for one file of the library with this origin."""
    return Seal(secrets.token_bytes(KEY_BYTES), stream_bound_to(origin))


def wrap_seal(keeper: KeyKeeper, seal: Seal, origin: str, digest: Digest, epoch: int) -> bytes:
    """Return the seal's key as it may be stored: it opens for this deployment, digest and epoch only.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
    """
    return keeper.wrap(seal.key, bound_to(origin, digest, epoch))


def open_seal(keeper: KeyKeeper, wrapped: bytes, origin: str, digest: Digest, epoch: int) -> Seal:
    """Return the seal whose key was wrapped for this deployment, digest and epoch.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
        ContentKeyWrong: it was wrapped by another one, or for something else, or is damaged.
    """
    key = keeper.unwrap(wrapped, bound_to(origin, digest, epoch))
    return Seal(key, stream_bound_to(origin))
