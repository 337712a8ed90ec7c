"""Records of an OAI-PMH 2.0 service in Dublin Core, whose identifiers name files in a folder here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from ledger_service.adapters.http_client import Answer, HttpClient, NoAnswer
from ledger_service.adapters.imports.sources.bounded_xml import parse_xml
from ledger_service.adapters.imports.sources.folder import resolve, shown
from ledger_service.domain.errors import InvalidManifest, LedgerError, ServiceUnavailable
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.reasons import Reason

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
MOST_WAITS, LONGEST_WAIT_SECONDS = 5, 60
NAMING = ("identifier", "source", "relation")


def harvest(url: str, files: Path, license_name: str) -> Iterator[ImportItem]:
    """Yield an item for each record of the service, page after page.

    A record's file is the one in the folder that has the name at the end of one of its identifiers.

    Raises:
        ServiceUnavailable: it does not answer. InvalidManifest: it does not answer as OAI-PMH.
    """
    base = os.path.realpath(files)
    parameters = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    seen: set[str] = set()
    with closing(HttpClient(url)) as client:
        while True:
            page = _page(client, url, parameters)
            for record in page.iter(OAI + "record"):
                yield _item(record, base, license_name)
            token = (page.findtext(f".//{OAI}resumptionToken") or "").strip()
            if not token:
                return
            if token in seen:
                raise InvalidManifest("endless", url=url)
            seen.add(token)
            parameters = {"verb": "ListRecords", "resumptionToken": token}


def _page(client: HttpClient, url: str, parameters: dict[str, str]) -> Element:
    try:
        body = _body(client, url, parameters)
    except NoAnswer as exc:
        raise ServiceUnavailable("address", url=url, cause=str(exc)) from exc
    page = parse_xml(body, lambda cause: InvalidManifest("not-xml", url=url, cause=cause))
    fault = page.find(OAI + "error")
    if fault is not None and fault.get("code") != "noRecordsMatch":
        raise InvalidManifest(
            "refused", url=url, code=str(fault.get("code")), message=(fault.text or "")[:200]
        )
    return page


def _body(client: HttpClient, url: str, parameters: dict[str, str]) -> bytes:
    for _ in range(MOST_WAITS):
        with client.request("GET", "", query=parameters) as answer:
            if answer.status != 503:
                return _read(answer, url)
            after = answer.headers.get("Retry-After", "5")
        # OAI-PMH §3.1.2.2: come again later
        time.sleep(min(int(after) if after.isdecimal() else 5, LONGEST_WAIT_SECONDS))
    raise ServiceUnavailable("not-now", url=url)


def _read(answer: Answer, url: str) -> bytes:
    if answer.status != 200:
        raise ServiceUnavailable("address-status", prefix=url, status=answer.status)
    return answer.read(LARGEST_ANSWER_BYTES)


def _item(record: Element, base: str, license_name: str) -> ImportItem:
    header = record.find(OAI + "header")
    name = "a record" if header is None else header.findtext(OAI + "identifier") or "a record"
    if header is not None and header.get("status") == "deleted":
        return ImportItem.skipped(name, Reason("skipped.deleted").format())
    try:
        path = _file_of(record, base)
    except LedgerError as exc:
        return ImportItem.refused(name, exc)
    return ImportItem(
        f"{name}, {shown(os.path.basename(path))}",
        path=path,
        title=_text(record, "title"),
        creator=_text(record, "creator"),
        language=_text(record, "language"),
        media_type=next((text for text in _texts(record, "format") if "/" in text), "").lower(),
        license=license_name,
    )


def _file_of(record: Element, base: str) -> str:
    for text in (text for name in NAMING for text in _texts(record, name)):
        name = unquote(urlsplit(text).path.rsplit("/", 1)[-1])
        if name and name not in (".", "..") and "/" not in name and "\0" not in name:
            path = os.path.join(base, name)
            if os.path.isfile(path):
                return resolve(base, name)
    raise InvalidManifest("no-name-in-folder")


def _texts(record: Element, name: str) -> list[str]:
    found = (" ".join((item.text or "").split()) for item in record.iter(DC + name))
    return [text[:1000] for text in found if text]


def _text(record: Element, name: str) -> str:
    return next(iter(_texts(record, name)), "")
