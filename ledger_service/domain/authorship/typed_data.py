"""What a wallet is shown and signs: the statement as typed data of EIP-712, in plain words.

The domain names no chain, so that an author signs whatever network the wallet is on; the statement's salt
keeps a signature from meaning anything else. An author is a struct with a salt of its own: its hash stands
for a name that was taken away since. Source: https://eips.ethereum.org/EIPS/eip-712.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger_service.domain.chain.keccak import keccak256

DOMAIN = {"name": "Muhr: authors of a work", "version": "1"}
PRIMARY = "SignedByItsAuthors"
TYPES = {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}],
    PRIMARY: [
        {"name": "title", "type": "string"},
        {"name": "authors", "type": "Author[]"},
        {"name": "file", "type": "bytes32"},
        {"name": "statement", "type": "bytes32"},
    ],
    "Author": [
        {"name": "name", "type": "string"},
        {"name": "contribution", "type": "string"},
        {"name": "salt", "type": "bytes32"},
    ],
}


class ShownAuthor(NamedTuple):
    """An author as a wallet shows one. contribution: roles in words; salt: 32 bytes."""

    name: str
    contribution: str
    salt: bytes


def _text_of(name: str) -> str:
    members = ",".join(f"{one['type']} {one['name']}" for one in TYPES[name])
    return f"{name}({members})"


_AUTHOR = keccak256(_text_of("Author").encode())
_SIGNED = keccak256((_text_of(PRIMARY) + _text_of("Author")).encode())
_SEPARATOR = keccak256(
    keccak256(_text_of("EIP712Domain").encode())
    + keccak256(DOMAIN["name"].encode())
    + keccak256(DOMAIN["version"].encode())
)


def author_hash(name: str, contribution: str, salt: bytes) -> bytes:
    """Return the 32 bytes of an author (hashStruct), which hide the name as long as the salt is hidden."""
    return keccak256(_AUTHOR + keccak256(name.encode()) + keccak256(contribution.encode()) + salt)


def signed_digest(title: str, authors: Sequence[bytes], file: bytes, statement: bytes) -> bytes:
    """Return the 32 bytes that a wallet signs.

    Args:
        authors: the hash of each, in their order. file, statement: SHA-256 of the work and the statement.
    """
    listed = keccak256(b"".join(authors))
    told = keccak256(_SIGNED + keccak256(title.encode()) + listed + file + statement)
    return keccak256(b"\x19\x01" + _SEPARATOR + told)


def typed_data(
    title: str, authors: Sequence[ShownAuthor], file: bytes, statement: bytes
) -> dict[str, Any]:
    """Return the object of `eth_signTypedData_v4`, whose digest is that of `signed_digest`."""
    told = [
        {"name": one.name, "contribution": one.contribution, "salt": "0x" + one.salt.hex()}
        for one in authors
    ]
    message = {
        "title": title,
        "authors": told,
        "file": "0x" + file.hex(),
        "statement": "0x" + statement.hex(),
    }
    return {"types": TYPES, "primaryType": PRIMARY, "domain": DOMAIN, "message": message}
