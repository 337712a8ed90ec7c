"""A receipt small enough for a QR code: what the ledger signed, without what the chain says.

The entry is taken apart by the template of its kind, and the root is left out, since the proof leads
to it and the signature is over it. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import base64
import binascii

from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidEntry,
    InvalidInclusionProof,
    InvalidReceipt,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey, parse_note
from ledger_service.domain.ledger.entry import TEMPLATES, Entry
from ledger_service.domain.verification.receipt import Receipt

VERSION = 1
KINDS = {1: "registered", 2: "accepted"}
LARGEST_BYTES = 4096
_LONGEST_NUMBER = 9  # bytes of 7 bits each: below 2^63
_CID_PREFIX, _CID_MIDDLE = "f01", "1220"


def compact(receipt: Receipt, key: VerifierKey) -> str:
    """Return the text of a receipt's compact form; inverse of `expand`.

    key: of the ledger; its signature is kept, and those of others are not.

    Raises:
        InvalidReceipt: an entry of another kind, a checkpoint with more than three lines, or an index
            below zero, which a receipt that does not hold may have.
    """
    entry, note = Entry.parse(receipt.entry), parse_note(receipt.checkpoint)
    checkpoint = Checkpoint.parse(note.text)
    signed = [
        line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)
    ]
    code = next((code for code, kind in KINDS.items() if kind == entry.kind), None)
    has_form = note.text == checkpoint.format() and receipt.index >= 0
    if code is None or not has_form or not signed:
        raise InvalidReceipt("no-compact-form")
    origin = checkpoint.origin.encode()
    parts = [bytes([VERSION, code]), _number(entry.at)]
    for name in sorted(TEMPLATES[entry.kind]):
        fact = entry.facts[name]
        parts.append(_number(fact) if isinstance(fact, int) else _packed(fact))
    parts += [_number(receipt.index), _number(checkpoint.size), bytes([len(receipt.proof)])]
    parts += [*receipt.proof, bytes([len(origin)]), origin, key.key_id, signed[0].signature]
    return base64.urlsafe_b64encode(b"".join(parts)).rstrip(b"=").decode()


def expand(text: str) -> Receipt:
    """Return the receipt of a compact form, to be checked as any other; raise InvalidReceipt."""
    try:
        padded = text + "=" * (-len(text) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidReceipt("compact-base64url") from exc
    if len(data) > LARGEST_BYTES or base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise InvalidReceipt("compact-form")
    reader = _Reader(data)
    try:
        return _read(reader)
    except (InvalidEntry, InvalidCheckpoint, InvalidInclusionProof, UnicodeDecodeError) as exc:
        raise InvalidReceipt("compact-malformed") from exc


def _read(reader: _Reader) -> Receipt:
    version, code = reader.take(2)
    if version != VERSION or code not in KINDS:
        raise InvalidReceipt("compact-version")
    kind, at = KINDS[code], reader.number()
    facts: dict[str, str | int] = {}
    for name, pattern in sorted(TEMPLATES[kind].items()):
        if pattern is None:
            facts[name] = reader.number()
        else:
            facts[name] = reader.cid() if name == "cid" else reader.take(32).hex()
    entry = Entry(kind, at, facts).format()
    index, size = reader.number(), reader.number()
    proof = tuple(reader.take(32) for _ in range(reader.take(1)[0]))
    origin = reader.take(reader.take(1)[0]).decode()
    key_id, signature = reader.take(4), reader.take(64)
    reader.end()
    root = merkle.root_of_inclusion(merkle.leaf_hash(entry), index, size, proof)
    signed = base64.b64encode(key_id + signature).decode()
    note = f"{Checkpoint(origin, size, root).format()}\n\u2014 {origin} {signed}\n"
    parse_note(note)
    return Receipt(entry, index, proof, note, None)


class _Reader:
    """Takes bytes from the front; raises InvalidReceipt when there are too few."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise InvalidReceipt("compact-incomplete")
        self._at += count
        return part

    def number(self) -> int:
        """Return a number in LEB128, in its shortest form."""
        number = 0
        for place in range(_LONGEST_NUMBER):
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                if byte == 0 and place > 0:
                    break
                return number
        raise InvalidReceipt("compact-number")

    def cid(self) -> str:
        return f"{_CID_PREFIX}{self.take(1).hex()}{_CID_MIDDLE}{self.take(32).hex()}"

    def end(self) -> None:
        if self._at != len(self._data):
            raise InvalidReceipt("compact-trailing")


def _number(number: int) -> bytes:
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def _packed(fact: str) -> bytes:
    """Return 32 bytes of 64 hex digits; a CID is its codec and its digest."""
    if fact.startswith(_CID_PREFIX) and len(fact) == 73:
        return bytes.fromhex(fact[3:5] + fact[9:])
    return bytes.fromhex(fact)
