"""Carry a sign-in over its steps: sealed in a cookie of the browser that began it, ten minutes, once.

Nothing is written before somebody comes back, so that nobody fills the database by asking for pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import InvalidJson, LedgerError, SignInRefused
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed, seal

FLOW_SECONDS = 600
LONGEST_FLOW = 3500  # characters of a cookie
ID_BYTES = 16
SKEW_SECONDS = 120  # by which a token of others may be older or newer than it seems
_PURPOSE = "a sign-in under way by "


def begin_flow(library: Library, way: str, values: Mapping[str, str]) -> str:
    """Return the sealed text that carries these values of a sign-in by this way."""
    until = str(library.clock() + FLOW_SECONDS)
    told = {**values, "id": secrets.token_urlsafe(ID_BYTES), "until": until}
    sealed = seal(library.people.key(), _PURPOSE + way, canonical_json.canonicalize(told))
    return base64.urlsafe_b64encode(sealed).decode()


def read_flow(library: Library, way: str, sealed: str) -> dict[str, str]:
    """Return the values of a sign-in that is under way by this way, and is not used yet.

    Raises:
        SignInRefused: it was not begun in this browser, or has ended.
    """
    if not sealed or len(sealed) > LONGEST_FLOW:
        raise SignInRefused("flow-missing")
    try:
        data = base64.b64decode(sealed.encode(), b"-_", validate=True)
        plain = open_sealed(library.people.key(), _PURPOSE + way, data)
        told: dict[str, str] = foreign_json.parse(plain, LONGEST_FLOW)
    except (binascii.Error, UnicodeEncodeError, InvalidJson, LedgerError) as exc:
        raise SignInRefused("flow-missing") from exc
    if int(told["until"]) <= library.clock():
        raise SignInRefused("flow-ended")
    return told


def spend(library: Library, name: str) -> None:
    """Use up what is to be used once; raise SignInRefused if it was used before.

    name: of a sign-in, its `id`; or of a token of others that is not taken anyway after ten minutes.
    """
    digest = hashlib.sha256(name.encode()).digest()
    now = library.clock()
    with library.store.write() as transaction:
        if not transaction.providers.spend(digest, now + FLOW_SECONDS + SKEW_SECONDS, now):
            raise SignInRefused("flow-spent")
