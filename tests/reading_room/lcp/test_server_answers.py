"""What the license server may answer, and what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from ledger_service.adapters.lending.license_server import MOST_BYTES, HttpLicenseServer
from ledger_service.domain.errors import LicenseServerUnavailable
from ledger_service.ports.lending import LicenseServerAddress, ProtectedLoan
from tests.simulators.people.license_server import LicenseServerSimulator

NAME, FILE, KEY = str(uuid4()), str(uuid4()), "00" * 32


def asking(url: str, password: str) -> HttpLicenseServer:
    return HttpLicenseServer(LicenseServerAddress(url, "https://library.example", password))


@pytest.fixture
def strange() -> Iterator[ThreadingHTTPServer]:
    """Return a server that answers everything by its `status` and `body`."""

    class Answers(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body: bytes = self.server.body  # type: ignore[attr-defined]
            self.send_response(self.server.status)  # type: ignore[attr-defined]
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"", "answer"),
        (200, b"<html>", "answer"),
        (200, b"[]", "answer"),
        (200, b'{"id": "another"}', "answer"),
        (200, b" " * (MOST_BYTES + 1), "away"),
        (302, b"", "status"),
        (401, b"", "status"),
        (500, b"{}", "status"),
    ],
)
def test_what_is_no_license_is_none(
    strange: ThreadingHTTPServer, status: int, body: bytes, reason: str
) -> None:
    strange.status, strange.body = status, body  # type: ignore[attr-defined]
    client = asking(f"http://name@127.0.0.1:{strange.server_port}", "password")
    with pytest.raises(LicenseServerUnavailable, match=reason):
        client.license(NAME, FILE, KEY, "hint")


def test_without_the_right_password_nothing_is_done() -> None:
    server = LicenseServerSimulator()
    try:
        client = asking(server.url, "another")
        for ask in (
            lambda: client.title_of(FILE),
            lambda: client.keep(ProtectedLoan(NAME, FILE, 1, 2, False), 1),
            lambda: client.end(NAME),
        ):
            with pytest.raises(LicenseServerUnavailable, match="401"):
                ask()
        assert server.asked == []
    finally:
        server.stop()


def test_nobody_there_is_told_and_no_password_with_it() -> None:
    client = asking("http://name@127.0.0.1:9", "hidden")
    with pytest.raises(LicenseServerUnavailable) as caught:
        client.end(NAME)
    assert "hidden" not in str(caught.value)
