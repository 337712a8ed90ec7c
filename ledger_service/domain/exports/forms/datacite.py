"""A work in the words of DataCite 4.5, as JSON and as XML. Source: schema.datacite.org, kernel 4.5.

No DOI is ever made here: the name of a resource is its page's address, and a DOI of its record stands among
the alternate identifiers, since it was given to another copy by somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from ledger_service.domain.exports.cited_dates import Day, Span
from ledger_service.domain.exports.cited_work import Person, Work
from ledger_service.domain.exports.forms.datacite_words import (
    ACCESS,
    CREDIT,
    IDENTIFIERS,
    KINDS,
    NOT_GIVEN,
    OTHER_ROLE,
    RELATIONS,
    ROLES,
)
from ledger_service.domain.exports.forms.datacite_xml import resource_element
from ledger_service.domain.exports.rights_name import rights_name
from ledger_service.domain.resources import work_identifier
from ledger_service.domain.resources.record_parts import PartOf

JSON_TYPE = "application/vnd.datacite.datacite+json"
XML_TYPE = "application/vnd.datacite.datacite+xml"
SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"
_YEARS = range(1, 10_000)  # those that four digits tell


def format_datacite_json(work: Work) -> str:
    """Return a work as the attributes of DataCite's JSON, which its schema of 4.5 takes."""
    return json.dumps(datacite(work), ensure_ascii=False, indent=1) + "\n"


def format_datacite_xml(work: Work) -> str:
    """Return a work as an element `resource` of kernel 4, without a declaration before it."""
    return resource_element(datacite(work))


def format_datacite_document(work: Work) -> str:
    """Return the same as a document of XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{format_datacite_xml(work)}\n'


def datacite(work: Work) -> dict[str, Any]:
    """Return a work as DataCite's attributes; what the record does not say and may be left out is."""
    creators = work.authors or list(work.people)
    others = [person for person in work.people if person not in creators]
    told: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION,
        "url": work.address,
        "types": {"resourceTypeGeneral": _kind(work), "resourceType": work.media_type},
        "creators": [_person(person) for person in creators] or [{"name": NOT_GIVEN}],
        "titles": _once(_titles(work)),
        "publisher": {"name": work.publisher or work.steward},
        "publicationYear": f"{_year(work):04}",
        "subjects": _once(
            _said(subject=item.text, subjectScheme=item.scheme, valueUri=item.uri)
            for item in work.subjects
        ),
        "contributors": list(_contributors(work, others)),
        "dates": list(_dates(work)),
        "language": work.language,
        "alternateIdentifiers": _once(_alternates(work)),
        "relatedIdentifiers": _once(_related(work)),
        "relatedItems": _once(_item(work, host) for host in work.hosts),
        "sizes": _once(text for text in (f"{work.size_bytes} bytes", work.extent) if text),
        "formats": [work.media_type],
        "version": work.edition,
        "rightsList": _once(_rights(work)),
        "descriptions": [{"description": work.description, "descriptionType": "Abstract"}]
        if work.description
        else [],
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def _kind(work: Work) -> str:
    is_text = work.media_type.startswith("text/") or work.media_type == "application/pdf"
    return "Other" if work.kind == "file" and not is_text else KINDS[work.kind]


def _person(person: Person) -> dict[str, Any]:
    """Return who it is; that it is a person is said only where the record shows it."""
    told: dict[str, Any] = {"name": person.name}
    if person.parts is not None:
        family, given = person.parts
        told = {"name": f"{family}, {given}", "givenName": given, "familyName": family}
    if person.parts is not None or person.orcid:
        told["nameType"] = "Personal"
    if person.ror:
        known = {"nameIdentifier": person.address, "nameIdentifierScheme": "ROR"}
        told |= {"nameType": "Organizational"}
        told["nameIdentifiers"] = [{**known, "schemeUri": "https://ror.org"}]
    elif person.orcid:
        known = {"nameIdentifier": person.address, "nameIdentifierScheme": "ORCID"}
        told["nameIdentifiers"] = [{**known, "schemeUri": "https://orcid.org"}]
    return told


def _contributors(work: Work, others: list[Person]) -> Iterator[dict[str, Any]]:
    for person in others:
        yield {**_person(person), "contributorType": ROLES.get(person.role.lower(), OTHER_ROLE)}
    for one in work.contributions:
        for role in one.roles:
            if role in CREDIT:
                yield {"name": one.name, "nameType": "Personal", "contributorType": CREDIT[role]}
    institution = {"nameType": "Organizational"}
    yield {"name": work.steward, **institution, "contributorType": "HostingInstitution"}
    for name, text in work.further:
        if name == "rights_holder":
            yield {"name": text, "contributorType": "RightsHolder"}


def _titles(work: Work) -> Iterator[dict[str, str]]:
    yield _said(title=work.title, lang=work.language)
    for text, language in work.titles:
        differs = language and language != work.language
        kind = "TranslatedTitle" if differs else "AlternativeTitle"
        yield _said(title=text, titleType=kind, lang=language)


def _year(work: Work) -> int:
    """Return the year by which it is cited, or else that in which it was taken in here."""
    year = work.year
    if year is not None and year in _YEARS:
        return year
    return datetime.fromtimestamp(work.accepted_at, UTC).year


def _dates(work: Work) -> Iterator[dict[str, str]]:
    issued = _range(work.span)
    if issued:
        known = _said(dateInformation=work.issued if work.issued != issued else "")
        yield {"date": issued, "dateType": "Issued", **known}
    yield {"date": _day(work.accepted_at), "dateType": "Accepted"}
    yield {"date": _day(work.changed_at), "dateType": "Withdrawn" if work.withdrawn else "Updated"}


def _range(span: Span | None) -> str:
    """Return a date as W3CDTF, or two with a slash between; empty for one that these cannot tell."""
    if span is None:
        return ""
    told = [_date(day) for day in (span.first, span.last)]
    if span.last is None:
        return told[0]
    return "/".join(told) if all(told) else ""


def _date(day: Day | None) -> str:
    if day is None or day.year not in _YEARS:
        return ""
    return "-".join([f"{day.year:04}", *(f"{part:02}" for part in day.parts()[1:])])


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def _alternates(work: Work) -> Iterator[dict[str, str]]:
    for scheme, value in work.names:
        yield _alternate(IDENTIFIERS.get(scheme.lower(), scheme), value)


def _alternate(kind: str, value: str) -> dict[str, str]:
    return {"alternateIdentifier": value, "alternateIdentifierType": kind}


def _related(work: Work) -> Iterator[dict[str, str]]:
    for relation in work.relations:
        kind, named = RELATIONS.get(relation.kind), _named(relation.target)
        if kind is not None and named is not None:
            yield _relation(kind, *named)
    if work.successor:
        yield _relation("IsObsoletedBy", "URL", work.successor)
    for host in work.hosts:
        if (named := _named(host.identifier)) is not None:
            yield _relation(_within(work), *named)


def _relation(kind: str, scheme: str, value: str) -> dict[str, str]:
    return {
        "relatedIdentifier": value,
        "relatedIdentifierType": scheme,
        "relationType": kind,
    }


def _named(text: str) -> tuple[str, str] | None:
    """Return type and value of an identifier; None for words, which DataCite has no place for."""
    for scheme in ("issn", "isbn"):
        if found := work_identifier.SCHEMES[scheme](text):
            return IDENTIFIERS[scheme], found
    if recognized := work_identifier.recognized(text):
        return IDENTIFIERS[recognized[0]], recognized[1]
    return ("URL", text) if text.startswith(("https://", "http://")) else None


def _within(work: Work) -> str:
    return "IsPublishedIn" if work.kind == "article" else "IsPartOf"


def _item(work: Work, host: PartOf) -> dict[str, Any]:
    """Return what it is a part of, with volume and issue."""
    named = _named(host.identifier)
    told: dict[str, Any] = {
        "relatedItemType": "Journal" if work.kind == "article" else "Collection",
        "relationType": _within(work),
    }
    if named is not None:
        kind, value = named
        told["relatedItemIdentifier"] = {
            "relatedItemIdentifier": value,
            "relatedItemIdentifierType": kind,
        }
    return told | {"titles": [{"title": host.title}], **_said(volume=host.volume, issue=host.issue)}


def _rights(work: Work) -> Iterator[dict[str, str]]:
    name, uri = work.license
    known = rights_name(uri)
    named = {} if known is None else _named_rights(known.id, known.scheme, known.address)
    yield {**_said(rights=name, rightsUri=uri), **named}
    words, address = ACCESS[work.access]
    yield {"rights": words, "rightsUri": address}


def _named_rights(name: str, scheme: str, address: str) -> dict[str, str]:
    return {"rightsIdentifier": name, "rightsIdentifierScheme": scheme, "schemeUri": address}


def _said(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _once(items: Iterable[Any]) -> list[Any]:
    """Return each item once, in order: DataCite's lists hold nothing twice."""
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
