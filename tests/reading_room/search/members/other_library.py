"""Another library of a consortium: a ledger of its own, and a server that answers as its search would.

It may also be silent, or lie: tests say how. The server is a real one, on a port of this machine.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ledger_service.api.resources.shapes import RegistrationShape
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import leaf_hashes
from ledger_service.domain.resources.registration import (
    Description,
    Metadata,
    Registration,
    RegistrationState,
    Route,
)
from ledger_service.ports.publication import Mirrored
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.library import Library
from tests.simulators.consortium import Institution

SOME_LICENSE = LicenseId(b"\x07" * 32)
Say = Callable[[dict[str, list[str]]], bytes | None]
"""Makes the body of an answer to a query; None: it never comes."""


@dataclass
class OtherLibrary:
    """A member. items: what its search finds, in its order, whatever is asked; say: instead of that."""

    institution: Institution
    items: list[dict[str, Any]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    say: Say | None = None

    def __post_init__(self) -> None:
        self._over = Event()
        self._server = _server(self)
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def end(self) -> None:
        """End the server, and whatever it left unanswered."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def join(self, library: Library) -> None:
        """Let a library know of this one, as it is served."""
        take_member(library, self.institution.says(library.clock(), url=f"http://{self.host}"))

    def claim(
        self, title: str, creator: str = "", data: bytes = b"", corrected: str = "", **record: Any
    ) -> Registration:
        """Take a work into the ledger, and let the search find it after the others."""
        metadata = Metadata(title, "application/pdf", 1000, creator, "uz", **record)
        digest = Digest.of(data or f"{self.institution.name} {title}".encode())
        item = Registration(
            digest=digest,
            steward=self.institution.steward,
            license=SOME_LICENSE,
            cid=ContentId.read("f01551220" + digest.hex()),
            metadata=metadata,
            route=Route.BULK,
            state=RegistrationState.ACCEPTED,
            accepted_at=1_700_000_000 + len(self.entries),
            accepted_entry=len(self.entries),
        )
        self.entries.append(Entry("accepted", item.accepted_at, item.claim()).format())
        if corrected:
            record_now = replace(metadata, title=corrected)
            at = item.accepted_at + 1
            described = Description(digest, item.steward, 1, record_now, at, len(self.entries))
            self.entries.append(Entry("described", at, described.facts()).format())
            item = replace(item, described=described)
        self.items.append(RegistrationShape.of(item).model_dump(mode="json", exclude_none=False))
        return item

    def copy_to(self, library: Library, entries: list[bytes] | None = None) -> Mirrored:
        """Let a library have a copy of the ledger as it is now, or of other entries."""
        key = self.institution.signer.key
        mirrored = library.mirrors.add(self.institution.name, f"http://{self.host}", key)
        bodies = self.entries if entries is None else entries
        with library.mirrors.store(mirrored.id).write() as transaction:
            frontier = transaction.ledger.frontier()
            new = bodies[frontier.size :]
            nodes = frontier.extend(leaf_hashes(new))
            transaction.ledger.append(frontier.size - len(new), new, nodes)
        return mirrored

    def answer(self, query: dict[str, list[str]]) -> bytes | None:
        """Return the body of an answer: a page of the items."""
        if self.say is not None:
            return self.say(query)
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        items = self.items[first : first + limit]
        after = first + limit
        value = {
            "items": items,
            "next": str(after) if after < len(self.items) else None,
            "total": len(self.items),
            "more": False,
            "facets": None,
            "direct": None,
            "suggestion": None,
            "index_size": len(self.entries),
        }
        return json.dumps(value).encode()

    def wait(self) -> None:
        """Be silent until the end."""
        self._over.wait(30)


def silent(_: dict[str, list[str]]) -> None:
    """Be a library that never answers."""


def saying(value: object) -> Say:
    """Return what makes a library answer with this JSON value, whatever is asked."""
    return lambda _: json.dumps(value).encode()


def word_of(*parts: object) -> str:
    """Return a word that only these parts make."""
    return "q" + hashlib.sha256(repr(parts).encode()).hexdigest()[:10].translate(
        str.maketrans("0123456789", "ghijklmnop")
    )


def _server(other: OtherLibrary) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            other.asked.append(
                (self.path, {name.lower(): text for name, text in self.headers.items()})
            )
            body = other.answer(parse_qs(parts.query))
            if body is None:
                other.wait()
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and what it returned."""
    begun = time.monotonic()
    found = do()
    return time.monotonic() - begun, found
