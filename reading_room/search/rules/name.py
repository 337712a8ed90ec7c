"""What a pasted name is a name of: a digest, or an identifier of a known scheme, as people have it.

A text that says its scheme, or has its form, and fails its check, is told apart from one that nothing has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.resources import work_identifier

LONGEST_NAME = 500
HASH, CID = "hash", "cid"
_DIGEST = re.compile(
    r"(?:hash:/{1,2}sha256/|sha-?256[:/]|urn:sha256:|https?://[^/\s]+/(?:resources|hash/sha256)/|0x)?"
    r"([0-9a-f]{64})/?\Z",
    re.I,
)
_CID = re.compile(r"(?:ipfs://|.*/ipfs/)?(b[a-z2-7]{58,60}|f01[0-9a-f]{70,72})/?\Z")
_RESOLVED = re.compile(
    r"https?://[^/\s]+/(?:resource/ISSN|doi|isbn|issn|handle|orcid|ror|id/[a-z-]{1,20})/", re.I
)
"""What stands before a name in addresses of resolvers, ours among them."""
_BARE_HANDLE = re.compile(r"\d+(?:\.\d+)*/")
_SAYS = {
    "hash": re.compile(r"(?:hash:|sha-?256|urn:sha256)", re.I),
    "doi": re.compile(r"(?:doi:|https?://(?:dx\.|www\.)?doi\.org/|10\.\d{4,9}/)", re.I),
    "ark": re.compile(r"(?:https?://[^\s]+/)?ark:", re.I),
    "isbn": re.compile(r"(?:urn:)?isbn|97[89][\d -]{10,14}\Z|[\d-]{9,12}[\dX]\Z", re.I),
    "issn": re.compile(r"(?:urn:)?issn|\d{4}-\d{3}[\dX]\Z", re.I),
    "orcid": re.compile(r"orcid:|https?://orcid\.org/|\d{4}-\d{4}-\d{4}-\d{3}[\dX]\Z", re.I),
    "ror": re.compile(r"ror:|https?://ror\.org/|ror\.org/", re.I),
    "handle": re.compile(r"hdl:|https?://hdl\.handle\.net/", re.I),
    "urn": re.compile(r"urn:", re.I),
}
"""By what a text claims to be of a scheme, whether or not it passes the scheme's check."""
_AROUND = " .,;:()[]<>\"'\u00ab\u00bb\u201c\u201d"  # what stands around a name in a sentence
AS_IT_IS = ("call-number", "local", "uri")
"""Schemes whose values have no form: a text that is nothing else may be one of these."""


@dataclass(frozen=True)
class Name:
    """A name in the one form that is kept. scheme: hash, cid, orcid, ror, or one of works' identifiers."""

    scheme: str
    value: str


@dataclass(frozen=True)
class Misread:
    """A text that claims to be of a scheme, and is not: a letter is wrong or missing."""

    scheme: str
    text: str


def _hash(text: str) -> str:
    found = _DIGEST.match(text)
    return found[1].lower() if found else ""


def _cid(text: str) -> str:
    found = _CID.match(text)
    try:
        return ContentId.read(found[1]).base16() if found else ""
    except LedgerError:
        return ""


def _orcid(text: str) -> str:
    return work_identifier.orcid(re.sub(r"\Aorcid:\s*", "", text, flags=re.I))


def _ror(text: str) -> str:
    return work_identifier.ror(text)


READERS: Mapping[str, Callable[[str], str]] = {
    **work_identifier.SCHEMES,
    HASH: _hash,
    CID: _cid,
    "orcid": _orcid,
    "ror": _ror,
}
"""How a value of each scheme is read; empty for one that is none."""
_TRIED = (HASH, CID, "doi", "ark", "orcid", "ror", "issn", "isbn", "urn", "handle")


def read_value(scheme: str, text: str) -> Name | Misread | None:
    """Return the name that a text is in a scheme; None for a scheme that nobody knows."""
    reader = READERS.get(scheme.lower())
    if reader is None:
        return None
    plain = text.strip()[:LONGEST_NAME]
    try:
        value = reader(plain)
    except LedgerError:  # an address that is none
        value = ""
    return Name(scheme.lower(), value) if value else Misread(scheme.lower(), plain)


@dataclass(frozen=True)
class Read:
    """What a text may be a name in, the likeliest first; misread: what it claims to be and is not."""

    names: list[Name]
    misread: Misread | None = None


def read_names(text: str) -> Read:
    """Return what a text may be a name in; any text may be a number that only its source understands."""
    plain = text.strip()[:LONGEST_NAME]
    bare = plain.strip(_AROUND)
    forms = dict.fromkeys(
        (plain, unquote(plain), _RESOLVED.sub("", plain), bare, _RESOLVED.sub("", bare))
    )
    found = list(dict.fromkeys(name for form in forms for name in _read(form)))
    claimed = next((scheme for scheme, says in _SAYS.items() if says.match(plain)), None)
    others = [Name(scheme, plain) for scheme in AS_IT_IS if plain]
    return Read(found + others, Misread(claimed, plain) if claimed and not found else None)


def _read(text: str) -> Iterator[Name]:
    for scheme in _TRIED:
        says = _SAYS.get(scheme)
        if scheme == "handle" and says and not says.match(text) and not _BARE_HANDLE.match(text):
            continue
        if value := READERS[scheme](text):
            yield Name(scheme, value)
