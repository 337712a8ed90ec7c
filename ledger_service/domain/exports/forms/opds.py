"""A work as a publication of OPDS 2.0, which reading apps and libraries that lend read.

Source: OPDS 2.0 §5 (living standard of 2026-05-18), and the metadata of Readium's publication manifests.
A title is one text, in the language that is asked for: of a map of languages, Palace takes the first alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger_service.domain.exports.cited_work import AUTHORS, EDITORS, TRANSLATORS, Person, Work
from ledger_service.domain.instant import instant
from ledger_service.domain.resources.record_parts import PartOf, Subject

FEED_TYPE = "application/opds+json"
PUBLICATION_TYPE = "application/opds-publication+json"
AUTHENTICATION_TYPE = "application/opds-authentication+json"
ACQUISITION = "http://opds-spec.org/acquisition"
OPEN_ACCESS = f"{ACQUISITION}/open-access"
BORROW = ("borrow", f"{ACQUISITION}/borrow")
"""The short relation of 2026, and the one before it, without which Palace takes no publication."""

Link = dict[str, Any]
KINDS = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "sound": "Audiobook",
    "film": "Movie",
    "picture": "Photograph",
    "map": "Map",
    "data": "Dataset",
    "file": "Book",
}
"""Types of schema.org; of what a file is, reading apps know books and audiobooks."""
ROLES = {
    "author": AUTHORS,
    "editor": EDITORS,
    "translator": TRANSLATORS,
    "narrator": frozenset({"nrt"}),
    "illustrator": frozenset({"ill"}),
}
_OTHER_ROLE = "contributor"
_NAMED = {
    "doi": "https://doi.org/",
    "isbn": "urn:isbn:",
    "issn": "urn:issn:",
    "handle": "https://hdl.handle.net/",
    "urn": "",
    "uri": "",
    "ark": "",
}
"""What makes a URI of an identifier of each scheme."""


def publication(
    work: Work, links: Sequence[Link], images: Sequence[Link], language: str = ""
) -> dict[str, Any]:
    """Return a work as a publication.

    links: where it is, and how it is had: one at least that acquires it. images: one at least, of which one
    is JPEG, PNG, GIF or AVIF. language: in which its title is told, if it has one; the main one by default.
    """
    return {
        "metadata": publication_metadata(work, language),
        "links": list(links),
        "images": list(images),
    }


def publication_metadata(work: Work, language: str = "") -> dict[str, Any]:
    """Return what is said of a work; what its record does not say is left out."""
    told: dict[str, Any] = {
        "@type": f"http://schema.org/{KINDS[work.kind]}",
        "title": work.title_in(language)[0] if language else work.title,
        "identifier": work.address,
        "altIdentifier": _alternatives(work),
        "language": _languages(work),
        **_people(work),
        "publisher": work.publisher,
        "published": _published(work),
        "modified": instant(work.changed_at),
        "description": work.description,
        "subject": [_subject(item) for item in work.subjects],
        "belongsTo": _hosts(work.hosts),
    }
    return {name: value for name, value in told.items() if value not in ("", [], {}, None)}


def link(rel: str | Sequence[str], href: str, media_type: str, **further: Any) -> Link:
    """Return a link. further: such as title, templated or properties; what is empty is left out."""
    told = {name: value for name, value in further.items() if value not in ("", None, {})}
    return {
        "rel": rel if isinstance(rel, str) else list(rel),
        "href": href,
        "type": media_type,
        **told,
    }


def open_access(work: Work) -> Link:
    """Return the link to what everybody may read; the work must have its content's address."""
    return link(OPEN_ACCESS, work.content, work.media_type)


def borrow(
    href: str, media_type: str, authentication: str, availability: Mapping[str, Any] | None = None
) -> Link:
    """Return the link that asks for a loan.

    href: answers with the publication as it was lent; media_type: of what is read at last; authentication:
    the address of the document that says how one signs in; availability: `state`, and what else is known.
    """
    properties: dict[str, Any] = {
        "indirectAcquisition": [{"type": media_type}],
        "authenticate": {"href": authentication, "type": AUTHENTICATION_TYPE},
    }
    if availability is not None:
        properties["availability"] = dict(availability)
    return link(BORROW, href, PUBLICATION_TYPE, properties=properties)


def _alternatives(work: Work) -> list[str]:
    told = [
        f"{_NAMED[scheme.lower()]}{value}"
        for scheme, value in work.identifiers
        if scheme.lower() in _NAMED
    ]
    return [*told, f"hash://sha256/{work.digest}"]


def _languages(work: Work) -> list[str]:
    """Return its languages as tags; Palace refuses a publication for one that is no code of ISO 639."""
    tags = [work.language, *(text for name, text in work.further if name == "languages")]
    return [tag for tag in dict.fromkeys(tags) if 2 <= len(tag.partition("-")[0]) <= 3]


def _people(work: Work) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for person in work.people:
        role = person.role.lower()
        name = next((name for name, roles in ROLES.items() if role in roles), _OTHER_ROLE)
        further = {"role": person.role} if name == _OTHER_ROLE else {}
        told.setdefault(name, []).append({**_person(person), **further})
    return told


def _person(person: Person) -> dict[str, Any]:
    told = {"name": person.name}
    if person.parts is not None:
        family, given = person.parts
        told = {"name": f"{given} {family}", "sortAs": f"{family}, {given}"}
    if person.orcid:
        told["identifier"] = f"https://orcid.org/{person.orcid}"
    return told


def _subject(item: Subject) -> dict[str, str]:
    return {"name": item.text, **({"code": item.uri} if item.uri else {})}


def _hosts(hosts: Sequence[PartOf]) -> dict[str, list[dict[str, Any]]]:
    """Return what it is a part of: what has numbered volumes is a series."""
    told: dict[str, list[dict[str, Any]]] = {}
    for host in hosts:
        number = int(host.volume) if host.volume.isascii() and host.volume.isdigit() else None
        one = {"name": host.title, **({} if number is None else {"position": number})}
        told.setdefault("collection" if number is None else "series", []).append(one)
    return told


def _published(work: Work) -> str:
    """Return when it was published, as precisely as its record has it: 1991, 1991-09 or 1991-09-05."""
    span = work.span
    day = None if span is None else span.first or span.last
    if day is None or not 0 < day.year <= 9999:
        return ""
    return "-".join([f"{day.year:04}", *(f"{part:02}" for part in day.parts()[1:])])
