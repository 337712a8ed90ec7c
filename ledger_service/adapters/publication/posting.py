"""Posts to addresses that people named, as `guarded` lets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.guarded import LONGEST_URL, Guard
from ledger_service.adapters.publication.no_answer import KeptConnectionEnded, NoAnswer
from ledger_service.ports.publication import Line, Posted

SILENT_SECONDS = 10
MOST_ANSWER_BYTES = 65_536
LONGEST_WAIT_SECONDS = 86_400
MOST_DIGITS = 6  # of Retry-After that are read


class GuardedPoster:
    """Implements ports.Poster. allowed: see Guard."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._guard = Guard(allowed)

    def check(self, url: str) -> None:
        self._guard.check(url)

    @contextmanager
    def line(self, url: str) -> Iterator[Line]:
        self.check(url)
        parts = urlsplit(url)
        check, refusal = self._guard.address_check(url), self._guard.refusal(url)
        origin, target = f"{parts.scheme}://{parts.netloc}", parts.path or "/"
        client = HttpClient(origin, silent_seconds=SILENT_SECONDS, check_address=check)
        try:
            line = _Line(client, target + (f"?{parts.query}" if parts.query else ""))
            yield line if refusal is None else _NoLine(str(refusal.values["told"]))
        finally:
            client.close()


class _NoLine:
    """Implements ports.Line where nothing may be asked."""

    def __init__(self, cause: str) -> None:
        self._cause = cause

    def post(self, body: bytes, headers: Mapping[str, str]) -> Posted:
        del body, headers
        return Posted(None, cause=self._cause)


class _Line:
    """Implements ports.Line."""

    def __init__(self, client: HttpClient, target: str) -> None:
        self._client, self._target = client, target

    def post(self, body: bytes, headers: Mapping[str, str]) -> Posted:
        sent = {**headers, "Content-Length": str(len(body))}
        try:
            return self._posted(body, sent)
        except KeptConnectionEnded:  # the other side closes idle ones; it may have taken it
            return self._again(body, sent)
        except NoAnswer as exc:
            return Posted(None, cause=str(exc))

    def _again(self, body: bytes, sent: Mapping[str, str]) -> Posted:
        try:
            return self._posted(body, sent)
        except NoAnswer as exc:
            return Posted(None, cause=str(exc))

    def _posted(self, body: bytes, sent: Mapping[str, str]) -> Posted:
        with self._client.request("POST", self._target, body=[body], headers=sent) as answer:
            status, told = answer.status, answer.headers
            location, after = told.get("Location", ""), told.get("Retry-After", "").strip()
            with suppress(
                NoAnswer
            ):  # it is taken all the same; the connection ends with what is too long
                answer.read(MOST_ANSWER_BYTES)
        wait = int(after[:MOST_DIGITS]) if after.isascii() and after.isdigit() else 0
        return Posted(status, location[:LONGEST_URL], min(wait, LONGEST_WAIT_SECONDS))
