"""Remember what a request was answered, for whoever sends it again under the same key.

A key belongs to the token that it was sent with. Answers can hold secrets, such as a new reader's token:
they are kept sealed by a key that follows from the token, which is stored nowhere. An answer becomes durable
with what the request wrote, in one transaction, so that no kill lets a request be done twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from ledger_service.domain.errors import KeyUsedOtherwise
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.ports.verification import QuickReads

KEPT_SECONDS = 86_400

Found = TypeVar("Found")


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


class AnsweredBefore(Exception):
    """The same request was done while this one was on its way; answer: what that one was answered."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self.answer = answer


class AnsweringStore:
    """The store of one request under a key, which one thread uses.

    The transaction of its first write stays open until `answer` has put the answer beside it. A verb that
    is given this store must wait for nothing but the database from its first write on, as all verbs do.
    """

    def __init__(self, store: Store, clock: Clock, repeat: Repeat) -> None:
        self._store = store
        self._clock = clock
        self._repeat = repeat
        self._transaction: Transaction | None = None
        self._open = ExitStack()  # ends the transaction

    @property
    def quick(self) -> QuickReads:
        return self._store.quick

    def changes(self) -> str:
        return self._store.changes()

    def wipe(self) -> bool:
        return self._store.wipe()

    def rewrite(self) -> None:
        self._store.rewrite()

    def standing(self) -> bytes | None:
        """Return what the request was answered before, None if it was not.

        Raises:
            KeyUsedOtherwise: the key named another request.
        """
        with self._store.read() as transaction:
            return self._find(transaction)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Yield a transaction that sees what was written under the key; see ports.Store."""
        if self._transaction is not None:
            yield self._transaction
            return
        with self._store.read() as transaction:
            yield transaction

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Yield the transaction that is durable with the answer; see ports.Store.

        Raises:
            AnsweredBefore, KeyUsedOtherwise: asked under the lock, before anything is written.
        """
        if self._transaction is not None:
            with self._transaction.savepoint():
                yield self._transaction
            return
        with ExitStack() as stack:
            transaction = stack.enter_context(self._store.write())
            standing = self._find(transaction)
            if standing is not None:
                raise AnsweredBefore(standing)
            yield transaction
            self._transaction, self._open = transaction, stack.pop_all()

    def answer(self, do: Callable[[], Found], format: Callable[[Found], bytes]) -> Found:
        """Return what `do` returns, after that and all that it wrote are durable.

        If `do` raises, what it wrote is durable too, since a denial is an entry; no answer is kept then, so
        that the request may be sent again.
        """
        try:
            found = do()
        except BaseException:
            self._open.close()
            raise
        if self._transaction is None:
            with self.write():  # there was nothing to write but the answer
                pass
        assert self._transaction is not None  # opened by the verb, or here
        with self._open:
            now, repeat, answers = self._clock(), self._repeat, self._transaction.answers
            answers.forget_before(now - KEPT_SECONDS)
            answers.keep(repeat.name, repeat.seal, repeat.request, now, format(found))
        return found

    def _find(self, transaction: Transaction) -> bytes | None:
        found = transaction.answers.find(self._repeat.name, self._repeat.seal)
        if found is None or found.at < self._clock() - KEPT_SECONDS:
            return None
        if found.request != self._repeat.request:
            raise KeyUsedOtherwise("request")
        return found.answer


def _hash(label: bytes, pair: bytes) -> bytes:
    return hashlib.sha256(b"muhr answer " + label + pair).digest()
