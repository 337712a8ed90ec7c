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
from typing import ClassVar, NamedTuple, Self

from ledger_service.domain.errors import InvalidCheckpoint, InvalidCheckpointSignature
from ledger_service.domain.ledger.ed25519_keys import is_sound_key
from ledger_service.domain.ledger.merkle import EMPTY_ROOT

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
    def of_note(cls, note: str) -> Checkpoint:
        """Return the checkpoint of a signed note, whose signatures are not looked at."""
        return cls.parse(note.rpartition("\n\n")[0] + "\n")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint of a note's text; extension lines are allowed and ignored."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
            raise InvalidCheckpoint("lines")
        origin, size, root = lines[:3]
        if not _SIZE.match(size) or int(size) >= LARGEST_SIZE:
            raise InvalidCheckpoint("size", size=size[:40])
        decoded = decode_base64(root)
        if len(decoded) != 32 or (size == "0" and decoded != EMPTY_ROOT):
            raise InvalidCheckpoint("root")
        return cls(origin, int(size), decoded)


def check_key_name(name: str) -> None:
    """Check that a key may have this name; raise InvalidCheckpoint otherwise. See is_name."""
    if not is_name(name):
        raise InvalidCheckpoint("key-name")


@dataclass(frozen=True)
class VerifierKey:
    """A key that a note is checked with; its text form is a C2SP vkey, name+id+base64(type‖key)."""

    name: str
    public_key: bytes
    algorithm: ClassVar[bytes] = ED25519

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if len(self.public_key) != 32:
            raise InvalidCheckpoint("key-name")
        if not is_sound_key(self.public_key):
            raise InvalidCheckpoint("key-weak")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ key), the first 4 bytes."""
        data = self.name.encode() + b"\n" + self.algorithm + self.public_key
        return hashlib.sha256(data).digest()[:4]

    def format(self) -> str:
        """Return the vkey; inverse of `parse`."""
        encoded = base64.b64encode(self.algorithm + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key of a vkey text; raise InvalidCheckpoint unless its id fits its key."""
        parts = text.strip().split("+", 2)
        decoded = decode_base64(parts[2]) if len(parts) == 3 else b""
        if len(decoded) != 33 or decoded[:1] != cls.algorithm:
            raise InvalidCheckpoint("key-form", algorithm=cls.algorithm.hex())
        key = cls(parts[0], decoded[1:])
        if key.key_id.hex() != parts[1]:
            raise InvalidCheckpoint("key-id")
        return key


class SignatureLine(NamedTuple):
    """One signature of a note. key_id: 4 bytes."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A signed note, none of whose signatures is checked yet. text: what is signed."""

    text: str
    signatures: list[SignatureLine]


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """Return the signed note: text, blank line, one signature line. text ends with a newline."""
    signature = base64.b64encode(key.key_id + sign(text.encode())).decode()
    return f"{text}\n\u2014 {key.name} {signature}\n"


def parse_note(note: str) -> Note:
    """Return the parts of a note; raise InvalidCheckpoint if it is malformed. Source: C2SP signed-note."""
    if len(note.encode("utf-8", "surrogatepass")) > LONGEST_NOTE_BYTES:
        raise InvalidCheckpoint("note-too-long")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in note):
        raise InvalidCheckpoint("control-characters")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise InvalidCheckpoint("note-form")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise InvalidCheckpoint("too-many-signatures", most=MOST_SIGNATURES)
    return Note(text + "\n", [_signature_line(line) for line in lines])


def open_note(note: str, key: VerifierKey, check_signature: CheckSignature) -> str:
    """Return the text of a note that this key has signed.

    Signatures by unknown keys are ignored; a signature by this key that does not hold refuses the
    note.

    Raises:
        InvalidCheckpoint: malformed note.
        InvalidCheckpointSignature: not signed by this key, or the signature does not hold.
    """
    opened = parse_note(note)
    held = False
    for line in opened.signatures:
        if (line.name, line.key_id) == (key.name, key.key_id):
            check_signature(key.public_key, line.signature, opened.text.encode())
            held = True
    if not held:
        raise InvalidCheckpointSignature("not-signed", key=key.name)
    return opened.text


def open_checkpoint(note: str, key: VerifierKey, check_signature: CheckSignature) -> Checkpoint:
    """Return the checkpoint of a note signed by the ledger's own key, whose name is the origin."""
    checkpoint = Checkpoint.parse(open_note(note, key, check_signature))
    if checkpoint.origin != key.name:
        raise InvalidCheckpoint("other-origin", origin=checkpoint.origin, key=key.name)
    return checkpoint


def _signature_line(line: str) -> SignatureLine:
    if not line.startswith("\u2014 "):
        raise InvalidCheckpoint("signature-line")
    name, _, encoded = line[2:].partition(" ")
    decoded = decode_base64(encoded)
    if not is_name(name) or len(decoded) < 5:
        raise InvalidCheckpoint("signature-malformed")
    return SignatureLine(name, decoded[:4], decoded[4:])


def is_name(text: str) -> bool:
    """Return whether a key, and so its ledger, may have this name (C2SP signed-note)."""
    return _NAME.match(text) is not None


def decode_base64(text: str) -> bytes:
    """Return the bytes of padded standard base64; raise InvalidCheckpoint for any other spelling."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidCheckpoint("not-base64") from exc
    if base64.b64encode(decoded).decode() != text:
        raise InvalidCheckpoint("base64-not-canonical")
    return decoded
