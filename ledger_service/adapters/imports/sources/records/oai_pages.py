"""Pages of an OAI-PMH 2.0 service: asked for with patience; of a malformed one, each record is read alone."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from ledger_service.adapters.http_client import Answer
from ledger_service.adapters.imports.sources.fetching.asking import Asker
from ledger_service.adapters.imports.sources.fetching.hosts import (
    ANY,
    Hosts,
    own_names,
)
from ledger_service.adapters.imports.sources.records.bounded_xml import parse_marked, parse_xml
from ledger_service.domain.errors import InvalidManifest, LedgerError, ServiceUnavailable
from ledger_service.domain.publication.public_address import without_password

OAI = "{http://www.openarchives.org/OAI/2.0/}"
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
_RECORD = re.compile(rb"<(?:[\w.-]+:)?record\b[^<>]*>\s*<(?:[\w.-]+:)?header\b")
_RECORD_END = re.compile(rb"</(?:[\w.-]+:)?record\s*>")
_IDENTIFIER = re.compile(rb"<(?:[\w.-]+:)?identifier\b[^<>]*>([^<]*)<")
_TOKEN = re.compile(rb"<(?:[\w.-]+:)?resumptionToken\b[^<>]*>([^<]*)<")
_TAG = re.compile(rb"<(/?)([\w.:-]+)[^<>]*?(/?)>")


class TokenRefused(Exception):
    """The service no longer knows a resumption token."""


@dataclass
class Page:
    """What one answer has. faults: name, fault and bytes of each record that cannot be read.

    source: where it comes from. head: its bytes before the first record; texts: the bytes of each record,
    empty where they are not to be told apart.
    token: of the next page, empty if there is none. answered: when, as the service's clock says.
    """

    records: list[Element] = field(default_factory=list)
    faults: list[tuple[str, LedgerError, bytes]] = field(default_factory=list)
    source: str = ""
    head: bytes = b""
    texts: list[bytes] = field(default_factory=list)
    token: str = ""
    answered: str = ""


class Service:
    """Asks one service for pages. It may have moved, and answers from there from then on."""

    def __init__(self, url: str, always: dict[str, str]) -> None:
        """always: what every request says beside what it asks for, such as a key."""
        self._url = url
        self._always = always
        # Others than the one that was named may be where it moved to.
        self._asker = Asker(Hosts({*own_names(url), ANY}))

    @property
    def url(self) -> str:
        """Where it is asked, as people and records are told it."""
        return without_password(self._url)

    def close(self) -> None:
        self._asker.close()

    def page(self, parameters: dict[str, str]) -> Page:
        """Return the page that is asked for.

        Raises:
            ServiceUnavailable: it does not answer. InvalidManifest: it does not answer as OAI-PMH.
            TokenRefused: it does not go on from this token.
        """
        status, body = self._asker.get(self._url, self._take, parameters | self._always)
        try:
            return parse_page(body, self.url, parameters["verb"])
        except InvalidManifest as exc:
            if status >= 400 and not exc.reason.name.endswith(".refused"):
                raise ServiceUnavailable("address-status", prefix=self.url, status=status) from exc
            raise

    def record(self, identifier: str, prefix: str) -> Element | None:
        """Return one record in this format, None if there is none; raises as `page`."""
        asked = {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": prefix}
        return next(iter(self.page(asked).records), None)

    def formats(self) -> set[str]:
        """Return the prefixes of the formats that the service says it has; none if it does not say."""
        try:
            asked = {"verb": "ListMetadataFormats"} | self._always
            _, body = self._asker.get(self._url, self._take, asked)
            root = parse_xml(body.lstrip(BEFORE_XML), _malformed)
        except LedgerError:
            return set()
        return {(found.text or "").strip() for found in root.iter(OAI + "metadataPrefix")}

    def _take(self, url: str, answer: Answer) -> tuple[int, bytes]:
        body = answer.read(LARGEST_ANSWER_BYTES)
        self._url = urlsplit(url)._replace(query="", fragment="").geturl()
        return answer.status, body


def parse_page(body: bytes, url: str, verb: str = "ListRecords") -> Page:
    """Return what an answer has; raise InvalidManifest if it is no answer of OAI-PMH to this verb."""
    body = body.lstrip(BEFORE_XML)
    try:
        root, places = parse_marked(
            body, lambda cause: InvalidManifest("not-xml", url=url, cause=cause), OAI + "record"
        )
    except InvalidManifest as exc:
        return _salvaged(body, url, exc)
    fault, found = root.find(OAI + "error"), root.find(OAI + verb)
    if root.tag != OAI + "OAI-PMH" or (fault is None and found is None):
        raise InvalidManifest("not-oai", url=url)
    page = Page(answered=(root.findtext(OAI + "responseDate") or "").strip(), source=url)
    if fault is not None and fault.get("code") == "badResumptionToken":
        raise TokenRefused
    if fault is not None and fault.get("code") != "noRecordsMatch":
        message = (fault.text or "")[:200]
        raise InvalidManifest("refused", url=url, code=str(fault.get("code")), message=message)
    if found is not None:
        page.records = found.findall(OAI + "record")
        page.token = (found.findtext(OAI + "resumptionToken") or "").strip()
        if len(places) != len(page.records) or body.startswith(UTF_16):
            page.texts = [b""] * len(page.records)
        elif places:
            page.texts = [body[place] for place in places]
            page.head = body[: places[0].start]
    return page


def _salvaged(body: bytes, url: str, whole: InvalidManifest) -> Page:
    """Return the page of a body that is not well-formed, each record read for itself.

    Raises:
        InvalidManifest: what it is given, if no record can be read so.
    """
    starts = [match.start() for match in _RECORD.finditer(body)]
    if not starts:
        raise whole
    before = body[: starts[0]]
    page = Page(source=url, head=before)
    after = b"".join(b"</%s>" % name for name in reversed(_open_elements(before)))
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        piece = body[start:end]
        ends = [match.end() for match in _RECORD_END.finditer(piece)]
        try:
            if not ends:
                raise InvalidManifest("record-malformed", cause="it has no end")
            root = parse_xml(before + piece[: ends[-1]] + after, _malformed)
            page.records += list(root.iter(OAI + "record"))[:1]
            page.texts += [piece[: ends[-1]]][: len(page.records) - len(page.texts)]
            page.answered = (root.findtext(OAI + "responseDate") or "").strip()
        except InvalidManifest as exc:
            named = _IDENTIFIER.search(piece)
            name = named[1].decode("utf-8", "replace").strip() if named else "a record"
            page.faults.append((name, exc, piece))
    if not page.records:
        raise whole
    token = _TOKEN.search(body, starts[-1])
    page.token = html.unescape(token[1].decode("utf-8", "replace")).strip() if token else ""
    if not token and not body.rstrip().endswith(b"OAI-PMH>"):
        page.faults.append(("the page", InvalidManifest("page-cut"), b""))
    return page


def _malformed(cause: str) -> InvalidManifest:
    return InvalidManifest("record-malformed", cause=cause)


def _open_elements(text: bytes) -> list[bytes]:
    """Return the names of the elements that are still open at the end of the text."""
    names: list[bytes] = []
    for closing, name, empty in _TAG.findall(text):
        if closing and names:
            names.pop()
        elif not closing and not empty:
            names.append(name)
    return names
