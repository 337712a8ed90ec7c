"""A work in unqualified Dublin Core, as an element of OAI's container.

Sources: oai_dc.xsd of OAI-PMH 2.0, which takes the 15 elements in any order and number; the DCMI Type
Vocabulary; OpenAIRE's guidelines for the words of access.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ledger_service.domain.exports.cited_work import AUTHORS, Work
from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text
from ledger_service.domain.exports.identifier_address import identifier_link

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
LOCATION = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ELEMENTS = "http://purl.org/dc/elements/1.1/"
KINDS = {
    "article": "Text",
    "book": "Text",
    "sound": "Sound",
    "film": "MovingImage",
    "picture": "StillImage",
    "map": "StillImage",
    "data": "Dataset",
}
_ACCESS = {"open": "openAccess", "restricted": "restrictedAccess", "metadata": "closedAccess"}
_OPENING = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{ELEMENTS}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {LOCATION}">\n'
)
_CLOSING = "</oai_dc:dc>"


def format_oai_dc(work: Work) -> str:
    """Return a work as an element `dc`, without a declaration before it."""
    language, titles = work.language, work.titles
    told = [_OPENING, _said("title", work.title, language)]
    told += [_said("title", text, of) for text, of in titles]
    for person in work.people:
        role = "creator" if person.role in AUTHORS else "contributor"
        told.append(_element(role, person.name))
    told += _further(work)
    told.append(_names(work))
    told.append(_same(work.kind, work.media_type, language, work.steward, work.publisher))
    told.append(_rights(*work.license, work.access))
    told.append(_CLOSING)
    return "".join(told)


def _further(work: Work) -> Iterator[str]:
    for subject in work.subjects:
        yield _element("subject", subject.text)
    texts = {
        "description": (work.description, work.edition),
        "date": (work.issued,),
        "format": (work.extent,),
    }
    for name, told in texts.items():
        yield from (_element(name, text) for text in told if text)
    for host in work.hosts:
        parts = (host.title, host.volume, host.issue)
        yield _element("relation", ", ".join(part for part in parts if part))
    for relation in work.relations:
        yield _element("relation", relation.target)
    for name, text in work.further:
        if name == "languages":
            yield _element("language", text)
        elif name == "rights_holder":
            yield _element("rights", text)


def _names(work: Work) -> str:
    """Return by what the work is known and found: its page first, its bytes last."""
    told = [work.cite_as]
    told += [_name(scheme, value) for scheme, value in work.names]
    if work.content:
        told.append(work.content)
    lines = [_element("identifier", text) for text in told]
    if work.successor:
        lines.append(_element("relation", f"Is replaced by {work.successor}"))
    return "".join(lines)


def _name(scheme: str, value: str) -> str:
    """Return an identifier as others know it: as a link, as a URN, or with its scheme before it."""
    name = scheme.lower()
    if name in ("hash", "uri"):
        return value
    if name in ("isbn", "issn"):
        return f"urn:{name}:{value}"
    return identifier_link(name, value) or f"{name}:{value}"


@lru_cache(1024)  # of a million works, most have one of few
def _same(kind: str, media_type: str, language: str, steward: str, publisher: str) -> str:
    """Return what many works have in common."""
    told = [_element("publisher", publisher or steward), _element("format", media_type)]
    is_text = kind == "file" and (media_type.startswith("text/") or media_type == "application/pdf")
    if is_text or kind in KINDS:
        told.append(_element("type", KINDS.get(kind, "Text")))
    if language:
        told.append(_element("language", language))
    return "".join(told)


@lru_cache(1024)
def _rights(name: str, uri: str, access: str) -> str:
    told = [f"info:eu-repo/semantics/{_ACCESS[access]}", uri, name]
    return "".join(_element("rights", text) for text in told if text)


def _said(name: str, text: str, language: str) -> str:
    if not language:
        return _element(name, text)
    return f"<dc:{name} xml:lang={xml_attribute(language)}>{xml_text(text)}</dc:{name}>\n"


def _element(name: str, text: str) -> str:
    return f"<dc:{name}>{xml_text(text)}</dc:{name}>\n"
