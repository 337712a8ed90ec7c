"""From where a record was harvested, read out of the record as its service sent it.

Anybody may ask for it: a password is not told, and neither is a service that only a network of the library's
own has.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from ledger_service.domain.publication.public_address import without_password
from ledger_service.ports.imports import RecordOrigin
from reading_room.interop.oai.rules.faults import Fault
from reading_room.interop.oai.rules.stamps import parse_stamp
from reading_room.interop.oai.rules.told import Origin

_DATESTAMP = re.compile(rb"<(?:[\w.-]+:)?datestamp\b[^<>]*>\s*([0-9TZ:-]{10,20})\s*<")
_METADATA = re.compile(rb"<(?:[\w.-]+:)?metadata\b[^<>]*>\s*<(?:([\w.-]+):)?[\w.-]+([^<>]*)>")
_INNER = (".corp", ".home.arpa", ".internal", ".intranet", ".lan", ".local")
"""Ends of names that no name of the public network has (RFC 6762, RFC 8375, ICANN's .internal), or should."""
_DECLARED = rb"xmlns%s\s*=\s*[\"']([^\"'<>]+)[\"']"


def origin_of(found: RecordOrigin) -> Origin | None:
    """Return the origin, None if the record does not tell all that OAI's schema of provenance asks for."""
    source = _public(found.source)
    stamp, metadata = _DATESTAMP.search(found.beginning), _METADATA.search(found.beginning)
    if not source or stamp is None or metadata is None:
        return None
    prefix, attributes = metadata.groups()
    declared = re.compile(_DECLARED % (b":" + re.escape(prefix) if prefix else b""))
    namespace = declared.search(attributes) or declared.search(found.head)
    datestamp = stamp[1].decode()
    try:
        parse_stamp("", datestamp)
    except Fault:
        return None
    if namespace is None:
        return None
    told = namespace[1].decode("utf-8", "replace")
    return Origin(found.kept_at, source, found.identifier, datestamp, told)


def _public(url: str) -> str:
    """Return the address of a service without a password; empty if only an inner network has it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    try:
        address = ip_address(host)
    except ValueError:
        is_inner = "." not in host or host.endswith(_INNER)
    else:
        is_inner = address.is_private and not address.is_loopback
    return "" if is_inner and host != "localhost" else without_password(url)
