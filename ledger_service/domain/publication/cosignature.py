"""Cosignatures: what a witness says of a checkpoint, as C2SP tlog-cosignature has it (Ed25519, v1).

A witness states that at some time the ledger of this origin had this size and root, and that it has
seen no other history of it. The cosignature is one more signature line of the checkpoint's note.
Normative text: docs/formats.md §15.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature
from ledger_service.domain.ledger.checkpoint import (
    CheckSignature,
    VerifierKey,
    decode_base64,
    parse_note,
)

COSIGNATURE_V1 = b"\x04"
ED25519, ECDSA = 0x01, 0x02  # types of keys that sign notes, but not cosignatures
LATEST_TIME = 2**63 - 1  # seconds since 1970 UTC
_TIME_BYTES = 8


@dataclass(frozen=True)
class WitnessKey(VerifierKey):
    """The key of a witness; its key id and vkey are of type 0x04."""

    algorithm: ClassVar[bytes] = COSIGNATURE_V1


def is_of_unread_type(vkey: str) -> bool:
    """Return whether this is a whole vkey whose type may cosign, but is none that is checked here."""
    parts = vkey.split("+", 2)
    try:
        key = decode_base64(parts[2]) if len(parts) == 3 else b""
    except InvalidCheckpoint:
        return False
    if len(key) < 2 or key[0] in (COSIGNATURE_V1[0], ED25519, ECDSA):
        return False
    return hashlib.sha256(parts[0].encode() + b"\n" + key).hexdigest()[:8] == parts[1]


@dataclass(frozen=True)
class Cosignature:
    """One that holds. at: seconds since 1970 UTC, by the witness's clock."""

    key: WitnessKey
    at: int


def cosigned_message(text: str, at: int) -> bytes:
    """Return what a witness signs: two lines of its own, then the whole text of the note."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosign(text: str, key: WitnessKey, at: int, sign: Callable[[bytes], bytes]) -> str:
    """Return the signature line, its newline included, for a note of this text. at: seconds, UTC."""
    signature = at.to_bytes(_TIME_BYTES) + sign(cosigned_message(text, at))
    return f"\u2014 {key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def cosignatures_of(
    note: str, keys: Iterable[WitnessKey], check_signature: CheckSignature
) -> list[Cosignature]:
    """Return the cosignatures of a note by known witnesses, in the note's order; others are ignored.

    Raises:
        InvalidCheckpoint: not a note.
        InvalidCheckpointSignature: a line by a known witness does not hold.
    """
    known = {(key.name, key.key_id): key for key in keys}
    opened = parse_note(note)
    found = []
    for line in opened.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        at = int.from_bytes(line.signature[:_TIME_BYTES])
        if len(line.signature) != _TIME_BYTES + 64 or at > LATEST_TIME:
            raise InvalidCheckpointSignature("cosignature-malformed", key=key.name)
        message = cosigned_message(opened.text, at)
        check_signature(key.public_key, line.signature[_TIME_BYTES:], message)
        found.append(Cosignature(key, at))
    return found
