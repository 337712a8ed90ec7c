"""The library that strangers try: a real one, in which everything stands that an input may name.

Its worker has stopped, so that nothing changes but by what is sent.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger_service.domain.chain.deployment import Deployment
from scripts.harness.asked_library import DAY_SECONDS
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from scripts.strangers.state import LibraryState

ROLES = ("nobody", "reader", "registrar", "auditor")
OPEN_BOOK = b"A book that everybody may read."
CLOSED_BOOK = b"A book that is lent. " * 4000
PAST = "0" * 64  # names nothing


class Ground:
    """A library with a book that is open, one that is lent, a grant and an opening of it.

    Args:
        library: started; its worker ends here.
    """

    def __init__(self, library: RunningLibrary) -> None:
        self.library = library
        self.known = _known(library)
        for role in ROLES[1:]:
            library.token(role)
        library.at_rest()
        library.stop_worker()
        self.state = LibraryState(library.home, library.home / "muhr.db")
        self.tracebacks = Tracebacks()
        logging.getLogger().addHandler(self.tracebacks)

    @property
    def deployment(self) -> Deployment:
        """The deployment that verifiers pin."""
        return self.library.opened.deployment

    def token(self, role: str) -> str:
        """Return a token of this role; what is none for `nobody`."""
        return "muhr_" + "A" * 43 if role == "nobody" else self.library.token(role)

    def filled(self, data: bytes) -> bytes:
        """Return the data of a case with @names@ replaced by what this library knows."""
        for name, value in self.known.items():
            data = data.replace(b"@%s@" % name.encode(), value.encode())
        return data

    def wait_until_idle(self) -> None:
        """Return once no request is under way."""
        server = self.library.server
        assert server is not None
        wait_until(lambda: not server.server_state.tasks, "a request does not end")

    def close(self) -> None:
        """Let go of it; whoever started the library stops it."""
        logging.getLogger().removeHandler(self.tracebacks)
        self.state.close()


class Tracebacks(logging.Handler):
    """Keeps what was logged with a traceback, or as an error, since it was asked last."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        failure = record.exc_info[1] if record.exc_info else None
        told = record.getMessage() if failure is None else f"{record.getMessage()}: {failure!r}"
        self._kept.append(told)

    def taken(self) -> list[str]:
        """Return what came, and forget it."""
        kept, self._kept = self._kept, []
        return kept


@contextmanager
def ground_in(home: Path, blank: Path) -> Iterator[Ground]:
    """Yield the ground of a new library. home: does not exist yet; blank: a home to copy, set up only."""
    library = RunningLibrary(home, blank)
    try:
        library.start()
        ground = Ground(library)
        try:
            yield ground
        finally:
            ground.close()
    finally:
        library.stop()


def _known(library: RunningLibrary) -> dict[str, str]:
    """Return what good inputs name, by its name in requests."""
    book = library.register(OPEN_BOOK, title="An open book")
    library.license("lent", longest_loan_seconds=7 * DAY_SECONDS, self_service=True)
    lent = library.register(CLOSED_BOOK, title="A lent book", license="lent")
    grant = library.grant(lent["digest"], until=int(time.time()) + DAY_SECONDS)
    reader = library.client("reader", library.readers[0])
    opening = reader.post("/openings", json={"digest": lent["digest"]}).raise_for_status().json()
    return {
        "digest": lent["digest"],
        "successor": book["digest"],
        "other": book["digest"],
        "original": book["digest"],
        "statement": hashlib.sha256(b"a statement").hexdigest(),
        "attester": hashlib.sha256(b"an attester").hexdigest(),
        "cid": book["cid"],
        "steward": library.opened.library.steward.hex(),
        "license": "lent",
        "name_or_id": "lent",
        "name": "another",
        "grant": grant["grant"],
        "reader": library.readers[0],
        "subject": library.readers[0],
        "holder": "the registrar",
        "secret": opening["content"].split("/")[-2],
        "until": str(int(time.time()) + DAY_SECONDS),
        "path": "0/000.p/3",
        "format": "car",
        "q": "book",
        "title": "A title",
        "creator": "A creator",
        "language": "uz",
        "media_type": "text/plain",
        "rights": "InC",
        "scopes": "read",
        "like": f"receipt:{lent['digest']}",
        "prefix": lent["digest"][:6],
        "Idempotency-Key": "a-key",
        "idempotency-key": "a-key",
        "job": PAST[:32],
        "intent": PAST,
        "token": PAST,
        "about": lent["digest"],
    }
