"""Answers that are for all are given again while nothing is committed; any other is made for who asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ledger_service.api.requests import AS_OF
from ledger_service.domain.errors import LedgerBusy
from ledger_service.listening import kept_answers
from ledger_service.listening.kept_answers import KeptAnswers

Headers = list[tuple[bytes, bytes]]


class Site:
    """A route that counts how often it is asked, behind what keeps answers."""

    def __init__(self, headers: Headers | None = None, status: int = 200) -> None:
        self.headers, self.status = headers or [], status
        self.is_for_all, self.is_busy = True, False
        self.changes = "first"
        self.body = b"a page"
        self.asked = self.looks = 0
        self.kept = KeptAnswers(self._route, self._look)

    def get(self, path: str = "/", headers: Headers | None = None, method: str = "GET") -> bytes:
        """Return the body of what is answered, whose status and headers are the route's."""
        sent: list[Any] = []
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode()}
        scope |= {"query_string": b"", "headers": headers or []}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.kept(scope, self._receive, send))
        assert (sent[0]["status"], sent[0]["headers"]) == (self.status, self.headers)
        return b"".join(message["body"] for message in sent[1:])

    def is_kept(self, path: str = "/", headers: Headers | None = None) -> bool:
        """Return whether the second of two requests is answered by what was kept."""
        first = self.get(path, headers)
        before = self.asked
        assert self.get(path, headers) == first
        return self.asked == before

    def _look(self) -> str:
        self.looks += 1
        if self.is_busy:
            raise LedgerBusy
        return self.changes

    async def _receive(self) -> Any:
        return {"type": "http.request", "body": b""}

    async def _route(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        if self.is_for_all:
            scope.setdefault("state", {})[AS_OF] = self.changes
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[half:]})


def test_an_answer_that_is_for_all_is_given_again() -> None:
    site = Site([(b"content-type", b"text/html"), (b"vary", b"Accept, Cookie")])
    assert {site.get() for _ in range(5)} == {b"a page"}
    assert site.asked == 1
    assert Site(status=410).is_kept()


def test_it_is_made_anew_once_something_is_committed() -> None:
    site = Site()
    site.get()
    site.changes, site.body = "second", b"another page"
    assert site.get() == b"another page"


def test_it_is_made_anew_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    site.get()
    monkeypatch.setattr(kept_answers, "KEPT_SECONDS", 0)
    site.get()
    assert site.asked == 2


def test_what_was_committed_while_it_was_made_makes_it_old() -> None:
    site = Site()
    made, route = [], site._route

    async def overtaken(scope: Any, receive: Any, send: Any) -> None:
        await route(scope, receive, send)
        made.append(site.asked)
        site.changes = "while it was made"

    site.kept = KeptAnswers(overtaken, site._look)
    site.get()
    site.get()
    assert made == [1, 2]


@pytest.mark.parametrize(
    "header",
    [
        (b"authorization", b"Bearer secret"),
        (b"cookie", b"__Host-session=secret"),
        (b"cookie", b"lang=uz; session=secret"),
        (b"range", b"bytes=0-"),
        (b"if-none-match", b'"a"'),
        (b"accept-language", b"u" * kept_answers.LONGEST_KEY),
    ],
)
def test_who_says_who_asks_or_wants_another_answer_is_never_given_one_that_was_kept(
    header: tuple[bytes, bytes],
) -> None:
    site = Site()
    site.get()
    assert not site.is_kept(headers=[header])
    assert not site.is_kept(headers=[(b"accept", b"text/html"), (b"accept", b"*/*")])


def test_languages_looks_and_forms_are_kept_each_by_itself() -> None:
    site = Site()
    for header in (
        (b"accept", b"text/html"),
        (b"accept-language", b"ru"),
        (b"accept-encoding", b"gzip"),
        (b"cookie", b"lang=uz; theme=dark"),
        (b"cookie", b"theme=light"),
        (b"host", b"other.test"),
    ):
        before = site.asked
        assert site.is_kept(headers=[header])
        assert site.asked == before + 1
    assert site.is_kept("/other")


@pytest.mark.parametrize(
    "header",
    [
        (b"set-cookie", b"lang=uz"),
        (b"Set-Cookie", b"lang=uz"),
        (b"cache-control", b"no-store"),
        (b"cache-control", b"private, max-age=5"),
        (b"vary", b"Accept, User-Agent"),
        (b"vary", b"*"),
    ],
)
def test_what_an_answer_says_of_itself_counts_more_than_what_its_route_says(
    header: tuple[bytes, bytes],
) -> None:
    assert not Site([header]).is_kept()


@pytest.mark.parametrize("status", [206, 303, 404, 422, 500])
def test_only_pages_are_kept(status: int) -> None:
    assert not Site(status=status).is_kept()


def test_other_methods_and_routes_that_say_nothing_are_asked_each_time() -> None:
    site = Site()
    site.get()
    site.get(method="POST")
    site.get(method="HEAD")
    assert site.asked == 3
    site.is_for_all = False
    assert not site.is_kept("/other")


def test_who_asks_for_anything_else_waits_for_no_look() -> None:
    site = Site()
    site.is_for_all = False
    for number in range(3):
        site.get()
        site.get(f"/{number}")
    assert (site.asked, site.looks) == (6, 0)


def test_what_is_broken_off_is_not_kept() -> None:
    site = Site()
    route = site._route

    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        async def send_half(message: Any) -> None:
            if message["type"] == "http.response.start" or message.get("more_body"):
                await send(message)

        await route(scope, receive, send_half)

    site.kept = KeptAnswers(breaks, site._look)
    assert site.get() == b"a p"
    assert not site.is_kept()


def test_a_database_that_does_not_answer_keeps_nobody_from_the_route() -> None:
    site = Site()
    site.get()
    site.is_busy = True
    assert not site.is_kept()


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    site.body = b"-" * (kept_answers.LARGEST_BYTES + 1)
    assert not site.is_kept()
    site.body = b"-" * kept_answers.LARGEST_BYTES
    assert site.is_kept()
    monkeypatch.setattr(kept_answers, "MOST_BYTES", 3 * kept_answers.LARGEST_BYTES)
    for number in range(9):
        assert site.is_kept(f"/{number}")
    assert site.kept._bytes == sum(one.bytes_kept for one in site.kept._kept.values())
    assert site.kept._bytes <= 3 * kept_answers.LARGEST_BYTES
    assert list(site.kept._kept) == [
        (f"/{number}".encode(), b"", *[b""] * len(kept_answers.KEYS)) for number in (7, 8)
    ]
