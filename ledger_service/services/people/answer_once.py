"""Remember what a request was answered, for whoever sends it again under the same key.

A key belongs to the token that it was sent with. Answers can hold secrets, such as a new reader's token:
they are kept sealed by a key that follows from the token, which is stored nowhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger_service.domain.errors import KeyUsedOtherwise, LedgerBusy
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.store import Clock, Store

KEPT_SECONDS = 86_400
LONGEST_SECONDS = (
    60  # of answering; a request that is still open then was cut off, and is done anew
)


@dataclass(frozen=True)
class Repeat:
    """A request that may come again. name: of token and key; seal: opens the answer; request: what it asks.

    Each has 32 bytes.
    """

    name: bytes
    seal: bytes
    request: bytes

    @classmethod
    def of(cls, secret: str, key: str, request: bytes) -> Repeat:
        """Return the names that follow from an access token's secret and a key."""
        pair = f"{secret}\n{key}".encode()
        return cls(_hash(b"name\n", pair), _hash(b"seal\n", pair), request)


def begin_answer(
    store: Store, clock: Clock, caller: Caller, permission: Permission, repeat: Repeat
) -> bytes | None:
    """Return what the request was answered before; None if it is to be done now.

    Raises:
        KeyUsedOtherwise: the key named another request. LedgerBusy: the first is still being answered.
    """
    reach(caller, permission)
    now = clock()
    with store.write() as transaction:
        transaction.answers.forget_before(now - KEPT_SECONDS)
        found = transaction.answers.find(repeat.name, repeat.seal)
        if found is not None and found.request != repeat.request:
            raise KeyUsedOtherwise("request")
        if found is not None and found.answer is not None:
            return found.answer
        if found is not None and found.at > now - LONGEST_SECONDS:
            raise LedgerBusy("same-request")
        transaction.answers.begin(repeat.name, repeat.request, now)
    return None


def end_answer(
    store: Store, caller: Caller, permission: Permission, repeat: Repeat, answer: bytes | None
) -> None:
    """Remember what the request was answered; None if nothing was done, so that it may come again."""
    reach(caller, permission)
    with store.write() as transaction:
        if answer is None:
            transaction.answers.forget(repeat.name)
        else:
            transaction.answers.keep(repeat.name, repeat.seal, answer)


def _hash(label: bytes, pair: bytes) -> bytes:
    return hashlib.sha256(b"muhr answer " + label + pair).digest()
