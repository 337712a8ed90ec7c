"""What elements of Dublin Core and of DataCite's schema say of a work, as fields of a record.

Sources: DCMI Metadata Terms; DataCite Metadata Schema 4.5; the guidelines of OpenAIRE for info:eu-repo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.told_roles import role_of
from ledger_service.domain.resources import edtf
from ledger_service.domain.resources.language_codes import short_code
from ledger_service.domain.resources.record_cells import read_item
from ledger_service.domain.resources.record_parts import RELATIONS
from ledger_service.domain.resources.record_text import language_tag
from ledger_service.domain.resources.registration import as_language, as_media_type
from ledger_service.domain.resources.work_identifier import orcid

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEME = "{http://www.w3.org/2001/XMLSchema-instance}type"
DATES = {
    "date": "issued",
    "created": "created",
    "issued": "issued",
    "available": "available",
    "modified": "modified",
    "updated": "modified",
    "dateAccepted": "accepted",
    "accepted": "accepted",
    "dateSubmitted": "submitted",
    "submitted": "submitted",
    "dateCopyrighted": "copyrighted",
    "copyrighted": "copyrighted",
    "valid": "valid",
    "collected": "captured",
    "publicationYear": "issued",
}
RELATED = {
    "hasFormat": "has-format",
    "isFormatOf": "is-format-of",
    "hasPart": "has-part",
    "hasVersion": "has-version",
    "isVersionOf": "is-version-of",
    "references": "references",
    "isReferencedBy": "is-referenced-by",
    "isReplacedBy": "is-replaced-by",
    "replaces": "replaces",
    "requires": "requires",
    "isRequiredBy": "is-required-by",
    "conformsTo": "conforms-to",
    "source": "source",
    "relation": "related",
    "isPartOf": "is-part-of",
}
OF_DATACITE = {
    "IsSupplementTo": "supplement-to",
    "Continues": "continues",
    "IsContinuedBy": "continued-by",
    "Cites": "references",
    "IsCitedBy": "is-referenced-by",
    "Reviews": "review-of",
    "IsDerivedFrom": "source",
    "IsTranslationOf": "translation-of",
    "HasTranslation": "has-translation",
    "Obsoletes": "replaces",
    "IsObsoletedBy": "is-replaced-by",
}
Reader = Callable[["SaidElement", str], None]


class SaidElement:
    """An element with its text. name: by which its source knows it, such as dc:title."""

    def __init__(self, element: Element, local: str, name: str, found: GatheredRecord) -> None:
        self.element = element
        self.local = local
        self.name = name
        self.found = found

    def told(self, attribute: str) -> str:
        """Return an attribute, empty if there is none."""
        return (self.element.get(attribute) or "").strip()

    @property
    def language(self) -> str:
        """The language that the element's text is in, empty if it names none that is one."""
        try:
            return short_code(language_tag("", self.told(LANGUAGE)))
        except InvalidMetadata:
            return ""


def _title(said: SaidElement, text: str) -> None:
    said.found.add(said.name, "titles", text=text, language=said.language)


def _person(role: str) -> Reader:
    def read(said: SaidElement, text: str) -> None:
        told = role_of(said.told("contributorType")) or role
        said.found.add(said.name, "contributors", name=text, role=told)

    return read


def _orcid(said: SaidElement, text: str) -> None:
    if number := orcid(text):
        said.found.identify_last(number)
    else:
        said.found.unused[said.name] += 1


def _publisher(said: SaidElement, text: str) -> None:
    if said.found.tells("publisher"):
        said.found.add(said.name, "contributors", name=text, role="pbl")
    else:
        said.found.put(said.name, "publisher", text)


def _subject(said: SaidElement, text: str) -> None:
    named = said.told("subjectScheme") or said.told(SCHEME).rpartition(":")[2]
    scheme = "-".join(named.lower().split())
    plain = scheme if scheme.replace("-", "").isalnum() and scheme.isascii() else ""
    uri = said.told("valueURI") or (text if text.startswith(("http://", "https://")) else "")
    said.found.add(said.name, "subjects", text=text, scheme=plain[:20].strip("-"), uri=uri)


def _note(said: SaidElement, text: str) -> None:
    said.found.add(said.name, "description", text=text, language=said.language)


def _date(said: SaidElement, text: str) -> None:
    """A moment is what systems write of themselves, and no date of the work."""
    typed = said.told("dateType")
    kind = DATES.get(typed[:1].lower() + typed[1:], "other") if typed else DATES[said.local]
    if kind == "issued" and "T" in text:
        kind = "other"
    said.found.add(said.name, "dates", kind=kind, edtf=edtf.guessed(text), text=text)


def _language(said: SaidElement, text: str) -> None:
    tag = as_language(text)
    if tag:
        said.found.add(said.name, "languages", short_code(tag.lower()))
    else:
        said.found.unused[said.name] += 1


def _identifier(said: SaidElement, text: str) -> None:
    said.found.add(said.name, "identifiers", **read_item("identifiers", text))


def _relation(said: SaidElement, text: str) -> None:
    typed = said.told("relationType")
    plain = "".join(f"-{one.lower()}" if one.isupper() else one for one in typed).strip("-")
    kind = OF_DATACITE.get(typed) or (
        plain if plain in RELATIONS else RELATED.get(said.local, "related")
    )
    said.found.add(said.name, "relations", kind=kind, target=text)


def _part_of(said: SaidElement, text: str) -> None:
    said.found.add(said.name, "part_of", title=text)


def _format(said: SaidElement, text: str) -> None:
    if not as_media_type(text):
        said.found.put(said.name, "extent", text)
    elif said.found.was_asked("format"):
        said.found.unused[said.name] += 1


def _put(name: str) -> Reader:
    def read(said: SaidElement, text: str) -> None:
        said.found.put(said.name, name, text)

    return read


READERS: Mapping[str, Reader] = {
    "title": _title,
    "alternative": _title,
    "creator": _person("cre"),
    "creatorName": _person("cre"),
    "contributor": _person("ctb"),
    "contributorName": _person("ctb"),
    "nameIdentifier": _orcid,
    "publisher": _publisher,
    **dict.fromkeys(("subject", "coverage", "spatial", "temporal", "geoLocationPlace"), _subject),
    **dict.fromkeys(("description", "abstract", "tableOfContents"), _note),
    **dict.fromkeys(DATES, _date),
    "language": _language,
    "identifier": _identifier,
    "alternateIdentifier": _identifier,
    **dict.fromkeys((*RELATED, "relatedIdentifier"), _relation),
    "bibliographicCitation": _part_of,
    "format": _format,
    "extent": _put("extent"),
    "size": _put("extent"),
    "version": _put("edition"),
    "rightsHolder": _put("rights_holder"),
    "audience": _put("audience"),
    "educationLevel": _put("audience"),
    "placeOfPublication": _put("place"),
}


def gather_element(
    element: Element, local: str, name: str, text: str, found: GatheredRecord
) -> None:
    """Add what an element says to a record; what nothing is made of is counted by its name."""
    read = READERS.get(local)
    if read is None:
        found.unused[name] += 1
    else:
        read(SaidElement(element, local, name, found), text)
