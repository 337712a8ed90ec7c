"""What the metadata of a harvested record says, in Dublin Core of either kind or in DataCite's schema."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.records.dublin_core import gather_element
from ledger_service.adapters.imports.sources.records.oai_pages import OAI
from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.imports.record_rights import embargo_until, tells_rights
from ledger_service.domain.resources.registration import as_language, as_media_type

DC = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
DATACITE = "{http://datacite.org/schema/kernel-"
NAMING = ("identifier", "source", "relation")
OF_DATACITE = {
    "title": "title",
    "creatorName": "creator",
    "language": "language",
    "format": "format",
    "identifier": "identifier",
    "alternateIdentifier": "source",
    "relatedIdentifier": "relation",
}
OF_RIGHTS = frozenset({"rights", "license", "accessRights", "licenseCondition"})
OF_RIGHTS_BY_ADDRESS = ("rightsURI", "accessRightsURI", "uri")
SHORT = {DC: "dc:", TERMS: "dcterms:"}


class Said:
    """What stands in the metadata of a record; what stands about the record is not of the resource."""

    def __init__(self, record: Element) -> None:
        self._texts: dict[str, list[str]] = {}
        self._record = GatheredRecord()
        self._of_rights: list[str] = []
        self._of_contributor: Element | None = None
        for metadata in record.findall(OAI + "metadata"):
            for element in metadata.iter():
                self._take(element, " ".join((element.text or "").split()))
        if about := len(record.findall(OAI + "about")):
            self._record.unused["about"] += about

    def _take(self, element: Element, text: str) -> None:
        space, _, local = str(element.tag).rpartition("}")
        named = [element.get(name, "") for name in OF_RIGHTS_BY_ADDRESS] if element.attrib else []
        told = list(filter(tells_rights, [*named, *self._rights_in(local, element, text)]))
        self._of_rights += told
        space += "}"
        if local == "contributor" and space.startswith(DATACITE):
            self._of_contributor = element
        if not text:
            return
        name = local if space == DC else ""
        if space.startswith(DATACITE):
            name = OF_DATACITE.get(local, "")
        if name in ("title", "creator", "language", "format", *NAMING):
            self._texts.setdefault(name, []).append(text)
        is_main = name == "title" and len(self._texts[name]) == 1
        if is_main or (told and not _is_available(local, element)):
            return
        typed = self._of_contributor if local == "contributorName" else None
        known = space in SHORT or space.startswith(DATACITE)
        whole = SHORT.get(space, space) + local
        gather_element(
            element if typed is None else typed, local if known else "", whole, text, self._record
        )

    @staticmethod
    def _rights_in(local: str, element: Element, text: str) -> list[str]:
        """Return what an element says of rights; from when on something may be had is an embargo's end."""
        if _is_available(local, element):
            return [embargo_until(text)]
        return [text] if local in OF_RIGHTS or local == "date" else []

    def of_rights(self) -> list[str]:
        """Return all that it says of licenses, access and embargoes."""
        return self._of_rights

    def names(self) -> Iterator[str]:
        """Yield what may name the record's file, or the page about it."""
        for name in NAMING:
            yield from self._texts.get(name, ())

    def identifiers(self) -> list[str]:
        """Return what names the resource itself, and nothing that is related to it."""
        return self._texts.get("identifier", [])

    @property
    def title(self) -> str:
        return self._first("title")

    @property
    def creator(self) -> str:
        return self._first("creator")

    @property
    def language(self) -> str:
        return next(filter(None, map(as_language, self._texts.get("language", ()))), "")

    @property
    def media_type(self) -> str:
        return next(filter(None, map(as_media_type, self._texts.get("format", ()))), "")

    def gathered(self) -> GatheredRecord:
        """Return all that it says beside its first title."""
        return self._record

    def _first(self, name: str) -> str:
        return next(iter(self._texts.get(name, ())), "")


def _is_available(local: str, element: Element) -> bool:
    """Return whether an element says from when on something may be had: a date, and an embargo's end."""
    return local == "available" or element.get("dateType") == "Available"
