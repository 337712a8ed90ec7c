"""Ask a provider over HTTP, within bounds: no redirects, 256 KiB, seconds, and https only.

On this machine itself, http is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, ProviderUnavailable
from ledger_service.domain.publication.public_address import is_loopback
from ledger_service.domain.reasons import Reason

SILENT_SECONDS = 5
LARGEST_BYTES = 256 * 1024
LONGEST_URL = 1000
OK = 200
TOLD_URL = 80  # characters of one that is told


@dataclass(frozen=True)
class Fetched:
    """An answer. time: what the other side's clock said, in seconds; None if it did not say."""

    url: str
    status: int
    body: bytes
    location: str | None
    time: float | None

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the answer; raise ProviderUnavailable if it is none."""
        try:
            found = foreign_json.parse(self.body, LARGEST_BYTES)
        except InvalidJson as exc:
            raise unlike_standard(self.url) from exc
        if not isinstance(found, dict):
            raise unlike_standard(self.url)
        return found


def is_asked(url: Any) -> bool:
    """Return whether a URL is one that is asked: https, or http on this machine itself."""
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isascii():
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def fetch(
    url: str,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Return the answer, whatever its status.

    Raises:
        ProviderUnavailable: the URL is not asked, or nothing answers it within the bounds.
    """
    if not is_asked(url):
        raise ProviderUnavailable(why=Reason("provider-address", {"url": url[:TOLD_URL]}))
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    client = HttpClient(f"{parts.scheme}://{parts.netloc}", silent_seconds=SILENT_SECONDS)
    sent = {"Accept": "application/json", **(headers or {})}
    if method != "GET":
        sent["Content-Length"] = str(len(body))
    try:
        with client.request(method, path, body=[body] if body else [], headers=sent) as answer:
            time = _time(answer.headers.get("Date", ""))
            location = answer.headers.get("Location")
            return Fetched(url, answer.status, answer.read(LARGEST_BYTES), location, time)
    except NoAnswer as exc:
        why = Reason("provider-no-answer", {"url": url[:TOLD_URL]})
        raise ProviderUnavailable(why=why) from exc
    finally:
        client.close()


def check_status(found: Fetched) -> None:
    """Check that a provider answers with 200; raise ProviderUnavailable otherwise."""
    if found.status != OK:
        url, status = found.url[:TOLD_URL], found.status
        raise ProviderUnavailable(why=Reason("provider-status", {"url": url, "status": status}))


def unlike_standard(url: str) -> ProviderUnavailable:
    """Return the error of a provider whose answer is not what the standard says."""
    return ProviderUnavailable(why=Reason("provider-answer", {"url": url[:TOLD_URL]}))


def _time(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
