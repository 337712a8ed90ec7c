"""Let an app in by card number and passphrase, which it sends with each request, or by a token.

An app would have argon2 take a core for a tenth of a second at each request. So whoever was let in is known
for five minutes, in one process, by a keyed hash of what they sent; the key is random and lives as long as
the process. The library is asked each time whether that card still has this passphrase and this reader. No
session begins, and a failure is never remembered: it counts as one at the sign-in page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from ledger_service.domain.errors import InvalidInput, NotAuthenticated
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.ports.people import KeptIdentity
from ledger_service.services.library import Library
from ledger_service.services.people.attempts import Attempts
from ledger_service.services.people.sign_in.local_accounts import let_in_by_card

KNOWN_SECONDS = 5 * 60
MOST_KNOWN = 1000


@dataclass(frozen=True)
class Card:
    """What an app sends. number: of the card, as it is typed."""

    number: str
    passphrase: str

    def __repr__(self) -> str:
        return "Card(…)"


@dataclass(frozen=True)
class _Known:
    until: float
    kept: KeptIdentity


class KnownCards:
    """Who was let in lately, in one process. clock: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._key, self._clock, self._lock = secrets.token_bytes(32), clock, Lock()
        self._known: dict[bytes, _Known] = {}

    def find(self, card: Card) -> KeptIdentity | None:
        """Return what the library kept of this card when it was let in; None if that was long ago."""
        with self._lock:
            found = self._known.get(self._name(card))
        return None if found is None or found.until <= self._clock() else found.kept

    def add(self, card: Card, kept: KeptIdentity) -> None:
        """Know this card for a while."""
        with self._lock:
            name = self._name(card)
            self._known.pop(name, None)
            self._known[name] = _Known(self._clock() + KNOWN_SECONDS, kept)
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def _name(self, card: Card) -> bytes:
        number, passphrase = (
            text.encode("utf-8", "replace") for text in (card.number, card.passphrase)
        )
        sent = len(number).to_bytes(8, "big") + number + passphrase
        return hmac.digest(self._key, sent, hashlib.sha256)


def find_known(library: Library, known: KnownCards, card: Card) -> Caller | None:
    """Return the reader of a card that was let in lately, if the library still keeps it as it was then."""
    kept = known.find(card)
    if kept is None or _kept(library, card) != kept:
        return None
    return _caller(library, kept)


def let_in(
    library: Library, known: KnownCards, attempts: Attempts, address: str, card: Card
) -> Caller:
    """Return the reader of a card, after 0.1 seconds of a core. address: from where it is asked.

    Raises:
        TooManyAttempts: too many failed, of the card or of the address.
        NotAuthenticated: something is wrong, or it is no reader's card; what it is, is not told.
    """
    before = _kept(library, card)
    subject = let_in_by_card(library, attempts, address, card.number, card.passphrase)
    if subject.role is not Role.READER or before is None or before.subject != subject:
        raise NotAuthenticated("card")
    found = _caller(library, before)
    if found is None:
        raise NotAuthenticated("card")
    known.add(card, before)
    return found


def _kept(library: Library, card: Card) -> KeptIdentity | None:
    try:
        wanted = tag(library.people.key(), card_identity(card.number))
    except InvalidInput:
        return None
    with library.store.read() as transaction:
        return transaction.identities.find(wanted)


def _caller(library: Library, kept: KeptIdentity) -> Caller | None:
    """Return the reader, None if there is no such one any more."""
    with library.store.read() as transaction:
        if transaction.access.reader_key(kept.subject.name) is None:
            return None
    return Caller.of_token(kept.subject.role, kept.subject.name, library.steward)
