"""One record of MARC 21 or UNIMARC (RUSMARC): its frame in ISO 2709, and what it says of a resource.

Only fields that a resource is described by are decoded; of the others, tags are counted. Sources: ISO 2709;
MARC 21; UNIMARC Manual. What fields say beside title, creator, language and files: marc_21, unimarc.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from ledger_service.adapters.imports.sources.records import marc_21, unimarc
from ledger_service.adapters.imports.sources.records.marc_field import (
    INDICATORS,
    PUNCTUATION,
    MarcField,
    Subfields,
    tidy,
)
from ledger_service.adapters.imports.sources.records.marc_letters import decoder_of
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.import_progress import Extent

PIECE_BYTES = 262_144
LARGEST_RECORD_BYTES = 1 << 20  # ISO 2709 can say 99,999
LEADER_BYTES, ENTRY_BYTES = 24, 12
RECORD_END, FIELD_END, SUBFIELD = b"\x1d", 0x1E, b"\x1f"
BETWEEN = b" \t\r\n\0\x1a\xef\xbb\xbf"  # what systems put before, between and after records
SORTING = str.maketrans("", "", "\x88\x89\x98\x9c")  # they enclose an article that is not sorted by
MARC_21_TITLE = {"a": " ; ", "b": " : ", "n": ". ", "p": ". "}
UNIMARC_TITLE = {"a": " ; ", "d": " = ", "e": " : ", "h": ". ", "i": ". "}
IN_BOTH = frozenset(("245", "100", "110", "111"))  # title and creator tell both scripts
UNIMARC_CREATORS = ("700", "710", "701", "711", "702", "712")
CONTROL = ("001", "003", "008")
WANTED = frozenset(tag.encode() for tag in (*CONTROL, *marc_21.READERS, *unimarc.READERS, "880"))
TECHNICAL = frozenset(("005", "006", "007"))  # of the record itself, and nobody misses them

Reading = Callable[[Subfields], str]


class MarcRecord(NamedTuple):
    """The fields of a record by tag, in order; a control field has one subfield without a code.

    others: how many there are of each tag that nothing is made of.
    """

    fields: dict[str, list[Subfields]]
    others: Mapping[str, int] = {}

    @property
    def is_unimarc(self) -> bool:
        """MARC 21 has no field 200, and UNIMARC no 245."""
        return "245" not in self.fields and "200" in self.fields

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield each link to a file, and its media type or an empty text."""
        for field in self.fields.get("856", []):
            kind = next((value for code, value in field if code == "q"), "").strip()
            yield from ((value, kind) for code, value in field if code == "u" and value.strip())

    def title(self) -> str:
        """Return the title, in both scripts if the record has it so; raise InvalidManifest without one."""
        if self.is_unimarc:
            found = _joined(self.fields["200"][0], UNIMARC_TITLE)
        else:
            found = self._in_both("245", lambda field: _joined(field, MARC_21_TITLE))
        if not found:
            raise InvalidManifest("no-title")
        return found

    def creator(self) -> str:
        """Return who made it, as the record's first main or added entry says; empty if none does."""
        if not self.is_unimarc:
            named = (self._in_both(tag, _name) for tag in ("100", "110", "111"))
            return next(filter(None, named), "")
        for tag in UNIMARC_CREATORS:
            for field in self.fields.get(tag, []):
                parts = dict(reversed(field))
                given = parts.get("g") or parts.get("b", "") if tag[1] == "0" else ""
                found = [tidy(parts.get("a", "")), tidy(given)]
                if found[0]:
                    return ", ".join(filter(None, found))
        return ""

    def language(self) -> str:
        """Return the first language code; three letters are a BCP 47 tag, too."""
        if self.is_unimarc:
            code = self.first(("101",), "a")[:3]
        else:
            code = self.first(("041",), "a")[:3] or self.first(("008",), "")[35:38]
        return code.lower() if code.isascii() and code.isalpha() and len(code) == 3 else ""

    def gathered(self) -> GatheredRecord:
        """Return what else it says of the work."""
        found = GatheredRecord()
        readers = unimarc.READERS if self.is_unimarc else marc_21.READERS
        for tag, fields in self.fields.items():
            for subfields in fields if tag not in CONTROL else ():
                field = MarcField(self._meant(tag, subfields), subfields)
                read = readers.get(field.tag)
                if read is None:
                    found.unused[field.tag] += 1
                    continue
                if tag != "880" or field.tag not in IN_BOTH:
                    read(field, found)
                    found.unused.update(field.left())
        control = {tag: self.first((tag,), "") for tag in CONTROL}
        if self.is_unimarc:
            control["008"] = unimarc.as_field_008(self.first(("100",), "a"))
        marc_21.gather_control(control, found)
        found.unused.update(self.others)
        return found

    @staticmethod
    def _meant(tag: str, subfields: Subfields) -> str:
        """Return the tag of a field, of one in another script the tag of what it stands for."""
        if tag != "880":
            return tag
        return next((value for code, value in subfields if code == "6"), tag)[:3]

    def first(self, tags: Iterable[str], wanted: str) -> str:
        """Return the first such subfield as it stands, empty if there is none."""
        fields = (field for tag in tags for field in self.fields.get(tag, []))
        return next((value for field in fields for code, value in field if code == wanted), "")

    def _in_both(self, tag: str, read: Reading) -> str:
        """Return what the first such field says, and after “ = ” what its field 880 says of the same."""
        for field in self.fields.get(tag, []):
            linked = next((value for code, value in field if code == "6"), "")[4:6]
            texts = [read(field)]
            for other in self.fields.get("880", []) if linked else []:
                named = next((value for code, value in other if code == "6"), "")
                if named[:6] == f"{tag}-{linked}":
                    texts.append(read(other))
            return " = ".join(dict.fromkeys(filter(None, texts)))
        return ""


def read_frames(file: BinaryIO, extent: Extent) -> Iterator[bytes]:
    """Yield the bytes of each record without its terminator, and last what has none.

    A record ends at its terminator whatever its length says, so that one that is malformed costs no other.
    """
    rest = b""
    while piece := file.read(PIECE_BYTES):
        *records, rest = (rest + piece).split(RECORD_END)
        for record in records:
            extent.read += len(record) + 1
            yield record.lstrip(BETWEEN)
        rest = rest[: LARGEST_RECORD_BYTES + 1]  # enough to refuse it
    extent.read = file.tell()
    if rest.strip(BETWEEN):
        yield rest.lstrip(BETWEEN)


def parse_record(record: bytes, encoding: str) -> MarcRecord:
    """Return a record of its bytes without the terminator. encoding: see marc_letters.decoder_of.

    Raises:
        InvalidManifest: its frame is malformed, or its letters cannot be read.
    """
    length, start = record[:5], record[12:17]
    if not (length.isdigit() and int(length) == len(record) + 1 <= LARGEST_RECORD_BYTES):
        said = length.decode("ascii", "backslashreplace")
        raise InvalidManifest("record-length", said=said, found=len(record) + 1)
    begin = int(start) if start.isdigit() else 0
    entries, spare = divmod(begin - 1 - LEADER_BYTES, ENTRY_BYTES)
    if entries < 1 or spare or begin >= len(record) or record[begin - 1] != FIELD_END:
        raise InvalidManifest("record-directory")
    found = list(_fields(record, begin, entries))
    coded = _unimarc_code(found)
    decode = decoder_of(record, encoding, coded)
    fields: dict[str, list[Subfields]] = {}
    for tag, data in found:
        if tag < b"010":
            subfields = [("", decode(data))]
        else:
            marks, *parts = data.split(SUBFIELD)
            subfields = [(chr(part[0]), without_signs(decode(part[1:]))) for part in parts if part]
            subfields.append((INDICATORS, marks.decode("ascii", "replace")))
        fields.setdefault(tag.decode(), []).append(subfields)
    ends = LEADER_BYTES + entries * ENTRY_BYTES
    tags = [record[at : at + 3] for at in range(LEADER_BYTES, ends, ENTRY_BYTES)]
    return MarcRecord(fields, others_of(tag.decode("ascii", "replace") for tag in tags))


def others_of(tags: Iterable[str]) -> Mapping[str, int]:
    """Return how often each tag is among these that nothing is made of."""
    return Counter(tag for tag in tags if tag.encode() not in WANTED and tag not in TECHNICAL)


def without_signs(text: str) -> str:
    """Return a text without the signs that enclose what is not sorted by."""
    return text if text.isascii() else text.translate(SORTING)


def _fields(record: bytes, begin: int, entries: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield tag and bytes of each field that is wanted; raise InvalidManifest if one does not end there."""
    for at in range(LEADER_BYTES, LEADER_BYTES + entries * ENTRY_BYTES, ENTRY_BYTES):
        tag = record[at : at + 3]
        if tag in WANTED:
            numbers = record[at + 3 : at + ENTRY_BYTES]
            if not numbers.isdigit():
                raise InvalidManifest("record-directory")
            first = begin + int(numbers[4:])
            last = first + int(numbers[:4]) - 1
            if not first <= last < len(record) or record[last] != FIELD_END:
                raise InvalidManifest("record-directory")
            yield tag, record[first:last]


def _unimarc_code(fields: list[tuple[bytes, bytes]]) -> str:
    """Return the four characters with which a UNIMARC record tells its letters, empty for MARC 21."""
    tags = {tag for tag, _ in fields}
    if b"245" in tags or b"200" not in tags:
        return ""
    for tag, data in fields:
        if tag == b"100":
            general = data.partition(b"\x1fa")[2]
            return general[26:30].decode("ascii", "replace").ljust(4)
    return "    "


def _joined(field: Subfields, signs: dict[str, str]) -> str:
    """Return a title of its parts, with the signs of ISBD between them, which a record may hold itself."""
    text = before = ""
    for code, value in field:
        part = " ".join(value.split())
        if code not in signs or not part:
            continue
        ending = text[-1:] if text[-1:] in ":;=" else ""
        kept = text.rstrip(PUNCTUATION)
        if not kept:
            text = part
        elif ending:
            text = f"{kept} {ending} {part}"
        elif signs[code] == ". ":
            text = f"{kept.rstrip('.')}{', ' if before in 'nh' else '. '}{part}"
        else:
            text = f"{kept}{signs[code]}{part}"
        before = code
    return tidy(text)


def _name(field: Subfields) -> str:
    return tidy(next((value for code, value in field if code == "a"), ""))
