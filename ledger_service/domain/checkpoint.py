"""C2SP checkpoints: the signed statement of a ledger's origin, size and root.

Follows C2SP signed-note and tlog-checkpoint. Signing and verifying Ed25519 is handed in, so this
module needs only the standard library. Normative text: docs/formats.md §4.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature

ED25519 = b"\x01"
MOST_SIGNATURES = 64
LONGEST_NOTE_BYTES = 16_384
LARGEST_SIZE = 2**63  # entries, not reached
_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
_NAME = re.compile(r"[^\s+\ud800-\udfff]{1,255}\Z")

CheckSignature = Callable[[bytes, bytes, bytes], None]
"""(public key of 32 bytes, signature of 64 bytes, message): returns, or raises InvalidCheckpointSignature."""


@dataclass(frozen=True)
class Checkpoint:
    """origin: the ledger's name, one line; size: entries; root: 32 bytes."""

    origin: str
    size: int
    root: bytes

    def format(self) -> str:
        """Return the three lines that are signed, the final newline included."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint of a note's text; extension lines are allowed and ignored."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
            raise InvalidCheckpoint("A checkpoint is origin, size and root, a line each.")
        origin, size, root = lines[:3]
        if not _SIZE.match(size) or int(size) >= LARGEST_SIZE:
            raise InvalidCheckpoint(f"“{size[:40]}” is not the size of a ledger.")
        decoded = _decode(root)
        if len(decoded) != 32:
            raise InvalidCheckpoint("The root of a checkpoint is 32 bytes in base64.")
        return cls(origin, int(size), decoded)


@dataclass(frozen=True)
class VerifierKey:
    """A key that a note is checked with; its text form is a C2SP vkey, name+id+base64(type‖key)."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or len(self.public_key) != 32:
            raise InvalidCheckpoint("A key's name has no spaces and no “+”; its key is 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ key), the first 4 bytes."""
        data = self.name.encode() + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(data).digest()[:4]

    def format(self) -> str:
        """Return the vkey; inverse of `parse`."""
        encoded = base64.b64encode(ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key of a vkey text; raise InvalidCheckpoint unless its id fits its key."""
        parts = text.strip().split("+", 2)
        decoded = _decode(parts[2]) if len(parts) == 3 else b""
        if len(decoded) != 33 or decoded[:1] != ED25519:
            raise InvalidCheckpoint("A verifier key is NAME+ID+BASE64 of an Ed25519 key.")
        key = cls(parts[0], decoded[1:])
        if key.key_id.hex() != parts[1]:
            raise InvalidCheckpoint("The verifier key's id does not fit its name and key.")
        return key


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """Return the signed note: text, blank line, one signature line. text ends with a newline."""
    signature = base64.b64encode(key.key_id + sign(text.encode())).decode()
    return f"{text}\n\u2014 {key.name} {signature}\n"


def open_note(note: str, key: VerifierKey, check_signature: CheckSignature) -> str:
    """Return the text of a note that this key has signed.

    Signatures by unknown keys are ignored; a signature by this key that does not hold refuses the
    note. Source: C2SP signed-note.

    Raises:
        InvalidCheckpoint: malformed note.
        InvalidCheckpointSignature: not signed by this key, or the signature does not hold.
    """
    if len(note.encode()) > LONGEST_NOTE_BYTES:
        raise InvalidCheckpoint("The note is too long.")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in note):
        raise InvalidCheckpoint("The note holds control characters.")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise InvalidCheckpoint("A signed note is a text, a blank line and signature lines.")
    text += "\n"
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise InvalidCheckpoint(f"A note has at most {MOST_SIGNATURES} signatures.")
    held = False
    for line in lines:
        name, key_id, signature = _signature_line(line)
        if name == key.name and key_id == key.key_id:
            check_signature(key.public_key, signature, text.encode())
            held = True
    if not held:
        raise InvalidCheckpointSignature(f"The checkpoint is not signed by {key.name}.")
    return text


def open_checkpoint(note: str, key: VerifierKey, check_signature: CheckSignature) -> Checkpoint:
    """Return the checkpoint of a note signed by the ledger's own key, whose name is the origin."""
    checkpoint = Checkpoint.parse(open_note(note, key, check_signature))
    if checkpoint.origin != key.name:
        raise InvalidCheckpoint(f"The checkpoint is of {checkpoint.origin}, not of {key.name}.")
    return checkpoint


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    if not line.startswith("\u2014 "):
        raise InvalidCheckpoint("A signature line begins with an em dash and a space.")
    name, _, encoded = line[2:].partition(" ")
    decoded = _decode(encoded)
    if not _NAME.match(name) or len(decoded) < 5:
        raise InvalidCheckpoint("A signature line is malformed.")
    return name, decoded[:4], decoded[4:]


def _decode(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidCheckpoint("Not base64.") from exc
    if base64.b64encode(decoded).decode() != text:
        raise InvalidCheckpoint("Not canonical base64.")
    return decoded
