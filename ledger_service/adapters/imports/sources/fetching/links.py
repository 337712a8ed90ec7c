"""Links to files: as the metadata of a record states them, and as the page about a work does.

Read are ORE (Atom), METS and OpenAIRE's `file` in records; of pages the header Link and the links `item` and
`linkset` (Signposting, FAIR levels 1 and 2) and `citation_pdf_url`. Other links may lead to anything.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.fetching.hosts import joined
from ledger_service.adapters.imports.sources.fetching.linksets import (
    Link,
    links_in_field,
    links_in_set,
)
from ledger_service.adapters.imports.sources.fetching.page_head import tags_of_head
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain.resources.registration import as_media_type

ATOM = "{http://www.w3.org/2005/Atom}"
METS = "{http://www.loc.gov/METS/}"
OPENAIRE = "{http://namespace.openaire.eu/schema/oaire/}"
XLINK = "{http://www.w3.org/1999/xlink}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DESCRIPTION = "{http://purl.org/dc/terms/}description"
AGGREGATES = "http://www.openarchives.org/ore/terms/aggregates"
MADE_OF_WORKS = frozenset({"LICENSE", "CC-LICENSE", "TEXT", "THUMBNAIL", "BRANDED_PREVIEW"})
MADE_OF_WORKS |= {"METADATA", "SWORD", "ORE", "PREVIEW"}  # groups of files, as DSpace names them
CHECKSUMS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
PDF = "application/pdf"


class FileLink(NamedTuple):
    """A file of a work, elsewhere. What is not stated is empty, or −1; checksums: see ImportItem."""

    url: str
    name: str = ""
    media_type: str = ""
    size_bytes: int = -1
    checksums: str = ""


def links_in_record(record: Element, unused: Unused) -> list[FileLink]:
    """Return the links to the files of the work that a record describes; those of other files are counted."""
    found = [*_in_ore(record, unused), *_in_mets(record, unused)]
    for element in record.iter(OPENAIRE + "file"):
        url = (element.text or "").strip()
        found.append(FileLink(url, media_type=as_media_type(element.get("mimeType", ""))))
    return list({link.url: link for link in found if link.url}.values())


def _in_ore(record: Element, unused: Unused) -> Iterator[FileLink]:
    groups = {
        element.get(RDF + "about"): (element.findtext(DESCRIPTION) or "").strip().upper()
        for element in record.iter(RDF + "Description")
    }
    for element in record.iter(ATOM + "link"):
        if element.get("rel") != AGGREGATES:
            continue
        url = element.get("href", "")
        if groups.get(url, "") in MADE_OF_WORKS:
            unused.group(groups[url])
            continue
        media_type = as_media_type(element.get("type", ""))
        yield FileLink(url, element.get("title", ""), media_type, _size(element.get("length")))


def _in_mets(record: Element, unused: Unused) -> Iterator[FileLink]:
    for group in record.iter(METS + "fileGrp"):
        use = group.get("USE", "").upper()
        for file in group.findall(METS + "file"):
            if use in MADE_OF_WORKS:
                unused.group(use)
                continue
            location = file.find(METS + "FLocat")
            if location is None:
                continue
            algorithm, text = file.get("CHECKSUMTYPE", "").upper(), file.get("CHECKSUM", "").lower()
            is_known = re.fullmatch("[0-9a-f]+", text) and CHECKSUMS.get(algorithm) == len(text)
            yield FileLink(
                location.get(XLINK + "href", ""),
                location.get(XLINK + "title", ""),
                as_media_type(file.get("MIMETYPE", "")),
                _size(file.get("SIZE")),
                f"{algorithm.replace('-', '').lower()}:{text}" if is_known else "",
            )


def _size(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 17 else -1


class PageLinks(NamedTuple):
    """What a page about a work links: its files, and the first set of links that may name more, or nothing.

    URLs are absolute.
    """

    files: list[FileLink]
    linkset: str


def links_of_page(url: str, headers: Iterable[str], html: bytes) -> PageLinks:
    """Return what a page links. headers: the fields Link (RFC 8288); html: the page, or its beginning."""
    links = [link for field in headers for link in links_in_field(field)]
    links = [link for link in links if joined(url, link.anchor) == url]
    pdf = ""
    for name, said in tags_of_head(html):
        if name == "link" and said.get("href"):
            relations = tuple(said.get("rel", "").lower().split())
            links.append(Link(said["href"], relations, said.get("type", "")))
        elif name == "meta" and said.get("name", "").lower() == "citation_pdf_url":
            pdf = pdf or said.get("content", "")
    links = [link._replace(target=joined(url, link.target.strip())) for link in links]
    files, sets = _items(links), (link.target for link in links if "linkset" in link.relations)
    if not files and pdf and joined(url, pdf.strip()):
        files = [FileLink(joined(url, pdf.strip()), media_type=PDF)]
    return PageLinks(files, next(filter(None, sets), ""))


def links_of_set(data: bytes, media_type: str, url: str, pages: Container[str]) -> list[FileLink]:
    """Return the files that a linkset names of one work. pages: URLs of the page about it.

    Raises:
        InvalidJson: it should be JSON and is none.
    """
    return _items(link for link in links_in_set(data, media_type, url) if link.anchor in pages)


def _items(links: Iterable[Link]) -> list[FileLink]:
    found = {
        link.target: FileLink(link.target, media_type=as_media_type(link.media_type))
        for link in links
        if "item" in link.relations and link.target
    }
    return list(found.values())
