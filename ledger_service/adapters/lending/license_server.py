"""Asks a license server of Readium LCP, as its documentation says: EDRLab's lcp-server, version 2.

Its answers are bounded in bytes and in time. What it is told of a reader is the license's own id.
Source: github.com/edrlab/lcp-server, docs/api.md, "LCP Server API".
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, LicenseServerUnavailable
from ledger_service.domain.instant import instant
from ledger_service.ports.lending import LicenseServerAddress, ProtectedLoan

SECONDS = 20  # for an answer, from looking its name up to its last byte
MOST_BYTES = 256 * 1024
NO_LIMIT = -1  # of characters that are copied and pages that are printed
FOUND, MADE, MISSING = 200, 201, 404


class HttpLicenseServer:
    """Implements ports.LicenseServer."""

    def __init__(self, address: LicenseServerAddress) -> None:
        parts = urlsplit(address.url)
        self._url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._provider = address.provider
        pair = f"{unquote(parts.username or '')}:{address.password}".encode()
        self._headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}

    def title_of(self, publication: str) -> str | None:
        status, body = self._asked("GET", f"/publications/{publication}")
        if status == MISSING:
            return None
        title = _members(status, body).get("title")
        return title if isinstance(title, str) else ""

    def keep(self, loan: ProtectedLoan, at: int) -> None:
        told = {
            "uuid": loan.id,
            "provider": self._provider,
            "user_id": loan.id,
            "publication_id": loan.publication,
            "start": instant(loan.start),
            "end": instant(loan.until),
            "max_end": instant(loan.until),
            "copy": NO_LIMIT,
            "print": NO_LIMIT if loan.prints else 0,
            "status": "active",
            "updated": instant(at),
        }
        status, _ = self._asked("PUT", f"/licenseinfo/{loan.id}", told)
        if status == MISSING:
            status, _ = self._asked("POST", "/licenseinfo/", told)
        if status not in (FOUND, MADE):
            raise LicenseServerUnavailable("status", status=status)

    def end(self, license_id: str) -> None:
        status, _ = self._asked("GET", f"/licenseinfo/{license_id}")
        if status == MISSING:  # to revoke what there is not may have any answer
            return
        if status == FOUND:
            status, _ = self._asked("PUT", f"/revoke/{license_id}")
        if status != FOUND:
            raise LicenseServerUnavailable("status", status=status)

    def license(self, license_id: str, publication: str, user_key: str, hint: str) -> bytes:
        told = {
            "publication_id": publication,
            "user_id": license_id,
            "text_hint": hint,
            "pass_hash": user_key,
        }
        status, body = self._asked("POST", f"/licenses/{license_id}", told)
        if _members(status, body).get("id") != license_id:
            raise LicenseServerUnavailable("answer")
        return body

    def _asked(
        self, method: str, path: str, told: Mapping[str, object] | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of an answer; raise LicenseServerUnavailable if there is none."""
        body = b"" if told is None else json.dumps(told, ensure_ascii=False).encode()
        headers = {**self._headers, "Content-Length": str(len(body))}
        if body:
            headers["Content-Type"] = "application/json"
        client = HttpClient(self._url, silent_seconds=SECONDS, until=time.monotonic() + SECONDS)
        try:
            with client.request(method, path, body=[body], headers=headers) as answer:
                return answer.status, answer.read(MOST_BYTES)
        except NoAnswer as exc:
            raise LicenseServerUnavailable("away", cause=exc.reason) from exc
        finally:
            client.close()


def _members(status: int, body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; raise LicenseServerUnavailable for another answer."""
    if status not in (FOUND, MADE):
        raise LicenseServerUnavailable("status", status=status)
    try:
        told = foreign_json.parse(body)
    except InvalidJson as exc:
        raise LicenseServerUnavailable("answer") from exc
    if not isinstance(told, dict):
        raise LicenseServerUnavailable("answer")
    return told
