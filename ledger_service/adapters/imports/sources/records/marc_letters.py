"""The letters of MARC records: which encoding a record's bytes are in, and MARC-8.

A leader often says MARC-8 of other bytes, so the bytes decide first. What cannot be read whole is refused:
nothing is left out or guessed. Source: https://www.loc.gov/marc/specifications/speccharmarc8.html, whose
tables pymarc has.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable

from pymarc.marc8_mapping import CODESETS, ODD_MAP

from ledger_service.domain.errors import InvalidManifest

Decode = Callable[[bytes], str]
ESCAPE = 0x1B
ASCII, ANSEL, EAST_ASIAN = 0x42, 0x45, 0x31
MOST_MARKS = 2  # over or under one letter; text of another encoding looks like more
# UNIMARC 100 $a 26–29, as RUSMARC has them for the encodings that IRBIS and others write.
UNIMARC_ENCODINGS = {"79": "cp866", "89": "windows-1251", "99": "koi8-r"}
_TO_G0, _TO_G1 = frozenset(b"(,"), frozenset(b")-")
_TECHNIQUE_1 = {ord("g"): 0x67, ord("b"): 0x62, ord("p"): 0x70, ord("s"): ASCII}


def check_encoding(name: str) -> None:
    """Check that MARC records can be in this encoding; raise InvalidManifest."""
    plain = bytes(range(0x20, 0x7F))
    try:
        if name and plain.decode(name) == plain.decode() and codecs.lookup(name):
            return
    except (LookupError, UnicodeError, ValueError):
        pass
    raise InvalidManifest("encoding", encoding=name[:40])


def decoder_of(record: bytes, encoding: str, coded: str) -> Decode:
    """Return what decodes the record's texts.

    encoding: of records that are neither UTF-8 nor MARC-8 with escapes, or empty. coded: what field 100 of
    a UNIMARC record says of its letters, or empty.

    Raises:
        InvalidManifest: the letters cannot be read.
    """
    says_utf_8 = record[9:10] == b"a"
    if ESCAPE in record and not coded and not says_utf_8:
        return marc8
    if record.isascii() and ESCAPE not in record:
        return _strict("ascii")
    if _is_utf_8(record):
        return _strict("utf-8")
    named = encoding or next(
        (found for key, found in UNIMARC_ENCODINGS.items() if key in (coded[:2], coded[2:])), ""
    )
    if named:
        return _strict(named)
    if says_utf_8:
        raise InvalidManifest("letters", encoding="UTF-8")
    if coded:
        raise InvalidManifest("letters", encoding=f"UNIMARC {coded}")
    return marc8


def _is_utf_8(record: bytes) -> bool:
    try:
        record.decode()
    except UnicodeDecodeError:
        return False
    return True


def _strict(encoding: str) -> Decode:
    def decode(data: bytes) -> str:
        try:
            return data.decode(encoding)
        except UnicodeError as exc:
            raise InvalidManifest("letters", encoding=encoding) from exc

    return decode


def marc8(data: bytes) -> str:
    """Return a subfield's text in NFC; raise InvalidManifest if a byte stands for no letter."""
    letters: list[str] = []
    marks: list[str] = []  # they stand before their letter
    sets, at = [ASCII, ANSEL], 0
    while at < len(data):
        if data[at] == ESCAPE:
            at = _escaped(data, at + 1, sets)
            continue
        if data[at] < 0x20 or 0x80 <= data[at] < 0xA0:
            at += 1  # signs of where sorting begins, and the like
            continue
        letter, is_mark, at = _letter(data, at, sets)
        if is_mark:
            marks.append(letter)
            continue
        if len(marks) > MOST_MARKS or (marks and not letter.isalnum()):
            raise _unread()
        letters += [letter, *marks]
        marks = []
    if marks:
        raise _unread()
    return unicodedata.normalize("NFC", "".join(letters))


def _escaped(data: bytes, at: int, sets: list[int]) -> int:
    """Let a set of letters stand where an escape sequence puts it; return where the text goes on."""
    found = data[at : at + 3].ljust(3, b"\0")
    if found[0] in _TECHNIQUE_1:
        sets[0] = _TECHNIQUE_1[found[0]]
        return at + 1
    if found[0] == ord("$"):  # three bytes a letter
        half = 1 if found[1] in _TO_G1 else 0
        length = 2 if found[1] in _TO_G1 or found[1] in _TO_G0 else 1
    else:
        if found[0] not in _TO_G0 | _TO_G1:
            raise _unread()
        half, length = int(found[0] in _TO_G1), 1
    if found[length] == ord("!") and data[at + length + 1 : at + length + 2] == b"E":
        length += 1  # extended Latin is told by two bytes
    final = data[at + length : at + length + 1]
    if not final or final[0] not in CODESETS:
        raise _unread()
    sets[half] = final[0]
    return at + length + 1


def _letter(data: bytes, at: int, sets: list[int]) -> tuple[str, bool, int]:
    """Return a letter, whether it is a mark, and where the next begins.

    The table of a set has it in one half only, and it can be called into either.
    """
    code = data[at]
    if code == 0x20:
        return " ", False, at + 1
    name = sets[code >> 7]
    if name == EAST_ASIAN:
        wide = int.from_bytes(bytes(byte & 0x7F for byte in data[at : at + 3]), "big")
        found, width = CODESETS[name].get(wide), 3
        if found is None and wide in ODD_MAP:
            found = (ODD_MAP[wide], 0)
    else:
        table = CODESETS[name]
        found, width = table.get(code) or table.get(code ^ 0x80), 1
    if found is None:
        raise _unread()
    return chr(found[0]), bool(found[1]), at + width


def _unread() -> InvalidManifest:
    return InvalidManifest("letters", encoding="MARC-8")
