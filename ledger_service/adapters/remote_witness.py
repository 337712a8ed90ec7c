"""A witness seen from the ledger that asks it: C2SP tlog-witness over HTTP.

The address comes from the operator's own policy file, never from a request. Redirects are not
followed, and an answer is bounded in size and time.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ledger_service.adapters.http_client import HttpClient, NoAnswer
from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidInput,
    ServiceUnavailable,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger.checkpoint import LONGEST_NOTE_BYTES
from ledger_service.domain.publication.submission import Submission

SILENT_SECONDS = 10
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)


class RemoteWitness:
    """Implements ports.WitnessClient. url: the witness's submission prefix."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("witness-url", url=url[:200])
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._client = HttpClient(self._url, silent_seconds=SILENT_SECONDS)

    def close(self) -> None:
        self._client.close()

    def add_checkpoint(self, submission: Submission) -> str:
        note = submission.format()
        length = {"Content-Length": str(len(note))}
        try:
            with self._client.request("POST", "", body=[note], headers=length) as answer:
                body = answer.read(LONGEST_NOTE_BYTES)
        except NoAnswer as exc:
            raise ServiceUnavailable("witness", url=self._url, cause=str(exc)) from exc
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
