"""Open a resource for a reader's browser, whose players and viewers can send cookies and no token.

The browser keeps a key. The opening's secret is a digest of it, so that the secret of an opening, which
stands in addresses, never makes a key. Who is signed in opens within their session: the digest then is of the
key and the session's secret, and the key opens nothing without the session, nor after it (docs/adr/0125).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger_service.domain.errors import NotAuthenticated, OpeningNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people import session
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.lending import Opening
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import OpenedContent, still_opened
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import Session, session_in

COOKIE = "muhr-opening"
"""By this name the browser keeps the key."""
_OF_SESSION = "in-session_"
"""Begins keys that open within a session only. Without it, another secret comes out, which opens nothing."""
_PURPOSE = b"muhr: the key of an opening in a browser\n"
_PURPOSE_IN_SESSION = b"muhr: the key of an opening in a session of a browser\n"


@dataclass(frozen=True)
class Held:
    """What a browser sends to open with. session: the secret of its session, empty if it has none."""

    key: str = field(repr=False)
    session: str = field(repr=False, default="")

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> Held | None:
        """Return what these cookies hold; None if no key is among them."""
        key = cookies.get(COOKIE)
        return None if key is None else cls(key, cookies.get(session.COOKIE, ""))

    @property
    def is_of_session(self) -> bool:
        """Whether it opens within a session only."""
        return self.key.startswith(_OF_SESSION)

    @property
    def secret(self) -> str:
        """Of the opening, 64 hex digits."""
        key = self.key.encode("utf-8", "replace")
        if not self.is_of_session:
            return hashlib.sha256(_PURPOSE + key).hexdigest()
        of_session = hashlib.sha256(self.session.encode("utf-8", "replace")).digest()
        return hashlib.sha256(_PURPOSE_IN_SESSION + of_session + key).hexdigest()


def open_in_page(
    library: Library, caller: Caller, digest: Digest, within: Session | None = None
) -> tuple[str, Opening]:
    """Return the key for the reader's browser, and the opening, after its entry is durable.

    within: the session that it ends with, at the latest. Raises as open_resource.
    """
    check_permitted(caller, Permission.CONTENT_OPEN)
    key, seconds = secrets.token_hex(32), library.limits.reading_seconds
    held = Held(key)
    if within is not None:
        held = Held(_OF_SESSION + key, within.secret)
        seconds = max(1, min(seconds, within.until - library.clock()))
    opening = open_resource(library, caller, digest=digest, secret=held.secret, seconds=seconds)
    return held.key, opening


def content_in_page(library: Library, held: Held, digest: Digest) -> OpenedContent:
    """Return what a browser may fetch.

    Raises:
        OpeningNotFound: there is none of this resource, or its time or its session has ended.
        NoLiveGrant: the grant has ended, or the resource was withdrawn, since.
    """
    with library.store.read() as transaction:
        opening = transaction.access.find_opening(held.secret)
        if opening is None or opening.digest != digest or _has_ended(library, transaction, held):
            raise OpeningNotFound()
        return still_opened(library, transaction, opening)


def _has_ended(library: Library, transaction: Transaction, held: Held) -> bool:
    """Return whether the session of a key has ended; a key of none goes on as its opening does."""
    if not held.is_of_session:
        return False
    try:
        session_in(library, transaction, held.session)
    except NotAuthenticated:
        return True
    return False
