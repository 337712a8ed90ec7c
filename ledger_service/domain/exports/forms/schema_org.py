"""A work in the words of schema.org, as JSON-LD, which search engines and harvesters read."""

from __future__ import annotations

import json
from typing import Any

from ledger_service.domain.exports.cited_work import (
    AUTHORS,
    EDITORS,
    TRANSLATORS,
    Contribution,
    Person,
    Work,
)
from ledger_service.domain.exports.forms.datacite_words import ACCESS
from ledger_service.domain.exports.identifier_address import identifier_link
from ledger_service.domain.instant import instant

MEDIA_TYPE = "application/ld+json"
VOCABULARY = "https://schema.org/"
KINDS = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "sound": "AudioObject",
    "film": "VideoObject",
    "picture": "ImageObject",
    "map": "Map",
    "data": "Dataset",
    "file": "DigitalDocument",
}
_UNSAFE = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def format_schema_org(work: Work) -> str:
    """Return a document of JSON-LD, which may stand in a page: no mark of HTML is in it as it is."""
    return json.dumps(schema_org(work), ensure_ascii=False, indent=1).translate(_UNSAFE) + "\n"


def schema_org(work: Work) -> dict[str, Any]:
    """Return a work as a node of JSON-LD; what the record does not say is left out."""
    host = work.host
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": KINDS[work.kind],
        "@id": work.address,
        "url": work.address,
        "name": work.title,
        "alternateName": [_said(text, language) for text, language in work.titles],
        "inLanguage": work.language,
        "author": [_person(person) for person in work.of_role(AUTHORS)],
        "editor": [_person(person) for person in work.of_role(EDITORS)],
        "translator": [_person(person) for person in work.of_role(TRANSLATORS)],
        "contributor": [_contribution(one) for one in work.contributions],
        "description": work.description,
        "publisher": {"@type": "Organization", "name": work.publisher} if work.publisher else None,
        "datePublished": work.issued,
        "bookEdition": work.edition if work.kind == "book" else "",
        "isbn": work.identifier("isbn"),
        "sameAs": [link for item in work.identifiers if (link := identifier_link(*item))],
        "about": [_subject(subject.text, subject.uri) for subject in work.subjects],
        "isPartOf": {"@type": "CreativeWork", "name": host.title} if host else None,
        "identifier": _identifiers(work),
        "license": work.license[1],
        "isAccessibleForFree": bool(work.content),
        "conditionsOfAccess": ACCESS[work.access][0],
        "dateModified": instant(work.changed_at),
        "provider": {"@type": "Organization", "name": work.steward},
        "creativeWorkStatus": "Withdrawn" if work.withdrawn else "",
        "encoding": _file(work),
    }
    return {name: value for name, value in told.items() if value not in ("", [], None)}


def _person(person: Person) -> dict[str, Any]:
    """Return who it is; that it is a person is said only where the record shows it."""
    told: dict[str, Any] = {"name": person.name}
    if person.parts is not None:
        family, given = person.parts
        told = {
            "@type": "Person",
            "name": f"{given} {family}",
            "familyName": family,
            "givenName": given,
        }
    if person.address:
        told |= {"@type": "Organization" if person.ror else "Person", "@id": person.address}
    return told


def _contribution(one: Contribution) -> dict[str, Any]:
    """Return what an author did, in the roles of CRediT. Source: https://schema.org/Role."""
    told = {"@type": "Role", "roleName": [role.uri for role in one.roles]}
    return told | {"contributor": {"@type": "Person", "name": one.name}}


def _subject(text: str, uri: str) -> dict[str, str]:
    return {"@type": "DefinedTerm", "name": text, **({"@id": uri} if uri else {})}


def _said(text: str, language: str) -> Any:
    return {"@value": text, "@language": language} if language else text


def _identifiers(work: Work) -> list[dict[str, str]]:
    own = [_identifier("sha256", work.digest, f"hash://sha256/{work.digest}")]
    if work.ark:
        own.append(_identifier("ark", work.ark, work.cite_as))
    return [_identifier(*item, identifier_link(*item)) for item in work.identifiers] + own


def _identifier(scheme: str, value: str, url: str) -> dict[str, str]:
    told = {"@type": "PropertyValue", "propertyID": scheme, "value": value}
    return {**told, "url": url} if url else told


def _file(work: Work) -> dict[str, Any]:
    told = {
        "@type": "MediaObject",
        "encodingFormat": work.media_type,
        "contentSize": f"{work.size_bytes} B",
        "sha256": work.digest,
    }
    return {**told, **({"contentUrl": work.content} if work.content else {})}
