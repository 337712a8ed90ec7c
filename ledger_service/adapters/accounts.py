"""Accounts of the EVM: a secp256k1 key, the address that it signs for, and whose a signature is.

Signatures are RFC 6979's, with the low s that contracts ask for, so that a key signs a digest in one way.
Source: Ethereum Yellow Paper, appendix F; compared with eth-account in tests/unit/chain/test_accounts.py.
"""

from __future__ import annotations

from coincurve import PrivateKey, PublicKey

from ledger_service.domain.chain.keccak import keccak256

SIGNATURE_BYTES = 65
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_FIRST_V = 27


class Account:
    """A key that signs, and its address (40 hex).

    Raises:
        ValueError: the 32 bytes are no key of the curve.
    """

    def __init__(self, key: bytes) -> None:
        self._key = PrivateKey(key)
        self.address = _address(self._key.public_key)

    def sign(self, digest: bytes) -> bytes:
        """Return r ‖ s ‖ v of a digest of 32 bytes: 65 bytes, v being 27 or 28."""
        signature: bytes = self._key.sign_recoverable(digest, hasher=None)
        return signature[:-1] + bytes([_FIRST_V + signature[-1]])


def recovered(digest: bytes, signature: bytes) -> str | None:
    """Return the account (40 hex) whose one signature of the digest this is; None if it is none.

    Contracts take one form: 65 bytes, a low s, v of 27 or 28. Other libraries take more.
    """
    if len(signature) != SIGNATURE_BYTES:
        return None
    s, v = int.from_bytes(signature[32:64]), signature[64]
    if s > HALF_ORDER or v not in (_FIRST_V, _FIRST_V + 1):
        return None
    compact = signature[:64] + bytes([v - _FIRST_V])
    try:
        return _address(PublicKey.from_signature_and_message(compact, digest, hasher=None))
    except ValueError:
        return None


def _address(key: PublicKey) -> str:
    return keccak256(key.format(compressed=False)[1:])[12:].hex()
