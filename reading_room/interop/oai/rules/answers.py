"""Answers as OAI-PMH's XML, made as text, since a harvester reads a million records. Source: OAI-PMH.xsd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text
from reading_room.interop.oai.rules.faults import BAD_ARGUMENT, BAD_VERB
from reading_room.interop.oai.rules.stamps import GRANULARITY, format_stamp

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
MEDIA_TYPE = "text/xml; charset=utf-8"
END = "</OAI-PMH>\n"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"


def head(base_url: str, answered_at: int, asked: Mapping[str, str]) -> str:
    """Return how every answer begins. asked: the arguments, empty if they are not to be repeated."""
    told = "".join(f" {name}={xml_attribute(text)}" for name, text in asked.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{NAMESPACE}" {_XSI} xsi:schemaLocation="{NAMESPACE} {NAMESPACE}OAI-PMH.xsd">\n'
        f"<responseDate>{format_stamp(answered_at)}</responseDate>\n"
        f"<request{told}>{xml_text(base_url)}</request>\n"
    )


def fault(base_url: str, at: int, asked: Mapping[str, str], code: str, sentence: str) -> str:
    """Return the answer to a request with a fault."""
    repeated = {} if code in (BAD_VERB, BAD_ARGUMENT) else asked
    told = f'<error code="{code}">{xml_text(sentence)}</error>\n'
    return head(base_url, at, repeated) + told + END


def element(name: str, text: str) -> str:
    """Return an element of text alone."""
    return f"<{name}>{xml_text(text)}</{name}>\n"


class Identity(NamedTuple):
    """What Identify tells. earliest: seconds since 1970 UTC; sample: name of an item, or empty."""

    name: str
    base_url: str
    mail: str
    earliest: int
    host: str
    sample: str


def identify(item: Identity) -> str:
    """Return what Identify tells."""
    told = [
        element("repositoryName", item.name),
        element("baseURL", item.base_url),
        element("protocolVersion", "2.0"),
        element("adminEmail", item.mail),
        element("earliestDatestamp", format_stamp(item.earliest)),
        element("deletedRecord", "persistent"),
        element("granularity", GRANULARITY),
    ]
    if item.sample:
        told.append(
            f'<description><oai-identifier xmlns="{_IDENTIFIER}" xsi:schemaLocation="{_IDENTIFIER} '
            f'{_IDENTIFIER}.xsd">\n<scheme>oai</scheme>\n{element("repositoryIdentifier", item.host)}'
            f"<delimiter>:</delimiter>\n{element('sampleIdentifier', item.sample)}"
            "</oai-identifier></description>\n"
        )
    return "<Identify>\n" + "".join(told) + "</Identify>\n"


def formats(items: Iterable[tuple[str, str, str]]) -> str:
    """Return what ListMetadataFormats tells. items: prefix, schema and namespace."""
    names = ("metadataPrefix", "schema", "metadataNamespace")
    told = (
        "".join(element(name, text) for name, text in zip(names, item, strict=True))
        for item in items
    )
    inner = "".join(f"<metadataFormat>{each}</metadataFormat>\n" for each in told)
    return f"<ListMetadataFormats>\n{inner}</ListMetadataFormats>\n"


def set_of(spec: str, name: str) -> str:
    """Return a set of a list."""
    return f"<set>{element('setSpec', spec)}{element('setName', name)}</set>\n"


def resumption(token: str, done: int, size: int | None, expires_at: int | None) -> str:
    """Return where a list goes on, or with an empty token that it ends. done: items before this page."""
    expires = "" if expires_at is None else f' expirationDate="{format_stamp(expires_at)}"'
    counted = "" if size is None else f' completeListSize="{size}"'
    return f'<resumptionToken{expires}{counted} cursor="{done}">{token}</resumptionToken>\n'
