"""What the metadata of a harvested record says, in Dublin Core of either kind or in DataCite's schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.records.oai_pages import OAI
from ledger_service.adapters.imports.sources.records.unused import Unused
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
        self._others: Counter[str] = Counter()
        self._of_rights: list[str] = []
        for metadata in record.findall(OAI + "metadata"):
            for element in metadata.iter():
                self._take(element, " ".join((element.text or "").split()))
        self._others["about"] += len(record.findall(OAI + "about"))

    def _take(self, element: Element, text: str) -> None:
        space, _, local = str(element.tag).rpartition("}")
        named = [element.get(name, "") for name in OF_RIGHTS_BY_ADDRESS] if element.attrib else []
        told = list(filter(tells_rights, [*named, *self._rights_in(local, element, text)]))
        self._of_rights += told
        if not text:
            return
        space += "}"
        name = local if space == DC else ""
        if space.startswith(DATACITE):
            name = OF_DATACITE.get(local, "")
        if name in ("title", "creator", "language", "format", *NAMING):
            self._texts.setdefault(name, []).append(text)
        elif not told:
            self._others[SHORT.get(space, space) + local] += 1

    @staticmethod
    def _rights_in(local: str, element: Element, text: str) -> list[str]:
        """Return what an element says of rights; from when on something may be had is an embargo's end."""
        if local == "available" or element.get("dateType") == "Available":
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

    def tell_unused(self, unused: Unused) -> None:
        """Count what a registration does not hold."""
        for name, count in self._others.items():
            if count:
                unused.element(name, count)
        for name in ("title", "creator"):
            if (more := len(self._texts.get(name, ())) - 1) > 0:
                unused.further(name, more)
        for name, value in (("language", self.language), ("format", self.media_type)):
            if (more := len(self._texts.get(name, ())) - bool(value)) > 0:
                unused.further(name, more)

    def _first(self, name: str) -> str:
        return next(iter(self._texts.get(name, ())), "")
