"""Ask a Muhr service again that cannot answer now and says when, for a bounded time.

503 with `Retry-After` says that nothing was done. A service also ends connections that are idle, and may do
so just when it is asked. Whatever else goes wrong is told at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ledger_service.adapters.http_client import Answer, HttpClient
from ledger_service.adapters.publication.no_answer import KeptConnectionEnded

LONGEST_WAIT_SECONDS = 30  # of one request, all its waits together
UNAVAILABLE = 503
MOST_DIGITS = 4  # of Retry-After that are read: more are no shorter wait

Tell = Callable[[Answer, int], None]
"""Is told of an answer that says to wait, and for how many seconds."""


@contextmanager
def asked_patiently(
    client: HttpClient,
    method: str,
    path: str,
    tell: Tell | None = None,
    *,
    longest_wait: int = LONGEST_WAIT_SECONDS,
    **arguments: Any,
) -> Iterator[Answer]:
    """Yield the answer to a request, which is sent again as long as its answers say so, and there is time.

    Whoever calls knows that the request does the same when it is sent again. A body is an iterable that
    gives its pieces anew each time; one that cannot is sent once. longest_wait: seconds, all waits together.

    Raises:
        NoAnswer: there is none.
    """
    if _is_used_up(arguments.get("body", ())):
        with client.request(method, path, **arguments) as answer:
            yield answer
        return
    left = longest_wait
    while True:
        with _asked_anew(client, method, path, **arguments) as answer:
            wait = seconds_to_wait(answer)
            if wait is None or wait > left:
                yield answer
                return
            if tell is not None:
                tell(answer, wait)
        left -= wait
        time.sleep(wait)


@contextmanager
def _asked_anew(client: HttpClient, method: str, path: str, **arguments: Any) -> Iterator[Answer]:
    """Yield the answer to a request, which is sent again over a new connection if the kept one ended."""
    with ExitStack() as stack:
        try:
            answer = stack.enter_context(client.request(method, path, **arguments))
        except KeptConnectionEnded:
            answer = stack.enter_context(client.request(method, path, **arguments))
        yield answer


def seconds_to_wait(answer: Answer) -> int | None:
    """Return for how many seconds an answer says to wait, at least 1; None if it does not."""
    told = str(answer.headers.get("Retry-After", "")).strip()
    is_number = told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS
    return max(1, int(told)) if answer.status == UNAVAILABLE and is_number else None


def _is_used_up(body: Any) -> bool:
    """Return whether the pieces of a body come once only, as an iterator's do."""
    return iter(body) is body
