"""Append for many requests in one database transaction, which is made durable once for all of them.

One thread takes what waits and runs it in one write transaction; nobody is answered before that has
committed. Each request has its own outcome: a verb refuses one by returning its error, and if a verb
fails for several, all is undone and each is tried alone. See docs/adr/0030.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ledger_service.domain.errors import LedgerBusy, LedgerError, Unavailable
from ledger_service.ports.store import Store, Transaction

MOST_WAITING = 1024  # requests; beyond that they are told that the ledger is busy
MOST_TOGETHER = 256  # requests in one transaction

Context = TypeVar("Context")
Request = TypeVar("Request")
Result = TypeVar("Result")

Verb = Callable[[Context, Transaction, Sequence[Request]], Sequence[Result | LedgerError]]
"""verb(context, transaction, requests) returns for each request a result, or the error that refuses it.

It must not wait for anything but the database: whoever comes later waits for it.
"""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Context, Request, Result]):
    verb: Verb[Context, Request, Result]
    context: Context
    request: Request
    answer: Future[Result] | asyncio.Future[Result]
    loop: asyncio.AbstractEventLoop | None  # of an asyncio answer, which only its loop may touch


_Anyone = _Waiting[Any, Any, Any]
"""Of those who wait together, each has types of its own; an outcome goes to the answer of its request."""


class Appender:
    """Runs the appends of one process, in a thread of its own from the first append until `close`."""

    def __init__(
        self, store: Store, most_waiting: int = MOST_WAITING, most_together: int = MOST_TOGETHER
    ) -> None:
        self._store = store
        self._most_together = most_together
        self._most_waiting = most_waiting
        self._waiting: queue.SimpleQueue[_Anyone | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # of who waits, and of the thread's beginning and end

    def append(
        self, verb: Verb[Context, Request, Result], context: Context, request: Request
    ) -> Result:
        """Return the verb's result for this request once it is durable; raise its error.

        Raises:
            LedgerBusy: too many wait, or the database cannot be written to.
        """
        answer: Future[Result] = Future()
        self._put(_Waiting(verb, context, request, answer, None))
        return answer.result()

    async def append_async(
        self, verb: Verb[Context, Request, Result], context: Context, request: Request
    ) -> Result:
        """Do as `append`, without a thread that waits."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._put(_Waiting(verb, context, request, answer, loop))
        return await answer

    def close(self) -> None:
        """Finish what waits and end the thread; another append begins a new one."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._waiting.put(None)
        if thread is not None:
            thread.join()

    def _put(self, waiting: _Anyone) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="appender", daemon=True)
                self._thread.start()
            if self._waiting.qsize() >= self._most_waiting:
                raise LedgerBusy("too-many-requests")
            self._waiting.put(waiting)

    def _work(self) -> None:
        is_open = True
        while is_open:
            taken = [self._waiting.get()]
            while len(taken) < self._most_together and not self._waiting.empty():
                taken.append(self._waiting.get_nowait())
            is_open = None not in taken
            together = [waiting for waiting in taken if waiting is not None]
            if together:
                _settle(together, self._commit(together))

    def _commit(self, together: Sequence[_Anyone]) -> list[Any]:
        """Return the outcome of each, after the transaction has committed or has failed for all."""
        try:
            with self._store.write() as transaction:
                return _outcomes(transaction, together)
        except Unavailable as exc:
            return [exc] * len(together)
        except Exception:  # of some verb; nothing was written
            return self._commit_each(together)

    def _commit_each(self, together: Sequence[_Anyone]) -> list[Any]:
        """Do as `_commit`, each alone, so that one that fails is undone and the others are not."""
        outcomes = []
        try:
            with self._store.write() as transaction:
                for waiting in together:
                    try:
                        with transaction.savepoint():
                            outcomes += _outcomes(transaction, [waiting])
                    except Exception as exc:  # handed to its caller, who raises it
                        outcomes.append(exc)
        except Exception as exc:
            return [exc] * len(together)
        return outcomes


def _outcomes(transaction: Transaction, together: Sequence[_Anyone]) -> list[Any]:
    """Return what the verbs give, each of them called once for all of its requests."""
    outcomes: list[Any] = [None] * len(together)
    groups: dict[tuple[Verb[Any, Any, Any], int], list[int]] = {}
    for place, waiting in enumerate(together):
        groups.setdefault((waiting.verb, id(waiting.context)), []).append(place)
    for (verb, _), places in groups.items():
        requests = [together[place].request for place in places]
        results = verb(together[places[0]].context, transaction, requests)
        for place, outcome in zip(places, results, strict=True):
            outcomes[place] = outcome
    return outcomes


def _settle(together: Sequence[_Anyone], outcomes: Sequence[Any]) -> None:
    """Answer everybody; each event loop is woken once."""
    of_loop: dict[asyncio.AbstractEventLoop, list[tuple[Any, Any]]] = {}
    for waiting, outcome in zip(together, outcomes, strict=True):
        if waiting.loop is None:
            _answer([(waiting.answer, outcome)])
        else:
            of_loop.setdefault(waiting.loop, []).append((waiting.answer, outcome))
    for loop, answers in of_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer, answers)


def _answer(answers: Sequence[tuple[Any, Any]]) -> None:
    for answer, outcome in answers:
        if answer.done():  # its request was given up
            continue
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
