"""Key files in Web3 Secret Storage, version 3, as geth and wallets write them: a key under a password.

Written with scrypt; those of others may have PBKDF2, too. Source: the Web3 Secret Storage Definition on
ethereum.org; read by eth-account, and reads what that writes, in tests/unit/chain/test_keystores.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from ledger_service.adapters.accounts import Account
from ledger_service.domain.chain.keccak import keccak256

VERSION = 3
CIPHER = "aes-128-ctr"
KEY_BYTES = (
    32  # half of what the password gives encrypts, the other half shows that it is the right one
)
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "dklen": KEY_BYTES}
"""A password of ours has 256 random bits; this only slows a guesser of weaker ones."""
MOST_SCRYPT_BYTES = 2**30  # of memory; geth's standard takes a quarter


def encrypt(key: bytes, password: str) -> dict[str, Any]:
    """Return the JSON object of a key file; inverse of `decrypt`."""
    salt, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(16)
    derived = _scrypt(password, salt, **SCRYPT)
    hidden = _crypt(key, derived, nonce)
    return {
        "address": Account(key).address,
        "crypto": {
            "cipher": CIPHER,
            "cipherparams": {"iv": nonce.hex()},
            "ciphertext": hidden.hex(),
            "kdf": "scrypt",
            "kdfparams": {**SCRYPT, "salt": salt.hex()},
            "mac": _mac(derived, hidden).hex(),
        },
        "id": str(uuid.uuid4()),
        "version": VERSION,
    }


def decrypt(keystore: Any, password: str) -> bytes:
    """Return the 32-byte key of a key file's JSON object.

    Raises:
        ValueError: the password is another.
        ValueError, TypeError, KeyError, AttributeError, OverflowError: it is no key file.
    """
    fields = {name.lower(): value for name, value in keystore.items()}  # some write “Crypto”
    stored = fields["crypto"]
    if fields["version"] != VERSION or stored["cipher"] != CIPHER:
        raise ValueError("another kind of key file")
    derived = _derived(password, stored["kdf"], stored["kdfparams"])
    hidden = _bytes(stored["ciphertext"])
    if not hmac.compare_digest(_mac(derived, hidden), _bytes(stored["mac"])):
        raise ValueError("another password")
    return _crypt(hidden, derived, _bytes(stored["cipherparams"]["iv"]))


def _derived(password: str, kind: str, told: dict[str, Any]) -> bytes:
    """Return the 32 bytes that the password gives by the parameters which the file tells."""
    salt = _bytes(told["salt"])
    if told["dklen"] != KEY_BYTES:
        raise ValueError("another length")
    if kind == "scrypt":
        return _scrypt(password, salt, told["n"], told["r"], told["p"], KEY_BYTES)
    if kind == "pbkdf2" and told["prf"] == "hmac-sha256":
        return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, told["c"], KEY_BYTES)
    raise ValueError("another derivation")


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int, dklen: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=n, r=r, p=p, maxmem=MOST_SCRYPT_BYTES, dklen=dklen
    )


def _crypt(data: bytes, derived: bytes, nonce: bytes) -> bytes:
    """Return the data encrypted, or decrypted, which is the same."""
    return Cipher(AES(derived[:16]), CTR(nonce)).encryptor().update(data)


def _mac(derived: bytes, hidden: bytes) -> bytes:
    return keccak256(derived[16:] + hidden)


def _bytes(digits: str) -> bytes:
    return bytes.fromhex(digits.removeprefix("0x"))
