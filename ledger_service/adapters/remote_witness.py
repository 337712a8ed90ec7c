"""A witness seen from the ledger that asks it: C2SP tlog-witness over HTTP.

The address comes from the operator's own policy file, never from a request. Redirects are not
followed, and an answer is read up to a bound only.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx

from ledger_service.domain.errors import InvalidInput, ServiceUnavailable, WitnessHasOtherSize
from ledger_service.domain.ledger.checkpoint import LONGEST_NOTE_BYTES
from ledger_service.domain.publication.submission import Submission

TIMEOUT = httpx.Timeout(10, connect=5)
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)


class RemoteWitness:
    """Implements ports.WitnessClient. url: the witness's submission prefix."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("witness-url", url=url[:200])
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        self._client.close()

    def add_checkpoint(self, submission: Submission) -> str:
        try:
            with self._client.stream("POST", self._url, content=submission.format()) as response:
                body = b""
                for piece in response.iter_bytes(4096):
                    body += piece
                    if len(body) > LONGEST_NOTE_BYTES:
                        raise ServiceUnavailable("witness-endless")
        except httpx.HTTPError as exc:
            raise ServiceUnavailable("witness", url=self._url, cause=str(exc)) from exc
        size = _SIZE.fullmatch(body)
        if response.status_code == 409 and size is not None:
            told = int(size[1])
            raise WitnessHasOtherSize("told", size=told)
        if response.status_code != 200:
            raise ServiceUnavailable("witness-status", url=self._url, status=response.status_code)
        try:
            return body.decode()
        except UnicodeDecodeError as exc:
            raise ServiceUnavailable("witness-not-text") from exc
