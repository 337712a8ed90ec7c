"""Ask the search of other members' libraries, all at the same time, and none for longer than its bound.

A thread that a silent library holds is left behind; how many it may hold is bounded, too. Nothing is sent but
what was asked for: no cookie, no address, nothing of the visitor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from ledger_service.domain.errors import InvalidReceiver, ServiceUnavailable
from ledger_service.domain.reasons import Reason
from ledger_service.services.consortium.list_members import KnownMember
from ledger_service.services.library import Library
from reading_room.search.rules.members.place import Place
from reading_room.search.rules.members.told import ANSWER_BYTES, InvalidAnswer, Told, read_answer
from reading_room.search.verbs.members.patience import Patience

THREADS = 32
PATH = "/api/v1/search"
GRACE_SECONDS = 0.25  # for what came in time, and is looked up here
ALMOST = 0.9  # of a bound: who took so long and gave nothing was silent


@dataclass(frozen=True)
class Question:
    """What one library is asked. words: as typed; chosen: values by facet; most: works."""

    words: str
    order: str
    chosen: Mapping[str, Sequence[str]]
    place: Place
    most: int

    def path(self) -> str:
        """Return the path and query of the question, which never asks for what others have."""
        asked: list[tuple[str, str]] = [("q", self.words), ("sort", self.order)]
        asked += [(name, value) for name, values in self.chosen.items() for value in values]
        asked += [("limit", str(self.most))]
        if self.place.cursor:
            asked.append(("cursor", self.place.cursor))
        return f"{PATH}?{urlencode(asked, errors='replace')}"


@dataclass(frozen=True)
class Missing:
    """A library that gave nothing, and why."""

    why: Reason


Outcome = Told | Missing
Asked = Sequence[tuple[KnownMember, Question]]


def begin_asking(library: Library, asked: Asked, patience: Patience) -> Callable[[], list[Outcome]]:
    """Ask all, and return what returns their outcomes, in their order, by the bound at the latest."""
    until = time.monotonic() + patience.bound_seconds + GRACE_SECONDS
    futures = [_begin(_Asking(library, known, question), patience) for known, question in asked]

    def outcomes() -> list[Outcome]:
        wait(
            [one for one in futures if isinstance(one, Future)], max(0.0, until - time.monotonic())
        )
        bound = patience.bound_seconds
        return [one if isinstance(one, Missing) else _outcome(one, bound) for one in futures]

    return outcomes


@dataclass(frozen=True)
class _Asking:
    """One library that is asked."""

    library: Library
    known: KnownMember
    question: Question

    @property
    def name(self) -> str:
        """By which it is remembered how it answers."""
        return f"{self.library.key.name} {self.known.member.steward.hex()}"

    def told(self, seconds: float) -> Told:
        """Return what it answers in so many seconds.

        Raises:
            InvalidReceiver, ServiceUnavailable, InvalidAnswer: there is no answer.
        """
        assert self.library.members is not None
        member = self.known.member
        value = self.library.members.get_json(
            member.url, self.question.path(), most_bytes=ANSWER_BYTES, seconds=seconds
        )
        return read_answer(value, member.steward, self.question.most)


def _begin(asking: _Asking, patience: Patience) -> Future[Outcome] | Missing:
    void_because = asking.known.void_because
    if asking.known.is_suspended:
        return Missing(Reason("other-library.suspended"))
    if void_because is not None:
        # Whoever had its key may have told the address.
        return Missing(Reason("other-library.not-asked", {"why": void_because}))
    seconds = patience.begin(asking.name)
    if seconds is None:
        return Missing(Reason("other-library.rests"))
    return _threads().submit(_ask, asking, patience, time.monotonic() + seconds, seconds)


def _ask(asking: _Asking, patience: Patience, until: float, seconds: float) -> Outcome:
    """Return what a member answered, or why nothing counts that it did."""
    begun, was_silent = time.monotonic(), False
    try:
        if begun >= until:  # others held all threads
            return Missing(Reason("other-library.busy"))
        return asking.told(until - begun)
    except InvalidAnswer:
        return Missing(Reason("other-library.no-search"))
    except InvalidReceiver as exc:
        return Missing(Reason("other-library.not-asked", {"why": exc.reason}))
    except ServiceUnavailable as exc:
        was_silent = time.monotonic() >= begun + ALMOST * (until - begun)
        if was_silent:
            return Missing(_silent(seconds))
        return Missing(Reason("other-library.no-answer", {"why": exc.reason}))
    finally:
        patience.end(asking.name, was_silent=was_silent)


def _outcome(future: Future[Outcome], bound: float) -> Outcome:
    if not future.done():
        return Missing(_silent(bound))
    return future.result()


def _silent(seconds: float) -> Reason:
    return Reason("other-library.silent", {"seconds": max(1, round(seconds))})


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "members")
