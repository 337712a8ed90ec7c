"""A work as it is cited: what its record says, where its page is, and who answers for it.

The formats of others (`exports/forms`) are made of this, and of nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.exports.ark import ark_of
from ledger_service.domain.exports.cited_dates import Span, span_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.claim import PlainClaim
from ledger_service.domain.resources.readable_record import suited_title
from ledger_service.domain.resources.record_parts import PartOf, RelatedWork, Subject
from ledger_service.domain.resources.registration import Metadata, Registration

_LIFETIME = re.compile(r",\s*\(?(?:[0-9]{3,4}|\?)\s*[-–]\s*(?:[0-9]{3,4}|\?)?\)?\.?\s*\Z")
AUTHORS = frozenset({"author", "aut", "creator", "cre", "composer", "cmp", "artist", "art"})
EDITORS = frozenset({"editor", "edt"})
TRANSLATORS = frozenset({"translator", "trl"})
PUBLISHED = ("issued", "copyrighted", "created", "available")
"""Kinds of dates by which a work is cited, the best first."""


@dataclass(frozen=True)
class Person:
    """Who made a work, or took part. name: as the record has it; orcid: 0000-0000-0000-0000, or empty;
    ror: of an institution, such as 02mhbdp94, or empty.
    """

    name: str
    role: str = "author"
    orcid: str = ""
    ror: str = ""

    @property
    def address(self) -> str:
        """By what the person or the institution is known everywhere; empty if the record does not say."""
        if self.ror:
            return f"https://ror.org/{self.ror}"
        return f"https://orcid.org/{self.orcid}" if self.orcid else ""

    @property
    def parts(self) -> tuple[str, str] | None:
        """Family name and given names, if the record has them apart by a comma; a lifetime is left out."""
        if self.ror:  # an institution, whose name may have a comma
            return None
        family, comma, given = _LIFETIME.sub("", self.name).partition(",")
        family, given = family.strip(), given.strip()
        return (family, given) if comma and family and given else None


class Contribution(NamedTuple):
    """What one of a work's authors did, as they signed it. name: as they chose to show it."""

    name: str
    roles: tuple[CreditRole, ...]


@dataclass(frozen=True)
class Work:
    """What is cited. digest: 64 hex; address: of its page; content: of its bytes, empty if they are closed.

    titles: (text, language) beside the title; issued: the date by which it is cited, in EDTF if the record
    has it so; hosts: what it is a part of; further: (field, text) of what no citation says; identifiers:
    (scheme, value); relations: to other works, as the record has them; license: (name, URI); accepted_at,
    changed_at: seconds since 1970 UTC; successor: address of the page of what has taken its place, empty if
    nothing has; ark: the library's own persistent name, empty if it gives none; withdrawn: whether the
    library took its word back; contributions: of authors whose signatures hold and a registrar accepted.
    """

    digest: str
    address: str
    title: str
    media_type: str
    size_bytes: int
    steward: str
    license: tuple[str, str]
    accepted_at: int
    changed_at: int
    language: str = ""
    people: tuple[Person, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    subjects: tuple[Subject, ...] = ()
    description: str = ""
    publisher: str = ""
    place: str = ""
    edition: str = ""
    extent: str = ""
    issued: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    hosts: tuple[PartOf, ...] = ()
    relations: tuple[RelatedWork, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    content: str = ""
    successor: str = ""
    ark: str = ""
    withdrawn: bool = False
    contributions: tuple[Contribution, ...] = ()

    def of_role(self, roles: frozenset[str]) -> list[Person]:
        """Return who has one of these roles, in the record's order."""
        return [person for person in self.people if person.role.lower() in roles]

    @property
    def authors(self) -> list[Person]:
        """Who is named first."""
        return self.of_role(AUTHORS)

    @property
    def host(self) -> PartOf | None:
        """What it is a part of: a journal, a series, a collection; the first, if there are several."""
        return self.hosts[0] if self.hosts else None

    @property
    def span(self) -> Span | None:
        """When it was published, if the record says so in EDTF."""
        return span_of(self.issued) if self.issued else None

    @property
    def year(self) -> int | None:
        """The year by which it is cited."""
        return None if self.span is None else self.span.year

    def title_in(self, language: str) -> tuple[str, str]:
        """Return the title that suits a reader of this language, and its own language, which may be empty."""
        return suited_title([(self.title, self.language), *self.titles], language)

    def identifier(self, scheme: str) -> str:
        """Return its first identifier of a scheme, such as doi or isbn; empty if it has none."""
        return next((value for name, value in self.identifiers if name.lower() == scheme), "")

    @property
    def cite_as(self) -> str:
        """The address by which it is cited for good: of its ARK, or else of its page."""
        base, _, _ = self.address.rpartition("/resources/")
        return f"{base}/{self.ark}" if self.ark else self.address

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """By what it is known: (scheme, value) of the library's own names, and then of the record's."""
        own = [("ark", self.ark)] if self.ark else []
        return (("hash", f"hash://sha256/{self.digest}"), *own, *self.identifiers)

    @property
    def access(self) -> str:
        """Who may read it: `open` if anybody, `restricted`, or `metadata` if it was withdrawn."""
        if self.withdrawn:
            return "metadata"
        return "open" if self.content else "restricted"

    @property
    def kind(self) -> str:
        """What it is: article, book, sound, film, picture, map, data or file."""
        if self.host is not None and (self.host.issue or self.identifier("issn")):
            return "article"
        found = _kind_of(self.media_type)
        is_book = found == "file" and (self.publisher or self.identifier("isbn"))
        return "book" if is_book else found

    def described_by(self, record: Metadata) -> Work:
        """Return the work with all that a record says of it."""
        return replace(self, **{**_UNSAID, **_said(record)})


def work_of(
    registration: Registration,
    public_url: str,
    *,
    license: tuple[str, str],
    steward: str,
    changed_at: int,
    is_open: bool,
    successor: str = "",
    naan: str = "",
    withdrawn: bool = False,
) -> Work:
    """Return a registration as a work that is cited.

    public_url: how people reach the service; license: (name, URI); steward: its name, or its id as hex if
    it has none; changed_at: seconds since 1970 UTC; is_open: whether anybody reads its bytes here;
    successor: digest, 64 hex, of what has taken its place, empty if nothing has; naan: under which the
    library gives ARKs, empty if it gives none.
    """
    digest = registration.digest.hex()
    return Work(
        digest=digest,
        address=f"{public_url}/resources/{digest}",
        steward=steward,
        license=license,
        accepted_at=registration.accepted_at,
        changed_at=changed_at,
        content=f"{public_url}/api/v1/resources/{digest}/content" if is_open else "",
        successor=f"{public_url}/resources/{successor}" if successor else "",
        ark=ark_of(registration.digest, naan) if naan else "",
        withdrawn=withdrawn,
        **_said(registration.record),
    )


def work_of_claim(
    claim: PlainClaim,
    public_url: str,
    *,
    license: tuple[str, str],
    steward: str,
    changed_at: int,
    is_open: bool,
    naan: str = "",
) -> Work:
    """Return a registration that is told by its claim as a work; as `work_of`, in a third of the time."""
    digest = claim.digest.hex()
    return Work(
        digest=digest,
        address=f"{public_url}/resources/{digest}",
        title=claim.title,
        media_type=claim.media_type,
        size_bytes=claim.size_bytes,
        steward=steward,
        license=license,
        accepted_at=claim.accepted_at,
        changed_at=changed_at,
        language=claim.language,
        people=tuple(_creators(claim.creator)),
        content=f"{public_url}/api/v1/resources/{digest}/content" if is_open else "",
        ark=ark_of(Digest(claim.digest), naan) if naan else "",
    )


@lru_cache(256)
def _kind_of(media_type: str) -> str:
    """Return what a file of this type is, if its record says nothing else."""
    if media_type in ("application/geo+json", "application/gml+xml"):
        return "map"
    told = {"audio": "sound", "video": "film", "image": "picture"}
    if (top := media_type.partition("/")[0]) in told:
        return told[top]
    if media_type in ("text/csv", "application/json", "application/vnd.apache.parquet"):
        return "data"
    return "book" if media_type == "application/epub+zip" else "file"


_UNSAID: Mapping[str, Any] = MappingProxyType(
    dict.fromkeys(("titles", "subjects", "identifiers", "hosts", "relations", "further"), ())
    | dict.fromkeys(("description", "publisher", "place", "edition", "extent", "issued"), "")
)
"""What a record without optional fields says."""


def _said(record: Metadata) -> dict[str, Any]:
    """Return the fields of a work that its record says."""
    narrow = {
        "title": record.title,
        "media_type": record.media_type,
        "size_bytes": record.size_bytes,
        "language": record.language,
        "people": _people(record),
    }
    if not record.is_wide:
        return narrow
    return narrow | {
        "titles": tuple((item.text, item.language) for item in record.titles),
        "subjects": record.subjects,
        "description": "\n".join(item.text for item in record.description),
        "publisher": record.publisher,
        "place": record.place,
        "edition": record.edition,
        "extent": record.extent,
        "issued": _issued(record),
        "identifiers": tuple((item.scheme, item.value) for item in record.identifiers),
        "hosts": record.part_of,
        "relations": record.relations,
        "further": tuple(_further(record)),
    }


def _creators(named: str) -> list[Person]:
    return [Person(name) for part in named.split(";") if (name := part.strip())]


def _people(record: Metadata) -> tuple[Person, ...]:
    told = _creators(record.creator)
    for item in record.contributors:
        person = Person(item.name, item.role, item.orcid, item.ror)
        same = [place for place, known in enumerate(told) if known.name == person.name]
        if same and person.role in AUTHORS:
            told[same[0]] = person  # the creator again, with a role or an ORCID
        else:
            told.append(person)
    return tuple(told)


def _further(record: Metadata) -> Iterator[tuple[str, str]]:
    languages = [tag for tag in record.languages if tag != record.language]
    told = {
        "languages": languages,
        "rights_holder": [record.rights_holder],
        "audience": [record.audience],
        "courses": record.courses,
        "relations": [item.target for item in record.relations],
    }
    for name, texts in told.items():
        yield from ((name, text) for text in texts if text)


def _issued(record: Metadata) -> str:
    by_kind = {item.kind: item.edtf or item.text for item in reversed(record.dates)}
    return next((by_kind[kind] for kind in PUBLISHED if by_kind.get(kind)), "")
