"""Links to files: as the metadata of a record states them, and as the page about a work does.

Read are ORE (Atom), METS and OpenAIRE's `file` in records; of pages the header Link and the links `item`
(Signposting, FAIR level 1) and `citation_pdf_url`. Other links of a page may lead to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ledger_service.adapters.imports.sources.fetching.hosts import joined
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
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))')


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


def links_of_page(url: str, headers: Iterable[str], html: bytes) -> list[FileLink]:
    """Return the links to files of the work that a page is about, each an absolute URL.

    headers: the fields Link (RFC 8288). html: the page, or its beginning; its head is read.
    """
    found = [link for field in headers for link in _in_header(field)]
    head = _Head()
    head.feed(
        re.split(rb"<body\b", html, maxsplit=1, flags=re.IGNORECASE)[0].decode("utf-8", "replace")
    )
    found += head.links
    if not found and head.pdf:
        found = [FileLink(head.pdf, media_type=PDF)]
    absolute = [link._replace(url=joined(url, link.url.strip())) for link in found]
    return list({link.url: link for link in absolute if link.url}.values())


def _in_header(field: str) -> Iterator[FileLink]:
    for target, parameters in _LINK.findall(field):
        values = {
            name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)
        }
        if "item" in values.get("rel", "").lower().split():
            yield FileLink(target, media_type=as_media_type(values.get("type", "")))


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[FileLink] = []
        self.pdf = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and "item" in values.get("rel", "").lower().split() and values.get("href"):
            self.links.append(FileLink(values["href"], "", as_media_type(values.get("type", ""))))
        if tag == "meta" and values.get("name", "").lower() == "citation_pdf_url":
            self.pdf = self.pdf or values.get("content", "")
