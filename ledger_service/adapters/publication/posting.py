"""Posts to addresses that people named: https at public addresses, and hosts that the operator allows.

All addresses to which a name leads are looked at before, and the one that it led to once more when the
connection stands, before anything is asked: a name that leads elsewhere at the second look gains nothing.
Redirects are not followed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from ledger_service.adapters.http_client import HttpClient, KeptConnectionEnded, NoAnswer
from ledger_service.adapters.imports.sources.fetching.hosts import check_public, own_names
from ledger_service.domain.errors import InvalidReceiver
from ledger_service.ports.publication import Line, Posted

SILENT_SECONDS = 10
HTTPS_PORT = 443
MOST_ANSWER_BYTES = 65_536
LONGEST_URL = 1000
LONGEST_WAIT_SECONDS = 86_400
MOST_DIGITS = 6  # of Retry-After that are read
TOLD_URL = 80  # characters of one that is told


class GuardedPoster:
    """Implements ports.Poster. allowed: `host` or `host:port` of those that may be anywhere, also on http."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(name.lower() for name in allowed)

    def check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            is_bare = parts.username is None and not parts.fragment
        except ValueError:
            is_one = is_bare = False
        is_plain = url.isascii() and url.isprintable() and not set(url) & set(' <>"')
        if not (is_one and is_bare and is_plain) or len(url) > LONGEST_URL:
            raise InvalidReceiver("address", url=url[:TOLD_URL])
        if parts.scheme != "https" and not self._is_allowed(url):
            raise InvalidReceiver("plain-http", url=url[:TOLD_URL])

    @contextmanager
    def line(self, url: str) -> Iterator[Line]:
        self.check(url)
        parts = urlsplit(url)
        check = None if self._is_allowed(url) else check_public
        origin, target = f"{parts.scheme}://{parts.netloc}", parts.path or "/"
        refusal = "" if check is None else _refusal(parts.hostname or "", parts.port or HTTPS_PORT)
        client = HttpClient(origin, silent_seconds=SILENT_SECONDS, check_address=check)
        try:
            line = _Line(client, target + (f"?{parts.query}" if parts.query else ""))
            yield _NoLine(refusal) if refusal else line
        finally:
            client.close()

    def _is_allowed(self, url: str) -> bool:
        return bool(own_names(url) & self._allowed)


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


def _refusal(host: str, port: int) -> str:
    """Return why none of a name's addresses may be asked; empty if all are public."""
    try:
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            check_public(str(address[0]))
    except (NoAnswer, OSError, UnicodeError) as exc:
        return str(exc) or type(exc).__name__
    return ""
