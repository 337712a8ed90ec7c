"""What the tests of the API share: problem documents, raw sockets, and what a request may add."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from ledger_service import messages
from ledger_service.adapters.sql import schema
from ledger_service.domain.reasons import Reason
from scripts.harness.waiting import wait_until

ADDED_BY_REQUESTS = (
    schema.resources.registration,
    schema.resources.description,
    schema.resources.license,
    schema.lending.grant,
    schema.people.reader,
    schema.people.token,
    schema.lending.opening,
    schema.ledger.private_part,
)
OVER = ("issued", "rejected", "ended")  # states of a grant that was asked for
RAW_SECONDS = 20


@pytest.fixture(scope="module")
def site(library) -> Iterator[httpx.Client]:
    """Return a client of the whole site, not of the API alone, which reads English."""
    with httpx.Client(
        base_url=library.url, headers={"Accept-Language": "en"}, trust_env=False, timeout=60
    ) as client:
        yield client


@pytest.fixture(scope="session")
def problem(library) -> Callable[..., dict[str, Any]]:
    """Return a function that checks a problem document (RFC 9457) and returns it."""

    def check(response: httpx.Response, status: int, slug: str | None = None) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        document = response.json()
        assert document["status"] == status
        assert document["title"]
        assert document["detail"]
        if document["type"] != "about:blank":
            reason = Reason.from_json(document)
            assert document["detail"] == messages.text(reason)
            assert document["type"].endswith(f"/{reason.name.split('.')[0]}")
        assert document["instance"] == f"urn:uuid:{response.headers['x-request-id']}"
        if slug is not None:
            assert document["type"] == f"{library.url}/problems/{slug}"
        else:
            assert document["type"] == "about:blank" or "/problems/" in document["type"]
        return document

    return check


@pytest.fixture(scope="session")
def kept(library) -> Callable[[], dict[str, int]]:
    """Return a function that counts what requests may add: rows, blocks, uploads under way.

    The worker changes none of these counts.
    """

    def count() -> dict[str, int]:
        with library.opened.store.engine.connect() as connection:
            rows = {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in ADDED_BY_REQUESTS
            }
        blocks = library.config.blocks
        rows["blocks"] = sum(1 for path in (blocks / "blocks").rglob("*") if path.is_file())
        rows["uploads under way"] = len(list((blocks / "staging").iterdir()))
        return rows

    return count


@pytest.fixture
def unchanged(kept) -> Iterator[None]:
    """Hold a test to it that its requests add nothing."""
    before = kept()
    yield
    assert kept() == before


class RawConnection:
    """A TCP connection to the library's server, to say what no HTTP client would."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), RAW_SECONDS)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, bytes]:
        """Return status and body of what the server answers until it closes or falls silent."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._received()
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += self._received()
        return int(head.split()[1]), body

    def _received(self) -> bytes:
        part = self._socket.recv(65_536)
        assert part, "the server closed the connection early"
        return part

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def new_raw(library) -> Iterator[Callable[[], RawConnection]]:
    """Return a function that makes raw connections."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(RawConnection(library.port)))


@pytest.fixture
def raw(new_raw) -> RawConnection:
    return new_raw()


@pytest.fixture
def opened_until(library, registrar) -> Callable[..., tuple[str, int, httpx.Response]]:
    """Return a function that registers a work, has its grant end soon, and opens it before that.

    It returns the digest, the second of the end, and the answer of `ask(digest)`.
    """

    def state_of(grant: str) -> str:
        return str(registrar.get(f"/grants/{grant}").json()["state"])

    def make(ask: Callable[[str], httpx.Response], **claim: str) -> tuple[str, int, httpx.Response]:
        for seconds in (3, 12, 60):  # longer where a machine is too slow to open it before the end
            digest = library.register(**claim)["digest"]
            until = int(time.time()) + seconds
            body = {"digest": digest, "reader": library.readers[0], "until": until}
            answer = registrar.post("/grants", json=body)
            if answer.status_code != 202:
                continue
            grant = answer.json()["grant"]
            wait_until(lambda grant=grant: state_of(grant) in OVER, "it stays asked for", 90)
            opened = ask(digest)
            if state_of(grant) == "issued" and time.time() < until:
                return digest, until, opened
        raise AssertionError("it is not opened before its end")

    return make
