"""A witness seen from the ledger that asks it: C2SP tlog-witness over HTTP.

The address comes from the operator's own policy file, or from a member's announcement, and then a guard
decides whether it is asked. Redirects are not followed, and an answer is bounded in size and time.
"""

from __future__ import annotations

import re
import time
from contextlib import closing
from urllib.parse import urlsplit

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidInput,
    ServiceUnavailable,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger.checkpoint import LONGEST_NOTE_BYTES
from ledger_service.domain.publication.submission import Submission

SILENT_SECONDS = 10
LONGEST_SECONDS = 15  # for all of an answer
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)


class RemoteWitness:
    """Implements ports.WitnessClient. url: the submission prefix; guard: None if the operator named it."""

    def __init__(self, url: str, guard: Guard | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("witness-url", url=url[:200])
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._guard = guard

    def add_checkpoint(self, submission: Submission) -> str:
        note = submission.format()
        length = {"Content-Length": str(len(note))}
        try:
            with (
                closing(self._client()) as client,
                client.request("POST", "", body=[note], headers=length) as answer,
            ):
                body = answer.read(LONGEST_NOTE_BYTES)
        except NoAnswer as exc:
            raise ServiceUnavailable("witness", url=self._url, cause=exc.reason) from exc
        size = _SIZE.fullmatch(body)
        if answer.status == 409 and size is not None:
            told = int(size[1])
            raise WitnessHasOtherSize("told", size=told)
        if answer.status == 422:
            raise InvalidConsistencyProof("two-histories")
        if answer.status != 200:
            raise ServiceUnavailable("witness-status", url=self._url, status=answer.status)
        try:
            return body.decode()
        except UnicodeDecodeError as exc:
            raise ServiceUnavailable("witness-not-text") from exc

    def _client(self) -> HttpClient:
        """Return a client for one request; raise InvalidReceiver, ServiceUnavailable if none may be sent."""
        check = None
        if self._guard is not None:
            self._guard.check(self._url)
            if refusal := self._guard.refusal(self._url):
                raise ServiceUnavailable("witness", url=self._url, cause=refusal)
            check = self._guard.address_check(self._url)
        until = time.monotonic() + LONGEST_SECONDS
        return HttpClient(
            self._url, silent_seconds=SILENT_SECONDS, check_address=check, until=until
        )
