"""From where a record was harvested, read out of the record as its service sent it."""

from __future__ import annotations

import re

from ledger_service.ports.imports import RecordOrigin
from reading_room.interop.oai.rules.faults import Fault
from reading_room.interop.oai.rules.stamps import parse_stamp
from reading_room.interop.oai.rules.told import Origin

_DATESTAMP = re.compile(rb"<(?:[\w.-]+:)?datestamp\b[^<>]*>\s*([0-9TZ:-]{10,20})\s*<")
_METADATA = re.compile(rb"<(?:[\w.-]+:)?metadata\b[^<>]*>\s*<(?:([\w.-]+):)?[\w.-]+([^<>]*)>")
_DECLARED = rb"xmlns%s\s*=\s*[\"']([^\"'<>]+)[\"']"


def origin_of(found: RecordOrigin) -> Origin | None:
    """Return the origin, None if the record does not tell all that OAI's schema of provenance asks for."""
    stamp, metadata = _DATESTAMP.search(found.beginning), _METADATA.search(found.beginning)
    if stamp is None or metadata is None:
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
    return Origin(found.kept_at, found.source, found.identifier, datestamp, told)
