"""Open a resource for a reader's browser, whose players and viewers can send a cookie and no token.

The browser keeps a key. The opening's secret is a digest of it, so that the secret of an opening, which
stands in addresses, never makes a key.
"""

from __future__ import annotations

import hashlib
import secrets

from ledger_service.domain.errors import OpeningNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.lending import Opening
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import OpenedContent, still_opened
from ledger_service.services.library import Library

COOKIE = "muhr-opening"
"""By this name the browser keeps the key."""
_PURPOSE = b"muhr: the key of an opening in a browser\n"


def open_in_page(library: Library, caller: Caller, digest: Digest) -> tuple[str, Opening]:
    """Return the key for the reader's browser, and the opening, after its entry is durable.

    Raises as open_resource.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    key, seconds = secrets.token_hex(32), library.limits.reading_seconds
    opening = open_resource(library, caller, digest=digest, secret=_secret(key), seconds=seconds)
    return key, opening


def content_in_page(library: Library, key: str, digest: Digest) -> OpenedContent:
    """Return what the holder of a key may fetch.

    Raises:
        OpeningNotFound: there is none of this resource, or its time has run out.
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
    """
    with library.store.read() as transaction:
        opening = transaction.access.find_opening(_secret(key))
        if opening is None or opening.digest != digest:
            raise OpeningNotFound()
        return still_opened(library, transaction, opening)


def _secret(key: str) -> str:
    return hashlib.sha256(_PURPOSE + key.encode("utf-8", "replace")).hexdigest()
