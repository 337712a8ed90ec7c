"""Find the captions of a film or a sound: files in WebVTT that its record names and everybody may read."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from ledger_service.domain.errors import MetadataMismatch
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import access_to

MOST_CAPTIONS = 8
MOST_LOOKED_AT = 20  # relations of a record
CAPTION_TYPE = "text/vtt"
_DIGEST = re.compile(r"(?:.*[^0-9a-f])?([0-9a-f]{64})", re.IGNORECASE)


class Caption(NamedTuple):
    """Captions in a language: a tag, or empty if nobody said. title: of their own record."""

    digest: Digest
    language: str
    title: str


def find_captions(library: Library, record: Metadata) -> list[Caption]:
    """Return the captions that a record names among its relations, by digest or an address that ends so."""
    relations = record.relations[:MOST_LOOKED_AT]
    named = filter(None, (_DIGEST.fullmatch(one.target.strip()) for one in relations))
    found = (_caption(library, Digest.parse(match[1].lower())) for match in named)
    return list(islice(filter(None, found), MOST_CAPTIONS))


def _caption(library: Library, digest: Digest) -> Caption | None:
    try:
        access = access_to(library, digest)
    except MetadataMismatch:
        return None
    if access is None or access.open_license is None or not access.is_readable:
        return None
    record = access.registration.record
    if record.media_type != CAPTION_TYPE:
        return None
    return Caption(digest, record.language, record.title)
