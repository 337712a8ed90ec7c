"""Texts of a catalog's record: one form of each, and what a line of it may hold."""

from __future__ import annotations

import re
import unicodedata

from ledger_service.domain.errors import InvalidMetadata

LONGEST_TEXT = 1000  # characters of a title, a name, or any other line
LONGEST_NOTE = 5000  # characters of a description, which may have several lines
LOST_LETTER = "\ufffd"  # what a program writes for a byte that it could not read
# Controls, line separators, half surrogates: all that Unicode has of Cc, Zl, Zp and Cs.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_A_NOTE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINKED = re.compile(
    r"(?:https?://|urn:|info:|ftp://|oai:|doi:|hdl:|ark:|ipfs://|geo:)[^\s<>\"`{}|\\^\x00-\x20]+\Z",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?\Z",
    re.IGNORECASE | re.ASCII,
)
LONGEST_TAG = 80  # characters


def composed(text: str) -> str:
    """Return a text in NFC, in which titles and creators are hashed. Source: docs/formats.md §9."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fits_a_line(text: str) -> bool:
    """Return whether a text is one line of a length that a record bears."""
    if len(text) > LONGEST_TEXT:
        return False
    # Most are printable, which is quickly seen; others have spaces or letters that Python does not know.
    return text.isprintable() or _NOT_IN_A_LINE.search(text) is None


def line(name: str, text: str) -> str:
    """Return a text of a record as it is kept: in NFC, without spaces around; raise InvalidMetadata."""
    kept = composed(text).strip()
    if not kept or not fits_a_line(kept):
        raise InvalidMetadata("text", name=name, longest=LONGEST_TEXT)
    return kept


def note(name: str, text: str) -> str:
    """Return a text that may have several lines, which end with a line feed; raise InvalidMetadata."""
    kept = composed(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not kept or len(kept) > LONGEST_NOTE or _NOT_IN_A_NOTE.search(kept):
        raise InvalidMetadata("note", name=name, longest=LONGEST_NOTE)
    return kept


def uri(name: str, text: str) -> str:
    """Return an address or name of a kind that a page may link to; raise InvalidMetadata."""
    kept = line(name, text)
    if not _LINKED.match(kept):
        raise InvalidMetadata("uri", name=name, uri=kept[:80])
    return kept


def language_tag(name: str, text: str) -> str:
    """Return a well-formed tag of BCP 47 as that writes it, such as uz-Cyrl-UZ; raise InvalidMetadata."""
    tag = text.strip()
    if len(tag) > LONGEST_TAG or not _TAG.match(tag):
        raise InvalidMetadata("tag", name=name, tag=tag[:40])
    first, *others = tag.lower().split("-")
    written = [first]
    is_free = False  # behind a single letter or digit, nothing is a script or a region
    for part in others:
        is_free = is_free or len(part) == 1
        if is_free or not part.isalpha():
            written.append(part)
        else:
            written.append({4: part.title(), 2: part.upper()}.get(len(part), part))
    return "-".join(written)
